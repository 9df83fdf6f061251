// SPDX-License-Identifier: GPL-2.0
/*
 * diskcheck FILE BYTES SEED: on the host, compare the disk's file with what
 * the init wrote into it; print the checksum over what is there.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

long pattern_differs(const void *buf, size_t size, unsigned long seed,
		     unsigned long offset);
unsigned long pattern_sum(const void *buf, size_t size, unsigned long sum);

static char buf[1 << 20];

int main(int argc, char **argv)
{
	unsigned long at = 0, sum = 0xcbf29ce484222325UL, size, seed;
	FILE *disk;
	size_t got;
	long wrong;

	if (argc != 4)
		return 2;
	disk = fopen(argv[1], "rb");
	if (!disk)
		return 2;
	size = strtoul(argv[2], NULL, 0);
	seed = strtoul(argv[3], NULL, 0);
	for (; at < size; at += got) {
		got = fread(buf, 1, sizeof(buf), disk);
		if (!got)
			break;
		if (got > size - at)
			got = size - at;
		sum = pattern_sum(buf, got, sum);
		wrong = pattern_differs(buf, got, seed, at);
		if (wrong >= 0) {
			printf("byte %lu differs\n", at + wrong);
			return 1;
		}
	}
	if (at != size) {
		printf("ends at %lu\n", at);
		return 1;
	}
	printf("%lx\n", sum);
	return 0;
}
