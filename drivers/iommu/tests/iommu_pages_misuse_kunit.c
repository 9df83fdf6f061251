// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of mistakes with I/O page-table memory: one warning each, and
 * nothing changes. See iommu_warnings_kunit.h for what becomes of the splats.
 */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "iommu_pages_kunit.h"
#include "iommu_warnings_kunit.h"

#define ALLOCATOR	"drivers/iommu/iommu-pages.c:"

/* What must not change in memory that is not ours to free or queue */
struct untouched {
	struct page *page;
	struct page was;
};

static struct untouched remember(const void *virt)
{
	struct page *page = virt_to_page(virt);

	return (struct untouched) { .page = page, .was = *page };
}

static void expect_untouched(struct kunit *test, const struct untouched *then)
{
	KUNIT_EXPECT_MEMEQ(test, then->page, &then->was, sizeof(then->was));
}

/* Free it, and queue it: both are refused */
static void expect_refused(struct kunit *test, void *virt)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *start = (void *)PAGE_ALIGN_DOWN((uintptr_t)virt);
	struct untouched head = remember(start);

	EXPECT_ONE_WARNING(test, ALLOCATOR, iommu_free_pages(virt));
	expect_untouched(test, &head);
	EXPECT_ONE_WARNING(test, ALLOCATOR,
			   iommu_pages_list_add(&list, virt));
	expect_untouched(test, &head);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
}

static void correct_use_is_silent(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct warnings warnings;
	void *virt[2];

	warnings_begin(test, &warnings);
	virt[0] = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(4));
	virt[1] = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(4));
	iommu_free_pages(virt[0]);
	iommu_pages_list_add(&list, virt[1]);
	iommu_put_pages_list(&list);
	iommu_free_pages(NULL);
	warnings_end(test, &warnings, 0, "");
	EXPECT_GROWN(test, 0);
}

/* The counter of warnings counts: otherwise "no warning" means nothing */
static noinline void warn_here(void)
{
	WARN_ON_ONCE(1);
}

static void warnings_are_seen(struct kunit *test)
{
	struct warnings warnings;

	EXPECT_ONE_WARNING(test, "iommu_pages_misuse_kunit.c:", warn_here());
	EXPECT_ONE_WARNING(test, "iommu_pages_misuse_kunit.c:", warn_here());

	warnings_begin(test, &warnings);
	warn_here();
	forget_warned_once();
	warn_here();
	warnings_end(test, &warnings, 2, "iommu_pages_misuse_kunit.c:");
}

static void expect_no_memory(struct kunit *test, int nid, gfp_t gfp,
			     size_t size)
{
	void *virt = iommu_alloc_pages_node_sz(nid, gfp, size);

	KUNIT_EXPECT_NULL(test, virt);
	iommu_free_pages(virt);
}

static void size_0(struct kunit *test)
{
	EXPECT_ONE_WARNING(test, ALLOCATOR,
			   expect_no_memory(test, NUMA_NO_NODE, GFP_KERNEL, 0));
	EXPECT_GROWN(test, 0);
}

/* The caller is wrong, not the memory short: __GFP_NOWARN is not about that */
static void expect_bad_zone(struct kunit *test, gfp_t gfp)
{
	gfp |= GFP_KERNEL;
	EXPECT_ONE_WARNING(test, ALLOCATOR,
			   expect_no_memory(test, NUMA_NO_NODE, gfp, 1));
	gfp |= __GFP_NOWARN;
	EXPECT_ONE_WARNING(test, ALLOCATOR,
			   expect_no_memory(test, NUMA_NO_NODE, gfp, 1));
	EXPECT_ONE_WARNING(test, ALLOCATOR,
			   expect_no_memory(test, NUMA_NO_NODE, gfp,
					    PAGE_SIZE));
	EXPECT_GROWN(test, 0);
}

static void highmem(struct kunit *test)
{
	expect_bad_zone(test, __GFP_HIGHMEM);
}

static void movable(struct kunit *test)
{
	expect_bad_zone(test, __GFP_MOVABLE);
	expect_bad_zone(test, __GFP_HIGHMEM | __GFP_MOVABLE);
}

/* A mistake of one kind is told, although one of another kind was before */
static void each_kind_is_told(struct kunit *test)
{
	struct warnings warnings;
	gfp_t gfp = GFP_KERNEL | __GFP_HIGHMEM;

	warnings_begin(test, &warnings);
	expect_no_memory(test, NUMA_NO_NODE, GFP_KERNEL, 0);
	expect_no_memory(test, NUMA_NO_NODE, gfp, 1);
	expect_no_memory(test, MAX_NUMNODES, GFP_KERNEL, 1);
	warnings_end(test, &warnings, 3, ALLOCATOR);
	EXPECT_GROWN(test, 0);
}

static void expect_bad_node(struct kunit *test, int nid)
{
	EXPECT_ONE_WARNING(test, ALLOCATOR,
			   expect_no_memory(test, nid, GFP_KERNEL, 1));
	EXPECT_ONE_WARNING(test, ALLOCATOR,
			   expect_no_memory(test, nid, GFP_KERNEL, PAGE_SIZE));
	EXPECT_GROWN(test, 0);
}

static void node_out_of_range(struct kunit *test)
{
	expect_bad_node(test, MAX_NUMNODES);
	expect_bad_node(test, INT_MAX);
	expect_bad_node(test, NUMA_NO_NODE - 1);
	expect_bad_node(test, INT_MIN);
}

static void node_that_cannot_be(struct kunit *test)
{
	int nid = find_first_zero_bit(node_possible_map.bits, MAX_NUMNODES);

	if (nid >= MAX_NUMNODES)
		kunit_skip(test, "each of %d nodes is possible", MAX_NUMNODES);
	expect_bad_node(test, nid);
}

/* The page allocator says it, unless it was told not to */
static void too_large(struct kunit *test)
{
	size_t size = (PAGE_SIZE << MAX_PAGE_ORDER) + 1;
	struct warnings warnings;

	EXPECT_ONE_WARNING(test, "mm/page_alloc.c:",
			   expect_no_memory(test, NUMA_NO_NODE, GFP_KERNEL,
					    size));
	warnings_begin(test, &warnings);
	expect_no_memory(test, NUMA_NO_NODE, GFP_KERNEL | __GFP_NOWARN, size);
	warnings_end(test, &warnings, 0, "");
	EXPECT_GROWN(test, 0);
}

static void foreign_page(struct kunit *test)
{
	void *virt = (void *)__get_free_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, virt);
	expect_refused(test, virt);
	free_page((unsigned long)virt);
	EXPECT_GROWN(test, 0);
}

static void vmalloc_address(struct kunit *test)
{
	void *virt;

	if (!IS_ENABLED(CONFIG_DEBUG_VM))
		kunit_skip(test, "needs CONFIG_DEBUG_VM to be noticed");

	virt = vmalloc(PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, virt);
	EXPECT_ONE_WARNING(test, ALLOCATOR, iommu_free_pages(virt));
	vfree(virt);
	EXPECT_GROWN(test, 0);
}

static void foreign_folio(struct kunit *test)
{
	struct folio *folio = folio_alloc(GFP_KERNEL, 3);

	KUNIT_ASSERT_NOT_NULL(test, folio);
	expect_refused(test, folio_address(folio));
	folio_put(folio);
	EXPECT_GROWN(test, 0);
}

/* In a cache of its own, so that nobody else changes its slabs meanwhile */
static void expect_slab_refused(struct kunit *test, unsigned int size)
{
	struct kmem_cache *cache;
	void *virt;

	cache = kmem_cache_create("iommu_pages_kunit", size, size,
				  SLAB_NO_MERGE, NULL);
	KUNIT_ASSERT_NOT_NULL(test, cache);
	virt = kmem_cache_zalloc(cache, GFP_KERNEL);
	if (virt) {
		expect_refused(test, virt);
		KUNIT_EXPECT_NULL(test, memchr_inv(virt, 0, size));
		kmem_cache_free(cache, virt);
	}
	kmem_cache_destroy(cache);
	KUNIT_EXPECT_NOT_NULL(test, virt);
	EXPECT_GROWN(test, 0);
}

static void slab_memory(struct kunit *test)
{
	expect_slab_refused(test, 64);
	expect_slab_refused(test, PAGE_SIZE / 2);
	expect_slab_refused(test, PAGE_SIZE);
}

/* Too large for a slab, so that kmalloc() takes pages */
static void large_kmalloc_memory(struct kunit *test)
{
	void *virt = kmalloc(SZ_1M, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, virt);
	expect_refused(test, virt);
	kfree(virt);
	EXPECT_GROWN(test, 0);
}

/* Any address but the first, in any page */
static void interior_address(struct kunit *test)
{
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE * 8);
	unsigned int page;

	KUNIT_ASSERT_NOT_NULL(test, virt);
	for (page = 0; page < 8; page++) {
		if (page)
			expect_refused(test, virt + page * PAGE_SIZE);
		expect_refused(test, virt + page * PAGE_SIZE + 8);
	}
	KUNIT_EXPECT_EQ(test, pages_state(virt), IOPTDESC_LIVE);
	EXPECT_GROWN(test, 8);
	iommu_free_pages(virt);
	EXPECT_GROWN(test, 0);
}

/* The second reference stands for a page that nobody has taken again yet */
static void double_free(struct kunit *test)
{
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(4));
	struct folio *folio;

	KUNIT_ASSERT_NOT_NULL(test, virt);
	folio = pages_pin(virt);
	iommu_free_pages(virt);
	EXPECT_GROWN(test, 0);
	expect_refused(test, virt);
	EXPECT_GROWN(test, 0);
	pages_unpin_freed(test, folio);
}

/* Really free: the next allocations are all different */
static void double_free_of_free_memory(struct kunit *test)
{
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE);
	void *again[8];
	unsigned int i, j;

	KUNIT_ASSERT_NOT_NULL(test, virt);
	iommu_free_pages(virt);
	EXPECT_ONE_WARNING(test, ALLOCATOR, iommu_free_pages(virt));
	EXPECT_GROWN(test, 0);

	for (i = 0; i < ARRAY_SIZE(again); i++) {
		again[i] = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, again[i]);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_PTR_NE(test, again[i], again[j]);
	}
	while (i--)
		iommu_free_pages(again[i]);
}

static void free_after_put(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(4));
	struct folio *folio;

	KUNIT_ASSERT_NOT_NULL(test, virt);
	folio = pages_pin(virt);
	iommu_pages_list_add(&list, virt);
	iommu_put_pages_list(&list);
	expect_refused(test, virt);
	EXPECT_GROWN(test, 0);
	pages_unpin_freed(test, folio);
}

/* Neither freed nor taken off the list, which is put as if nothing had been */
static void free_of_a_listed_table(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *virt[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(virt); i++) {
		virt[i] = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(2));
		KUNIT_ASSERT_NOT_NULL(test, virt[i]);
		iommu_pages_list_add(&list, virt[i]);
	}
	expect_refused(test, virt[1]);
	KUNIT_EXPECT_EQ(test, pages_state(virt[1]), IOPTDESC_LISTED);
	EXPECT_GROWN(test, 6);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&list.descs), 3);

	iommu_put_pages_list(&list);
	EXPECT_GROWN(test, 0);
}

/* To the list that it is on: to another one is free_of_a_listed_table() */
static void add_twice(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(2));

	KUNIT_ASSERT_NOT_NULL(test, virt);
	iommu_pages_list_add(&list, virt);
	EXPECT_ONE_WARNING(test, ALLOCATOR,
			   iommu_pages_list_add(&list, virt));
	KUNIT_EXPECT_EQ(test, list_count_nodes(&list.descs), 1);
	EXPECT_GROWN(test, 2);

	iommu_put_pages_list(&list);
	EXPECT_GROWN(test, 0);
}

static void add_null(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);

	EXPECT_ONE_WARNING(test, ALLOCATOR,
			   iommu_pages_list_add(&list, NULL));
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
}

/* Tables on the list; is the copy put before or after it? */
static const struct copied {
	unsigned int nr;
	bool first;
} copied[] = {
	{ 1, true }, { 2, true }, { 40, true },
	{ 1, false }, { 2, false }, { 40, false },
	{ 0, true },
};

static void copied_to_desc(const struct copied *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u, the copy %s", c->nr,
		 c->first ? "first" : "second");
}

KUNIT_ARRAY_PARAM(copied, copied, copied_to_desc);

static void put_of_a_copied_list(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list), copy;
	const struct copied *c = test->param_value;
	struct warnings warnings;
	unsigned int i;
	void *virt;

	for (i = 0; i < c->nr; i++) {
		virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, virt);
		iommu_pages_list_add(&list, virt);
	}
	copy = list;
	if (!c->first)
		iommu_put_pages_list(&list);

	warnings_begin(test, &warnings);
	iommu_put_pages_list(&copy);
	warnings_end(test, &warnings, 1, ALLOCATOR);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&copy));
	EXPECT_GROWN(test, c->first ? c->nr : 0);

	iommu_put_pages_list(&list);
	EXPECT_GROWN(test, 0);
}

/* A list whose entry somebody wrote over: the others are freed, this one not */
static void put_of_a_damaged_entry(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct warnings warnings;
	void *virt[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(virt); i++) {
		virt[i] = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(2));
		KUNIT_ASSERT_NOT_NULL(test, virt[i]);
		iommu_pages_list_add(&list, virt[i]);
	}
	virt_to_ioptdesc(virt[1])->state = IOPTDESC_LIVE;

	warnings_begin(test, &warnings);
	iommu_put_pages_list(&list);
	warnings_end(test, &warnings, 1, ALLOCATOR);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
	EXPECT_GROWN(test, 2);
	iommu_free_pages(virt[1]);
	EXPECT_GROWN(test, 0);
}

static struct kunit_case iommu_pages_misuse_cases[] = {
	KUNIT_CASE(warnings_are_seen),
	KUNIT_CASE(correct_use_is_silent),
	KUNIT_CASE(size_0),
	KUNIT_CASE(highmem),
	KUNIT_CASE(movable),
	KUNIT_CASE(each_kind_is_told),
	KUNIT_CASE(node_out_of_range),
	KUNIT_CASE(node_that_cannot_be),
	KUNIT_CASE(too_large),
	KUNIT_CASE(foreign_page),
	KUNIT_CASE(vmalloc_address),
	KUNIT_CASE(foreign_folio),
	KUNIT_CASE(slab_memory),
	KUNIT_CASE(large_kmalloc_memory),
	KUNIT_CASE(interior_address),
	KUNIT_CASE(double_free),
	KUNIT_CASE(double_free_of_free_memory),
	KUNIT_CASE(free_after_put),
	KUNIT_CASE(free_of_a_listed_table),
	KUNIT_CASE(add_twice),
	KUNIT_CASE(add_null),
	KUNIT_CASE(put_of_a_damaged_entry),
	KUNIT_CASE_PARAM(put_of_a_copied_list, copied_gen_params),
	{}
};

static void misuse_exit(struct kunit *test)
{
	console_restore();
	iommu_pages_test_exit(test);
}

static struct kunit_suite iommu_pages_misuse_suite = {
	.name		= "iommu_pages_misuse",
	.init		= iommu_pages_test_init,
	.exit		= misuse_exit,
	.test_cases	= iommu_pages_misuse_cases,
};

kunit_test_suite(iommu_pages_misuse_suite);

MODULE_DESCRIPTION("KUnit tests for mistakes with I/O page-table memory");
MODULE_LICENSE("GPL");
