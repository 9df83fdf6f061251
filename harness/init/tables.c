// SPDX-License-Identifier: GPL-2.0
/*
 * How many tables a range of addresses needs. In every format of these
 * machines a table is one page of entries of eight bytes, only the root may be
 * of another size. Level 1 are the tables of the pages themselves; how many
 * levels there are in all, with the root, is LEVELS.
 */
#include "init.h"

/* What one table of this level spans, as a power of two. */
int table_shift(int level)
{
	int page_shift = __builtin_ctzl(page_size);

	return page_shift + level * (page_shift - 3);
}

long tables_below_root(unsigned long iova, size_t size)
{
	unsigned long last = iova + size - 1;
	int levels = number("LEVELS", 3);
	long count = 0;

	for (int level = 1; level < levels; level++)
		count += (last >> table_shift(level)) -
			 (iova >> table_shift(level)) + 1;
	return count;
}
