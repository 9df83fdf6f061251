/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Make the n-th allocation of the running test fail, by what the kernel has for
 * it: fault injection counts down current->fail_nth, and no other task notices.
 *
 * Which allocations count is up to the fault attributes that are configured.
 * Slab objects and pages do only if they are allocated without direct reclaim,
 * GFP_ATOMIC for example, and pages only from order 1 on. A failure that the
 * allocator itself makes up for (a slab that takes a smaller page instead) is
 * counted as well, so "injected" does not imply that the caller sees an error:
 *
 *	for (n = 1; ; n++) {
 *		iommu_fail_nth_begin(n);
 *		ret = operation();
 *		injected = iommu_fail_nth_end();
 *		if (!ret && !injected)
 *			break;		(it has fewer than n allocations)
 *		...
 *	}
 *
 * Which allocation is the n-th may change: a slab has no page left, or KASAN
 * and kmemleak remember somebody for the first time. Where the number of errors
 * matters, take iommu_fail_nth_next() for n++.
 */

#ifndef __IOMMU_TESTS_FAIL_NTH_H
#define __IOMMU_TESTS_FAIL_NTH_H

#include <linux/sched.h>

#ifdef CONFIG_FAULT_INJECTION
static inline void iommu_fail_nth_begin(unsigned int n)
{
	WRITE_ONCE(current->fail_nth, n);
}

/* Return: true if an allocation failed since iommu_fail_nth_begin() */
static inline bool iommu_fail_nth_end(void)
{
	bool injected = !READ_ONCE(current->fail_nth);

	WRITE_ONCE(current->fail_nth, 0);
	return injected;
}

/*
 * The next n after an operation that @failed or made do without its n-th
 * allocation. In that case the n-th may be another one the next time, so stay
 * for a few; @tries counts them, from 0.
 */
static inline unsigned int iommu_fail_nth_next(unsigned int n, bool failed,
					       unsigned int *tries)
{
	if (!failed && ++*tries < 4)
		return n;
	*tries = 0;
	return n + 1;
}
#else
static inline void iommu_fail_nth_begin(unsigned int n)
{
}

static inline bool iommu_fail_nth_end(void)
{
	return false;
}

static inline unsigned int iommu_fail_nth_next(unsigned int n, bool failed,
					       unsigned int *tries)
{
	return n + 1;
}
#endif

#endif /* __IOMMU_TESTS_FAIL_NTH_H */
