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
 *
 * The kernel prints a stack for each failure. iommu_fail_quietly() spares that
 * suites with hundreds of them.
 */

#ifndef __IOMMU_TESTS_FAIL_NTH_H
#define __IOMMU_TESTS_FAIL_NTH_H

#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
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

/* Where a fault attribute has an option of its debugfs; needs no mount */
static inline void *iommu_fail_option(const char *attr, const char *option)
{
	struct dentry *dir = debugfs_lookup(attr, NULL), *file;
	void *value = NULL;

	if (!dir)
		return NULL;
	file = debugfs_lookup(option, dir);
	dput(dir);
	if (file)
		value = d_inode(file)->i_private;
	dput(file);

	return value;
}

struct iommu_fail_verbose {
	unsigned long *value, old;
};

static inline void __iommu_fail_verbose_restore(void *verbose_)
{
	struct iommu_fail_verbose *verbose = verbose_;

	*verbose->value = verbose->old;
}

/* No word of failed allocations until @test ends, if debugfs has the option */
static inline void iommu_fail_quietly(struct kunit *test)
{
	unsigned long *value = iommu_fail_option("fail_iommu_pages", "verbose");
	struct iommu_fail_verbose *verbose;

	if (!value)
		return;
	verbose = kunit_kzalloc(test, sizeof(*verbose), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, verbose);
	verbose->value = value;
	verbose->old = *value;
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action(test, __iommu_fail_verbose_restore,
					 verbose));
	*value = 0;
}
#else
static inline void *iommu_fail_option(const char *attr, const char *option)
{
	return NULL;
}

static inline void iommu_fail_quietly(struct kunit *test)
{
}

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
