// SPDX-License-Identifier: GPL-2.0
/* In the debug flavour: what kmemleak finds at the end. */
#include "init.h"

#define KMEMLEAK "/sys/kernel/debug/kmemleak"

const char *kmemleak(void)
{
	static char report[16 * KIB];

	/* An object counts as leaked only after five seconds and two scans. */
	msleep(5500);
	if (write_file(KMEMLEAK, "scan") || write_file(KMEMLEAK, "scan"))
		return fail("kmemleak cannot scan");
	if (read_file(KMEMLEAK, report, sizeof(report)) < 0)
		return fail("kmemleak does not report");
	if (report[0]) {
		write_file("/dev/kmsg", "kmemleak: report follows\n");
		for (char *at = report, *end; *at; at = end) {
			end = strchr(at, '\n');
			if (end)
				*end++ = 0;
			else
				end = at + strlen(at);
			note("kmemleak: %s", at);
		}
		return fail("kmemleak reports unreferenced objects");
	}
	return NULL;
}
