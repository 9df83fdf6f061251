/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the suites of the allocator of I/O page tables have in common.
 *
 * Each case begins with a reading of the counters in kunit::priv and ends with
 * a comparison, so that a page which is lost, or counted once too often, fails
 * the case that lost it.
 */

#ifndef __IOMMU_PAGES_KUNIT_H
#define __IOMMU_PAGES_KUNIT_H

#include <kunit/test.h>
#include <linux/log2.h>
#include <linux/mm.h>

#include "../iommu-pages.h"
#include "../ioptdesc.h"
#include "iommu_counters.h"

static inline int iommu_pages_test_init(struct kunit *test)
{
	struct iommu_counters *base;

	base = kunit_kzalloc(test, sizeof(*base), GFP_KERNEL);
	if (!base)
		return -ENOMEM;

	iommu_counters_read(base);
	test->priv = base;
	return 0;
}

static inline void iommu_pages_test_exit(struct kunit *test)
{
	if (test->priv)
		KUNIT_EXPECT_TRUE(test, iommu_counters_same(test->priv));
}

/*
 * An allocation that goes on @list, which is not lost if there is none: it may
 * be on the stack of the case.
 */
static inline void *alloc_to_list(struct kunit *test,
				  struct iommu_pages_list *list, int nid,
				  gfp_t gfp, size_t size)
{
	void *virt = iommu_alloc_pages_node_sz(nid, gfp, size);

	if (virt)
		iommu_pages_list_add(list, virt);
	else
		iommu_put_pages_list(list);
	KUNIT_ASSERT_NOT_NULL(test, virt);
	return virt;
}

/* The growth since the case began must be @pages, on all nodes together */
#define EXPECT_GROWN(test, pages)					\
	KUNIT_EXPECT_EQ(test, iommu_counters_grown((test)->priv),	\
			(long)(pages))

/*
 * These suites are about memory of whole pages, counted to the page. What is
 * smaller may share a page, and then depends on who else does.
 */
#define PAGES(n)	((n) * PAGE_SIZE)

static inline bool takes_whole_pages(size_t size)
{
	return size > IOMMU_PART_SIZE_MAX;
}

/* What @size is rounded up to: said without get_order(), which is under test */
static inline size_t rounded(size_t size)
{
	return roundup_pow_of_two(max_t(size_t, size, PAGE_SIZE));
}

static inline long rounded_pages(size_t size)
{
	return rounded(size) >> PAGE_SHIFT;
}

static inline unsigned int pages_state(const void *virt)
{
	return READ_ONCE(virt_to_ioptdesc(virt)->state);
}

/*
 * With a second reference to it, memory stays where it is when it is freed, and
 * what the free did can be looked at: it gave up one reference, its own, and
 * took the tag off.
 */
static inline struct folio *pages_pin(const void *virt)
{
	struct folio *folio = virt_to_folio(virt);

	folio_get(folio);
	return folio;
}

static inline void pages_unpin_freed(struct kunit *test, struct folio *folio)
{
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 1);
	KUNIT_EXPECT_EQ(test, READ_ONCE(folio->page.page_type), UINT_MAX);
	folio_put(folio);
}

#endif /* __IOMMU_PAGES_KUNIT_H */
