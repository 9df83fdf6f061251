// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of I/O page-table memory that is charged to memory cgroups.
 */
#include <kunit/test.h>
#include <linux/pagevec.h>
#include <linux/sizes.h>

#include "iommu_fail_nth.h"
#include "iommu_memcg_kunit.h"

#ifdef CONFIG_MEMCG
static void ballast_is_seen(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, groups->a.secondary, NR_BALLAST);
	KUNIT_EXPECT_EQ(test, groups->b.secondary, NR_BALLAST);
	KUNIT_EXPECT_EQ(test, groups->parent.secondary, 2 * NR_BALLAST);
}

static void charged_memory_is_counted(struct kunit *test)
{
	void *virt[6];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(virt); i++) {
		virt[i] = alloc_in(&groups->a, GFP_CHARGE, PAGE_SIZE << i);
		KUNIT_ASSERT_NOT_NULL(test, virt[i]);
		expect_groups(test, (2 << i) - 1, 0);
	}
	while (i--) {
		iommu_free_pages(virt[i]);
		expect_groups(test, (1 << i) - 1, 0);
	}
}

static void uncharged_memory_is_not_counted(struct kunit *test)
{
	void *virt = alloc_in(&groups->a, GFP_KERNEL, PAGES(16));

	KUNIT_ASSERT_NOT_NULL(test, virt);
	expect_groups(test, 0, 0);
	EXPECT_GROWN(test, 16 + 2 * NR_BALLAST);
	iommu_free_pages(virt);
	expect_groups(test, 0, 0);
}

static void freed_while_another_group_is_active(struct kunit *test)
{
	void *virt = alloc_in(&groups->a, GFP_CHARGE, PAGES(16));
	struct mem_cgroup *old;

	KUNIT_ASSERT_NOT_NULL(test, virt);
	expect_groups(test, 16, 0);
	old = set_active_memcg(groups->b.memcg);
	iommu_free_pages(virt);
	set_active_memcg(old);
	expect_groups(test, 0, 0);
}

static void listed_memory_stays_counted(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *virt = alloc_in(&groups->a, GFP_CHARGE, PAGES(16));

	KUNIT_ASSERT_NOT_NULL(test, virt);
	iommu_pages_list_add(&list, virt);
	expect_groups(test, 16, 0);
	iommu_put_pages_list(&list);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
	expect_groups(test, 0, 0);
}

/* Group a, group b and no group in turn, @run at a time */
static void fill_groups(struct kunit *test, struct iommu_pages_list *list,
			unsigned int nr, unsigned int run, long *pages)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		unsigned int who = i / run % 3;
		size_t size = PAGE_SIZE << (i % 4);
		void *virt;

		virt = alloc_in(who == 1 ? &groups->b : &groups->a,
				who == 2 ? GFP_KERNEL : GFP_CHARGE, size);
		if (virt)
			iommu_pages_list_add(list, virt);
		else
			iommu_put_pages_list(list);
		KUNIT_ASSERT_NOT_NULL(test, virt);
		pages[who] += rounded_pages(size);
	}
}

static const unsigned int runs[] = { 1, 2, 7, PAGEVEC_SIZE, 1000 };

static void run_desc(const unsigned int *run, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "runs of %u", *run);
}

KUNIT_ARRAY_PARAM(run, runs, run_desc);

static void batched_put_across_groups(struct kunit *test)
{
	struct iommu_pages_list keep = IOMMU_PAGES_LIST_INIT(keep);
	struct iommu_pages_list put = IOMMU_PAGES_LIST_INIT(put);
	unsigned int run = *(const unsigned int *)test->param_value;
	long kept[3] = {}, pages[3] = {};

	fill_groups(test, &keep, 5, 1, kept);
	fill_groups(test, &put, 3 * PAGEVEC_SIZE + 5, run, pages);
	expect_groups(test, kept[0] + pages[0], kept[1] + pages[1]);

	iommu_put_pages_list(&put);
	expect_groups(test, kept[0], kept[1]);
	EXPECT_GROWN(test, kept[0] + kept[1] + kept[2] + 2 * NR_BALLAST);

	iommu_put_pages_list(&keep);
	expect_groups(test, 0, 0);
}

/* Neighbours on the list that differ in the node only, in the group only */
static void batched_put_across_groups_and_nodes(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct iommu_counters *begun;
	unsigned int i;

	if (num_node_state(N_MEMORY) < 2)
		kunit_skip(test, "one memory node");
	begun = kunit_kzalloc(test, sizeof(*begun), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, begun);
	iommu_counters_read(begun);

	for (i = 0; i < 80; i++) {
		struct group *group = i / 2 % 2 ? &groups->b : &groups->a;
		struct mem_cgroup *old = set_active_memcg(group->memcg);
		int nid = first_memory_node;
		void *virt;

		if (i % 2)
			nid = next_node(nid, node_states[N_MEMORY]);
		virt = iommu_alloc_pages_node_sz(nid,
						 GFP_CHARGE | __GFP_THISNODE,
						 PAGE_SIZE);
		set_active_memcg(old);
		if (virt)
			iommu_pages_list_add(&list, virt);
		else
			iommu_put_pages_list(&list);
		KUNIT_ASSERT_NOT_NULL(test, virt);
	}
	expect_groups(test, 40, 40);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown_node(begun,
							first_memory_node), 40);
	iommu_put_pages_list(&list);
	expect_groups(test, 0, 0);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(begun));
}

/* What a dead group was charged for is its parent's, until it is freed */
static void group_dies(struct kunit *test, bool listed)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct group *gone = &groups->gone;
	long pages = 16;
	void *virt;

	KUNIT_ASSERT_EQ(test, group_make(test, gone), 0);
	virt = alloc_in(gone, GFP_CHARGE, PAGES(16));
	KUNIT_ASSERT_NOT_NULL(test, virt);
	if (listed)
		iommu_pages_list_add(&list, virt);
	expect_parent_tables(test, pages);

	KUNIT_ASSERT_EQ(test, group_dir(PARENT, "gone", dir_rmdir), 0);
	KUNIT_EXPECT_TRUE(test, group_is_offline(gone));
	expect_parent_tables(test, pages);

	if (listed)
		iommu_put_pages_list(&list);
	else
		iommu_free_pages(virt);
	expect_parent_tables(test, 0);
}

static void freed_after_the_group_is_gone(struct kunit *test)
{
	group_dies(test, false);
}

static void put_after_the_group_is_gone(struct kunit *test)
{
	group_dies(test, true);
}

static void failed_allocation_charges_nothing(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "FAIL_IOMMU_PAGES is not set");

	iommu_fail_nth_begin(1);
	KUNIT_EXPECT_NULL(test, alloc_in(&groups->a, GFP_CHARGE, PAGES(16)));
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	expect_groups(test, 0, 0);
}

/* memory.max of the group refuses the charge: NULL, and no trace of it */
static void charge_over_the_limit_is_null(struct kunit *test)
{
	char path[PATH_LEN];
	gfp_t gfp = GFP_CHARGE | __GFP_NOWARN | __GFP_NORETRY;

	group_path(path, &groups->a, "memory.max");
	KUNIT_ASSERT_EQ(test, group_write(path, "2097152"), 0);
	KUNIT_EXPECT_NULL(test, alloc_in(&groups->a, gfp, SZ_4M));
	KUNIT_ASSERT_EQ(test, group_write(path, "max"), 0);
	expect_groups(test, 0, 0);
	EXPECT_GROWN(test, 2 * NR_BALLAST);
}
#else /* CONFIG_MEMCG */
static void charged_memory_is_counted(struct kunit *test)
{
}
#endif /* CONFIG_MEMCG */

static struct kunit_case iommu_pages_memcg_cases[] = {
	KUNIT_CASE(charged_memory_is_counted),
#ifdef CONFIG_MEMCG
	KUNIT_CASE(ballast_is_seen),
	KUNIT_CASE(uncharged_memory_is_not_counted),
	KUNIT_CASE(freed_while_another_group_is_active),
	KUNIT_CASE(listed_memory_stays_counted),
	KUNIT_CASE_PARAM(batched_put_across_groups, run_gen_params),
	KUNIT_CASE(batched_put_across_groups_and_nodes),
	KUNIT_CASE(freed_after_the_group_is_gone),
	KUNIT_CASE(put_after_the_group_is_gone),
	KUNIT_CASE(failed_allocation_charges_nothing),
	KUNIT_CASE(charge_over_the_limit_is_null),
#endif
	{}
};

static struct kunit_suite iommu_pages_memcg_suite = {
	.name		= "iommu_pages_memcg",
	.init		= memcg_init,
	.exit		= memcg_exit,
	.test_cases	= iommu_pages_memcg_cases,
};

kunit_test_suite(iommu_pages_memcg_suite);

MODULE_DESCRIPTION("KUnit tests for charged I/O page-table memory");
MODULE_LICENSE("GPL");
