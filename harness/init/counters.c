// SPDX-License-Identifier: GPL-2.0
/*
 * The two counters of I/O page tables, and the one of a cgroup.
 *
 * The kernel keeps differences per CPU; writing stat_refresh folds them, so
 * what is read here is exact. Tables can be freed late (flush queue, work
 * items), therefore a comparison may wait, but only for the exact number.
 */
#include "init.h"

#define PATIENCE_MS	10000

static long vmstat(const char *text, const char *name)
{
	const char *at = find(text, name);

	return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

void read_counters(struct counters *now)
{
	static char text[16 * KIB];

	write_file("/proc/sys/vm/stat_refresh", "1");
	read_file("/proc/vmstat", text, sizeof(text));
	now->iommu = vmstat(text, "\nnr_iommu_pages ");
	now->second = vmstat(text, "\nnr_sec_page_table_pages ");
}

/* Wait until both counters are exactly as wanted. */
int counters_settle(const struct counters *want, struct counters *now)
{
	unsigned long end = milliseconds() + PATIENCE_MS;

	for (;;) {
		read_counters(now);
		if (now->iommu == want->iommu && now->second == want->second)
			return 1;
		if (milliseconds() > end)
			return 0;
		msleep(20);
	}
}

/* sec_pagetables of a cgroup, in pages; -1 when it cannot be read. */
long cgroup_tables(const char *group)
{
	static char text[8 * KIB];
	char path[128];
	const char *at;

	format(path, sizeof(path), "%s/memory.stat", group);
	if (read_file(path, text, sizeof(text)) <= 0)
		return -1;
	at = find(text, "\nsec_pagetables ");
	return at ? strtol(at + 16, NULL, 10) / (long)page_size : -1;
}

/* The kernel sums a cgroup's numbers every two seconds: wait for the sum. */
long cgroup_settle(const char *group, long want)
{
	unsigned long end = milliseconds() + PATIENCE_MS;
	long now;

	do {
		now = cgroup_tables(group);
		if (now == want)
			break;
		msleep(50);
	} while (milliseconds() < end);
	return now;
}
