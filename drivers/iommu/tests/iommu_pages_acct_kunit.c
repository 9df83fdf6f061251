// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what the outside sees of I/O page-table memory: the counters
 * of each node, the tracepoints, and the driver's line in /proc/allocinfo.
 */
#include <kunit/test.h>
#include <linux/kallsyms.h>
#include <linux/nodemask.h>
#include <linux/pagevec.h>
#include <linux/pgalloc_tag.h>

#include "iommu_fail_nth.h"
#include "iommu_pages_kunit.h"
#include "iommu_traced_kunit.h"

static void skip_unless_two_nodes(struct kunit *test)
{
	if (num_node_state(N_MEMORY) < 2)
		kunit_skip(test, "one memory node");
}

static int nth_node(unsigned int n)
{
	int nid = first_memory_node;

	for (n %= num_node_state(N_MEMORY); n; n--)
		nid = next_node(nid, node_states[N_MEMORY]);
	return nid;
}

/* What the counters of each memory node must have grown by */
static void expect_nodes(struct kunit *test, const long *pages)
{
	int nid;

	for_each_node_state(nid, N_MEMORY)
		KUNIT_EXPECT_EQ_MSG(test,
				    iommu_counters_grown_node(test->priv, nid),
				    pages[nid], "node %d", nid);
}

/*
 * Add @nr entries, @run at a time from each node in turn, of changing size, and
 * note in @pages what they add to each node.
 */
static void fill_nodes(struct kunit *test, struct iommu_pages_list *list,
		       unsigned int nr, unsigned int run, long *pages)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		size_t size = PAGE_SIZE << (i % 5);
		int nid = nth_node(i / run);

		alloc_to_list(test, list, nid, GFP_KERNEL | __GFP_THISNODE,
			      size);
		pages[nid] += rounded_pages(size);
	}
}

static const unsigned int runs[] = { 1, 2, 3, PAGEVEC_SIZE, 1000 };

static void run_desc(const unsigned int *run, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "runs of %u", *run);
}

KUNIT_ARRAY_PARAM(run, runs, run_desc);

static void batched_put_across_nodes(struct kunit *test)
{
	struct iommu_pages_list put = IOMMU_PAGES_LIST_INIT(put);
	struct iommu_pages_list keep = IOMMU_PAGES_LIST_INIT(keep);
	unsigned int run = *(const unsigned int *)test->param_value;
	long *kept, *pages;

	skip_unless_two_nodes(test);
	pages = kunit_kcalloc(test, MAX_NUMNODES, sizeof(*pages), GFP_KERNEL);
	kept = kunit_kcalloc(test, MAX_NUMNODES, sizeof(*kept), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pages);
	KUNIT_ASSERT_NOT_NULL(test, kept);

	fill_nodes(test, &keep, 7, 1, kept);
	memcpy(pages, kept, MAX_NUMNODES * sizeof(*pages));
	fill_nodes(test, &put, 3 * PAGEVEC_SIZE + 5, run, pages);
	expect_nodes(test, pages);

	iommu_put_pages_list(&put);
	expect_nodes(test, kept);
	iommu_put_pages_list(&keep);
}

static void free_counts_on_the_node_of_the_memory(struct kunit *test)
{
	long *pages;
	void *virt;

	skip_unless_two_nodes(test);
	pages = kunit_kcalloc(test, MAX_NUMNODES, sizeof(*pages), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pages);

	virt = iommu_alloc_pages_node_sz(nth_node(1),
					 GFP_KERNEL | __GFP_THISNODE, PAGES(8));
	KUNIT_ASSERT_NOT_NULL(test, virt);
	pages[nth_node(1)] = 8;
	expect_nodes(test, pages);

	iommu_free_pages(virt);
	pages[nth_node(1)] = 0;
	expect_nodes(test, pages);
}

static long free_on_this_cpu(void *virt)
{
	iommu_free_pages(virt);
	return 0;
}

/* Deltas are per CPU: minus on one and plus on another make zero */
static void freed_on_every_cpu(struct kunit *test)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		void *virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(16));

		KUNIT_ASSERT_NOT_NULL(test, virt);
		if (work_on_cpu_safe(cpu, free_on_this_cpu, virt))
			iommu_free_pages(virt);
		EXPECT_GROWN(test, 0);
	}
}

/* More than a delta of one CPU can hold, up and down again */
static void counters_overflow_their_delta(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	unsigned int i;

	for (i = 0; i < 300; i++)
		alloc_to_list(test, &list, NUMA_NO_NODE, GFP_KERNEL, PAGE_SIZE);
	EXPECT_GROWN(test, 300);
	iommu_put_pages_list(&list);
	EXPECT_GROWN(test, 0);
}

static void failed_allocation_counts_nothing(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "FAIL_IOMMU_PAGES is not set");

	iommu_fail_nth_begin(1);
	KUNIT_EXPECT_NULL(test, iommu_alloc_pages_sz(GFP_KERNEL, PAGES(16)));
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	EXPECT_GROWN(test, 0);
}

/* Is @caller in the function that begins at @function? */
static bool called_from(unsigned long caller, void *function)
{
	unsigned long size = 0, offset = 0;

	if (!IS_ENABLED(CONFIG_KALLSYMS))
		return true;
	return kallsyms_lookup_size_offset(caller - 1, &size, &offset) &&
	       caller - 1 - offset == (unsigned long)function;
}

static noinline void *traced_alloc(void)
{
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL | __GFP_NOWARN, PAGES(4));

	barrier();
	return virt;
}

static noinline void traced_free(void *virt)
{
	iommu_free_pages(virt);
	barrier();
}

static noinline void traced_put(struct iommu_pages_list *list)
{
	iommu_put_pages_list(list);
	barrier();
}

static void allocation_is_traced(struct kunit *test)
{
	struct traced *traced = trace_start(test);
	void *virt = traced_alloc();

	KUNIT_ASSERT_NOT_NULL(test, virt);
	KUNIT_EXPECT_EQ(test, traced->allocs, 1);
	KUNIT_EXPECT_EQ(test, traced->frees, 0);
	KUNIT_EXPECT_PTR_EQ(test, traced->virt, (const void *)virt);
	KUNIT_EXPECT_EQ(test, traced->size, PAGES(4));
	KUNIT_EXPECT_EQ(test, (__force u32)traced->gfp,
			(__force u32)(GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_TRUE(test, called_from(traced->caller, traced_alloc));
	iommu_free_pages(virt);
}

static void free_is_traced(struct kunit *test)
{
	struct traced *traced = trace_start(test);
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(4));

	KUNIT_ASSERT_NOT_NULL(test, virt);
	traced_free(virt);
	KUNIT_EXPECT_EQ(test, traced->frees, 1);
	KUNIT_EXPECT_PTR_EQ(test, traced->virt, (const void *)virt);
	KUNIT_EXPECT_EQ(test, traced->size, PAGES(4));
	KUNIT_EXPECT_TRUE(test, called_from(traced->caller, traced_free));
}

static void put_traces_every_entry(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct traced *traced = trace_start(test);
	unsigned int i;

	for (i = 0; i < 50; i++)
		alloc_to_list(test, &list, NUMA_NO_NODE, GFP_KERNEL, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, traced->allocs, 50);
	KUNIT_EXPECT_EQ(test, traced->frees, 0);
	traced_put(&list);
	KUNIT_EXPECT_EQ(test, traced->frees, 50);
	KUNIT_EXPECT_TRUE(test, called_from(traced->caller, traced_put));
}

static void failure_and_null_are_not_traced(struct kunit *test)
{
	struct traced *traced = trace_start(test);

	KUNIT_EXPECT_NULL(test, iommu_alloc_pages_sz(GFP_KERNEL | __GFP_NOWARN,
						     SIZE_MAX));
	iommu_free_pages(NULL);
	KUNIT_EXPECT_EQ(test, traced->allocs, 0);
	KUNIT_EXPECT_EQ(test, traced->frees, 0);
}

#ifdef CONFIG_MEM_ALLOC_PROFILING
/* Before the first allocation: a case that skips must not leave one behind */
static void need_attribution(struct kunit *test)
{
	if (!mem_alloc_profiling_enabled())
		kunit_skip(test, "memory allocation profiling is off");
}

static struct alloc_tag *tag_of(struct kunit *test, const void *virt)
{
	struct alloc_tag *tag = pgalloc_tag_get(virt_to_page(virt));

	KUNIT_ASSERT_NOT_NULL(test, tag);
	return tag;
}

static void allocation_is_attributed_to_the_caller(struct kunit *test)
{
	struct alloc_tag_counters counters;
	struct alloc_tag *tag;
	size_t line;
	void *virt;

	need_attribution(test);
	line = __LINE__ + 1;
	virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(4));
	KUNIT_ASSERT_NOT_NULL(test, virt);
	tag = tag_of(test, virt);
	counters = alloc_tag_read(tag);

	KUNIT_EXPECT_STREQ(test, kbasename(tag->ct.filename),
			   kbasename(__FILE__));
	KUNIT_EXPECT_STREQ(test, tag->ct.function, __func__);
	KUNIT_EXPECT_EQ(test, tag->ct.lineno, line);
	KUNIT_EXPECT_EQ(test, counters.bytes, PAGES(4));
	KUNIT_EXPECT_EQ(test, counters.calls, 1);

	iommu_free_pages(virt);
	counters = alloc_tag_read(tag);
	KUNIT_EXPECT_EQ(test, counters.bytes, 0);
	KUNIT_EXPECT_EQ(test, counters.calls, 0);
}

static void put_takes_the_attribution_off(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct alloc_tag_counters counters;
	struct alloc_tag *tag = NULL;
	unsigned int i;

	need_attribution(test);
	for (i = 0; i < 40; i++) {
		void *virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(8));

		KUNIT_ASSERT_NOT_NULL(test, virt);
		iommu_pages_list_add(&list, virt);
		tag = tag_of(test, virt);
	}
	counters = alloc_tag_read(tag);
	KUNIT_EXPECT_EQ(test, counters.bytes, 40 * PAGES(8));

	iommu_put_pages_list(&list);
	counters = alloc_tag_read(tag);
	KUNIT_EXPECT_EQ(test, counters.bytes, 0);
	KUNIT_EXPECT_EQ(test, counters.calls, 0);
}
#else
static void allocation_is_attributed_to_the_caller(struct kunit *test)
{
	kunit_skip(test, "MEM_ALLOC_PROFILING is not set");
}

static void put_takes_the_attribution_off(struct kunit *test)
{
	kunit_skip(test, "MEM_ALLOC_PROFILING is not set");
}
#endif

static struct kunit_case iommu_pages_acct_cases[] = {
	KUNIT_CASE_PARAM(batched_put_across_nodes, run_gen_params),
	KUNIT_CASE(free_counts_on_the_node_of_the_memory),
	KUNIT_CASE(freed_on_every_cpu),
	KUNIT_CASE(counters_overflow_their_delta),
	KUNIT_CASE(failed_allocation_counts_nothing),
	KUNIT_CASE(allocation_is_traced),
	KUNIT_CASE(free_is_traced),
	KUNIT_CASE(put_traces_every_entry),
	KUNIT_CASE(failure_and_null_are_not_traced),
	KUNIT_CASE(allocation_is_attributed_to_the_caller),
	KUNIT_CASE(put_takes_the_attribution_off),
	{}
};

static struct kunit_suite iommu_pages_acct_suite = {
	.name		= "iommu_pages_acct",
	.init		= iommu_pages_test_init,
	.exit		= iommu_pages_test_exit,
	.test_cases	= iommu_pages_acct_cases,
};

kunit_test_suite(iommu_pages_acct_suite);

MODULE_DESCRIPTION("KUnit tests for the accounting of I/O page-table memory");
MODULE_LICENSE("GPL");
