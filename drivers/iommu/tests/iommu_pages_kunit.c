// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of single allocations of I/O page-table memory: size, alignment,
 * contents, node, zone, context, failure, and the descriptor.
 */
#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/hrtimer.h>
#include <linux/nodemask.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "iommu_fail_nth.h"
#include "iommu_pages_kunit.h"

/* Quiet, and patient: whether a large block is free is not what is tested */
#define GFP_LARGE	(GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

static const size_t small_sizes[] = {
	1, 7, 8, 63, 64, 128, PAGE_SIZE / 2, PAGE_SIZE / 2 + 1, PAGE_SIZE - 1,
};

/* Those of the small sizes that share a page are not tested here */
static unsigned int first_small_size(void)
{
	unsigned int n = 0;

	while (!takes_whole_pages(small_sizes[n]))
		n++;
	return n;
}

/* Below a page, then one less, exact and one more for each order; ends in 0 */
static size_t nth_size(unsigned int n)
{
	unsigned int order;
	size_t size;

	n += first_small_size();
	if (n < ARRAY_SIZE(small_sizes))
		return small_sizes[n];

	n -= ARRAY_SIZE(small_sizes);
	order = n / 3;
	size = (PAGE_SIZE << order) - 1 + n % 3;
	return size <= PAGE_SIZE << MAX_PAGE_ORDER ? size : 0;
}

static const void *size_gen_params(const void *prev, char *desc)
{
	unsigned long n = (unsigned long)prev;
	size_t size = nth_size(n);

	if (!size)
		return NULL;
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%zu bytes", size);
	return (const void *)(n + 1);
}

static size_t param_size(struct kunit *test)
{
	return nth_size((unsigned long)test->param_value - 1);
}

static const void *order_gen_params(const void *prev, char *desc)
{
	unsigned long n = (unsigned long)prev;

	if (n > MAX_PAGE_ORDER)
		return NULL;
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "order %lu", n);
	return (const void *)(n + 1);
}

static unsigned int param_order(struct kunit *test)
{
	return (unsigned long)test->param_value - 1;
}

/* NULL is a failure, unless the page allocator has no such block either */
static void *alloc_large(struct kunit *test, size_t size)
{
	void *virt = iommu_alloc_pages_sz(GFP_LARGE, size);
	unsigned int order = ilog2(rounded(size) >> PAGE_SHIFT);
	struct page *page;

	if (virt)
		return virt;

	page = alloc_pages(GFP_LARGE, order);
	if (!page)
		kunit_skip(test, "no free block of order %u", order);
	__free_pages(page, order);
	KUNIT_FAIL_AND_ABORT(test, "%zu bytes refused", size);
	return NULL;
}

static void size_is_rounded_up(struct kunit *test)
{
	size_t size = param_size(test);
	void *virt = alloc_large(test, size);

	KUNIT_EXPECT_EQ(test, folio_size(virt_to_folio(virt)), rounded(size));
	EXPECT_GROWN(test, rounded_pages(size));
	iommu_free_pages(virt);
	EXPECT_GROWN(test, 0);
}

static void address_is_aligned_to_size(struct kunit *test)
{
	size_t size = param_size(test);
	void *virt = alloc_large(test, size);

	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((uintptr_t)virt, rounded(size)));
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(virt_to_phys(virt), rounded(size)));
	iommu_free_pages(virt);
}

static void memory_is_usable_to_the_end(struct kunit *test)
{
	size_t size = rounded(param_size(test));
	void *virt = alloc_large(test, size);

	memset(virt, 0x5a, size);
	KUNIT_EXPECT_NULL(test, memchr_inv(virt, 0x5a, size));
	KUNIT_EXPECT_EQ(test, pages_state(virt), IOPTDESC_LIVE);
	KUNIT_EXPECT_EQ(test, pages_state(virt + size - 1), IOPTDESC_LIVE);
	iommu_free_pages(virt);
}

#define NR_BLOCKS 16

static unsigned int alloc_blocks(void **blocks, size_t size)
{
	unsigned int i;

	for (i = 0; i < NR_BLOCKS; i++) {
		blocks[i] = iommu_alloc_pages_sz(GFP_LARGE, size);
		if (!blocks[i])
			break;
	}
	return i;
}

/* Free dirty blocks and count how many come back, which must be clean */
static unsigned int recycle(struct kunit *test, size_t size)
{
	void *blocks[NR_BLOCKS] = {}, *again[NR_BLOCKS];
	unsigned int i, j, nr, recycled = 0;

	nr = alloc_blocks(blocks, size);
	if (!nr)
		kunit_skip(test, "no free block of %zu bytes", size);
	for (i = 0; i < nr; i++) {
		memset(blocks[i], 0xa5, size);
		iommu_free_pages(blocks[i]);
	}
	nr = alloc_blocks(again, size);
	for (i = 0; i < nr; i++) {
		KUNIT_EXPECT_NULL(test, memchr_inv(again[i], 0, size));
		for (j = 0; j < NR_BLOCKS; j++)
			recycled += again[i] == blocks[j];
	}
	while (nr--)
		iommu_free_pages(again[nr]);
	return recycled;
}

/* The page allocator is free to take other blocks, but not each time */
static void recycled_memory_is_zeroed(struct kunit *test)
{
	size_t size = PAGE_SIZE << param_order(test);
	unsigned int round, recycled = 0;

	for (round = 0; round < 50 && !recycled; round++)
		recycled = recycle(test, size);
	KUNIT_EXPECT_GT(test, recycled, 0);
}

/*
 * All pages of a freed block are in the page allocator's hands. Blocks that go
 * through its per-CPU lists do not show it, and another task may take some in
 * between: a page that is lost is lost in each round.
 */
static bool free_and_look(void *virt, size_t size)
{
	struct page *page = virt_to_page(virt);
	size_t i;

	iommu_free_pages(virt);
	for (i = 0; i < size >> PAGE_SHIFT; i++) {
		if (!is_free_buddy_page(page + i))
			return false;
	}
	return true;
}

static void free_returns_every_page(struct kunit *test)
{
	size_t size = PAGE_SIZE << param_order(test);
	unsigned int round;
	bool free = false;

	if (param_order(test) <= PAGE_ALLOC_COSTLY_ORDER)
		kunit_skip(test, "kept in a list per CPU");
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	if (param_order(test) == HPAGE_PMD_ORDER)
		kunit_skip(test, "kept in a list per CPU");
#endif
	for (round = 0; round < 10 && !free; round++)
		free = free_and_look(alloc_large(test, size), size);
	KUNIT_EXPECT_TRUE(test, free);
}

static void free_gives_up_one_reference(struct kunit *test)
{
	size_t size = PAGE_SIZE << param_order(test);
	void *virt = alloc_large(test, size);
	struct folio *folio = pages_pin(virt);

	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 2);
	iommu_free_pages(virt);
	EXPECT_GROWN(test, 0);
	pages_unpin_freed(test, folio);
}

static void free_of_null_is_nothing(struct kunit *test)
{
	iommu_free_pages(NULL);
	EXPECT_GROWN(test, 0);
}

static void too_large_is_null(struct kunit *test)
{
	size_t largest = PAGE_SIZE << MAX_PAGE_ORDER;
	gfp_t gfp = GFP_KERNEL | __GFP_NOWARN;

	KUNIT_EXPECT_NULL(test, iommu_alloc_pages_sz(gfp, largest + 1));
	KUNIT_EXPECT_NULL(test, iommu_alloc_pages_sz(gfp, SIZE_MAX / 2 + 1));
	KUNIT_EXPECT_NULL(test, iommu_alloc_pages_sz(gfp, SIZE_MAX));
}

/* A part of a page and a whole one go different ways */
static const size_t node_sizes[] = { 1, PAGE_SIZE };

/* Kernel threads have no memory policy, so that "local" is exact */
static long local_node_on_this_cpu(void *size)
{
	void *virt = iommu_alloc_pages_node_sz(NUMA_NO_NODE, GFP_KERNEL,
					       *(const size_t *)size);
	int nid = virt ? page_to_nid(virt_to_page(virt)) : NUMA_NO_NODE;

	iommu_free_pages(virt);
	return nid;
}

static void no_node_is_the_local_node(struct kunit *test)
{
	unsigned int cpu, i;
	size_t size;
	long nid;

	for_each_online_cpu(cpu) {
		for (i = 0; i < ARRAY_SIZE(node_sizes); i++) {
			size = node_sizes[i];
			nid = work_on_cpu_safe(cpu, local_node_on_this_cpu,
					       &size);
			/* Gone meanwhile */
			if (nid == -EINVAL)
				continue;
			KUNIT_EXPECT_EQ_MSG(test, nid, cpu_to_mem(cpu),
					    "cpu %u", cpu);
		}
	}
}

static void every_node_serves_its_own(struct kunit *test)
{
	gfp_t gfp = GFP_KERNEL | __GFP_THISNODE;
	int nid, other;

	for_each_node_state(nid, N_MEMORY) {
		void *virt = iommu_alloc_pages_node_sz(nid, gfp, PAGES(16));

		KUNIT_ASSERT_NOT_NULL(test, virt);
		KUNIT_EXPECT_EQ(test, page_to_nid(virt_to_page(virt)), nid);
		for_each_online_node(other)
			KUNIT_EXPECT_EQ(test,
					iommu_counters_grown_node(test->priv,
								  other),
					other == nid ? 16 : 0);
		iommu_free_pages(virt);
	}
}

static void node_is_a_preference(struct kunit *test)
{
	unsigned int i;
	int nid, got;
	void *virt;

	for_each_online_node(nid) {
		for (i = 0; i < ARRAY_SIZE(node_sizes); i++) {
			virt = iommu_alloc_pages_node_sz(nid, GFP_KERNEL,
							 node_sizes[i]);
			KUNIT_ASSERT_NOT_NULL(test, virt);
			got = page_to_nid(virt_to_page(virt));
			if (node_state(nid, N_MEMORY))
				KUNIT_EXPECT_EQ(test, got, nid);
			iommu_free_pages(virt);
		}
	}
}

static void more_than_one_node(struct kunit *test)
{
	void *virt[2];
	int nid;

	if (num_node_state(N_MEMORY) < 2)
		kunit_skip(test, "one memory node");

	nid = next_node(first_memory_node, node_states[N_MEMORY]);
	virt[0] = iommu_alloc_pages_node_sz(first_memory_node, GFP_KERNEL,
					    PAGE_SIZE);
	virt[1] = iommu_alloc_pages_node_sz(nid, GFP_KERNEL, PAGES(4));
	KUNIT_EXPECT_EQ(test, iommu_counters_grown_node(test->priv,
							first_memory_node), 1);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown_node(test->priv, nid), 4);
	iommu_free_pages(virt[0]);
	iommu_free_pages(virt[1]);
}

/* No zone above @zone: a kernel with less memory may have taken a lower one */
static void __maybe_unused
expect_zone(struct kunit *test, gfp_t gfp, enum zone_type zone)
{
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL | gfp, PAGES(4));

	KUNIT_ASSERT_NOT_NULL(test, virt);
	KUNIT_EXPECT_LE(test, page_zonenum(virt_to_page(virt)), zone);
	iommu_free_pages(virt);
}

/* Like has_managed_dma(), which is not exported */
static bool __maybe_unused zone_has_memory(enum zone_type zone)
{
	int nid;

	for_each_online_node(nid)
		if (managed_zone(&NODE_DATA(nid)->node_zones[zone]))
			return true;
	return false;
}

static void gfp_dma_is_honoured(struct kunit *test)
{
#ifdef CONFIG_ZONE_DMA
	if (!zone_has_memory(ZONE_DMA))
		kunit_skip(test, "ZONE_DMA has no memory");
	expect_zone(test, __GFP_DMA, ZONE_DMA);
#else
	kunit_skip(test, "no ZONE_DMA in this kernel");
#endif
}

static void gfp_dma32_is_honoured(struct kunit *test)
{
#ifdef CONFIG_ZONE_DMA32
	if (!zone_has_memory(ZONE_NORMAL))
		kunit_skip(test, "all memory is below 4 GiB");
	expect_zone(test, __GFP_DMA32, ZONE_DMA32);
#else
	kunit_skip(test, "no ZONE_DMA32 in this kernel");
#endif
}

static void works_with_interrupts_off(struct kunit *test)
{
	unsigned long flags;
	void *virt;

	local_irq_save(flags);
	virt = iommu_alloc_pages_sz(GFP_ATOMIC, PAGES(2));
	iommu_free_pages(virt);
	local_irq_restore(flags);
	KUNIT_EXPECT_NOT_NULL(test, virt);
}

struct timer_work {
	struct hrtimer timer;
	void *victim;
	void *virt;
	bool hardirq;
};

static enum hrtimer_restart in_hardirq_timer(struct hrtimer *timer)
{
	struct timer_work *work = container_of(timer, struct timer_work, timer);

	work->hardirq = in_hardirq();
	work->virt = iommu_alloc_pages_sz(GFP_ATOMIC, PAGES(2));
	iommu_free_pages(work->victim);
	return HRTIMER_NORESTART;
}

static void works_in_hardirq(struct kunit *test)
{
	struct timer_work *work;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "the page allocator's locks sleep");
	work = kunit_kzalloc(test, sizeof(*work), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, work);
	work->victim = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(16));
	KUNIT_ASSERT_NOT_NULL(test, work->victim);

	hrtimer_init(&work->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	work->timer.function = in_hardirq_timer;
	hrtimer_start(&work->timer, ms_to_ktime(1), HRTIMER_MODE_REL);
	while (hrtimer_active(&work->timer))
		schedule_timeout_uninterruptible(1);

	KUNIT_EXPECT_TRUE(test, work->hardirq);
	KUNIT_ASSERT_NOT_NULL(test, work->virt);
	EXPECT_GROWN(test, 2);
	iommu_free_pages(work->virt);
}

/* A number of allocations as a driver makes them, with one that fails */
static unsigned int alloc_some(void **virt, unsigned int nr)
{
	unsigned int i, failed = 0;

	for (i = 0; i < nr; i++) {
		virt[i] = iommu_alloc_pages_sz(GFP_KERNEL,
					       PAGE_SIZE << (i % 4));
		failed += !virt[i];
	}
	return failed;
}

static void every_nth_allocation_fails_once(struct kunit *test)
{
	unsigned int n, i, failed;
	void *virt[NR_BLOCKS];
	bool injected = true;

	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "FAIL_IOMMU_PAGES is not set");

	for (n = 1; injected; n++) {
		long pages = 0;

		iommu_fail_nth_begin(n);
		failed = alloc_some(virt, NR_BLOCKS);
		injected = iommu_fail_nth_end();
		KUNIT_EXPECT_EQ(test, failed, injected);
		for (i = 0; i < NR_BLOCKS; i++) {
			KUNIT_EXPECT_EQ(test, !virt[i], i == n - 1);
			if (virt[i])
				pages += rounded_pages(PAGE_SIZE << (i % 4));
		}
		EXPECT_GROWN(test, pages);
		for (i = 0; i < NR_BLOCKS; i++)
			iommu_free_pages(virt[i]);
		EXPECT_GROWN(test, 0);
	}
	KUNIT_EXPECT_EQ(test, n, NR_BLOCKS + 2);
}

static void allocation_carries_the_tag(struct kunit *test)
{
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(16));
	struct folio *folio;

	KUNIT_ASSERT_NOT_NULL(test, virt);
	folio = pages_pin(virt);
	KUNIT_EXPECT_TRUE(test, folio_test_ioptable(folio));
	iommu_free_pages(virt);
	KUNIT_EXPECT_FALSE(test, folio_test_ioptable(folio));
	pages_unpin_freed(test, folio);
}

static void descriptor_of_any_address(struct kunit *test)
{
	size_t size = PAGE_SIZE * 8, offset;
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, size);
	struct ioptdesc *desc;

	KUNIT_ASSERT_NOT_NULL(test, virt);
	desc = folio_ioptdesc(virt_to_folio(virt));
	for (offset = 0; offset < size; offset += PAGE_SIZE / 2)
		KUNIT_EXPECT_PTR_EQ(test, virt_to_ioptdesc(virt + offset),
				    desc);
	KUNIT_EXPECT_PTR_EQ(test, ioptdesc_folio(desc), virt_to_folio(virt));
	KUNIT_EXPECT_PTR_EQ(test, folio_address(ioptdesc_folio(desc)), virt);
	iommu_free_pages(virt);
}

/*
 * Two fields of the same size in the same memory: what is written to the one is
 * found in the other, there and nowhere else.
 */
static void expect_overlay(struct kunit *test, struct page *page, void *a,
			   void *b, size_t size)
{
	memset(page, 0, sizeof(*page));
	memset(a, 0x3c, size);
	KUNIT_EXPECT_NULL(test, memchr_inv(b, 0x3c, size));
	memset(b, 0, size);
	KUNIT_EXPECT_NULL(test, memchr_inv(page, 0, sizeof(*page)));
}

static void expect_overlay_both_ways(struct kunit *test, struct page *page,
				     void *pg, size_t pg_size, void *iopt,
				     size_t iopt_size)
{
	KUNIT_ASSERT_EQ(test, pg_size, iopt_size);
	expect_overlay(test, page, pg, iopt, pg_size);
	expect_overlay(test, page, iopt, pg, pg_size);
}

#define EXPECT_OVERLAY(test, page, pg, desc, iopt)			\
	expect_overlay_both_ways(test, page,				\
				 &(page)->pg, sizeof((page)->pg),	\
				 &(desc)->iopt, sizeof((desc)->iopt))

static void descriptor_overlays_struct_page(struct kunit *test)
{
	struct page *page = kunit_kzalloc(test, sizeof(*page), GFP_KERNEL);
	struct ioptdesc *desc = (struct ioptdesc *)page;

	KUNIT_ASSERT_NOT_NULL(test, page);
	EXPECT_OVERLAY(test, page, flags, desc, __page_flags);
	EXPECT_OVERLAY(test, page, lru, desc, freelist_elm);
	EXPECT_OVERLAY(test, page, mapping, desc, __page_mapping);
	EXPECT_OVERLAY(test, page, index, desc, __page_index);
	EXPECT_OVERLAY(test, page, private, desc, parts);
	EXPECT_OVERLAY(test, page, page_type, desc, state);
	EXPECT_OVERLAY(test, page, _refcount, desc, __page_refcount);
#ifdef CONFIG_MEMCG
	EXPECT_OVERLAY(test, page, memcg_data, desc, memcg_data);
#endif
}

/* Neither alone on a list nor with neighbours: no list_head is odd */
static void listed_memory_is_no_tail_page(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *virt[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(virt); i++) {
		virt[i] = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, virt[i]);
		iommu_pages_list_add(&list, virt[i]);
	}
	for (i = 0; i < ARRAY_SIZE(virt); i++)
		KUNIT_EXPECT_FALSE(test, PageTail(virt_to_page(virt[i])));
	iommu_put_pages_list(&list);
}

static struct kunit_case iommu_pages_cases[] = {
	KUNIT_CASE_PARAM(size_is_rounded_up, size_gen_params),
	KUNIT_CASE_PARAM(address_is_aligned_to_size, size_gen_params),
	KUNIT_CASE_PARAM(memory_is_usable_to_the_end, size_gen_params),
	KUNIT_CASE_PARAM(recycled_memory_is_zeroed, order_gen_params),
	KUNIT_CASE_PARAM(free_returns_every_page, order_gen_params),
	KUNIT_CASE_PARAM(free_gives_up_one_reference, order_gen_params),
	KUNIT_CASE(free_of_null_is_nothing),
	KUNIT_CASE(too_large_is_null),
	KUNIT_CASE(no_node_is_the_local_node),
	KUNIT_CASE(every_node_serves_its_own),
	KUNIT_CASE(node_is_a_preference),
	KUNIT_CASE(more_than_one_node),
	KUNIT_CASE(gfp_dma_is_honoured),
	KUNIT_CASE(gfp_dma32_is_honoured),
	KUNIT_CASE(works_with_interrupts_off),
	KUNIT_CASE(works_in_hardirq),
	KUNIT_CASE(every_nth_allocation_fails_once),
	KUNIT_CASE(allocation_carries_the_tag),
	KUNIT_CASE(descriptor_of_any_address),
	KUNIT_CASE(descriptor_overlays_struct_page),
	KUNIT_CASE(listed_memory_is_no_tail_page),
	{}
};

static struct kunit_suite iommu_pages_suite = {
	.name		= "iommu_pages",
	.init		= iommu_pages_test_init,
	.exit		= iommu_pages_test_exit,
	.test_cases	= iommu_pages_cases,
};

kunit_test_suite(iommu_pages_suite);

MODULE_DESCRIPTION("KUnit tests for I/O page-table memory");
MODULE_LICENSE("GPL");
