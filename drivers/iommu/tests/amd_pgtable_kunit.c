// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the AMD v1 and v2 I/O page tables, without hardware: what a
 * mapping costs, what it replaces, and that destruction leaves nothing. The
 * model is described in amd_pgtable_test.h.
 */

#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/sched.h>

#include "amd_pgtable_test.h"

static const size_t pgt_sizes[] = { SZ_4K, SZ_2M, SZ_1G };

static void pgt_root_is_one_table(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, pgt_tables(test), 1);
	pgt_destroy(test->priv);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), 0);
}

static void pgt_map_translates(struct kunit *test)
{
	size_t size;
	int i;

	for (i = 0; i < ARRAY_SIZE(pgt_sizes); i++) {
		size = pgt_sizes[i];
		pgt_map_one(test, PGT_IOVA, PGT_PADDR, size);

		KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA), PGT_PADDR);
		KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + size - 1),
				PGT_PADDR + size - 1);
		KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA - 1), 0);
		KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + size), 0);

		KUNIT_EXPECT_EQ(test, pgt_unmap(test, PGT_IOVA, size), size);
		KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA), 0);
	}
}

static void pgt_map_costs_one_path(struct kunit *test)
{
	struct pgt_test *ctx = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(pgt_sizes); i++) {
		pgt_map_one(test, PGT_IOVA, PGT_PADDR, pgt_sizes[i]);
		KUNIT_EXPECT_EQ(test, pgt_tables(test),
				pgt_path(test, pgt_sizes[i]));

		pgt_destroy(ctx);
		KUNIT_EXPECT_EQ(test, pgt_tables(test), 0);
		KUNIT_ASSERT_NOT_NULL(test, pgt_create(ctx, NUMA_NO_NODE));
	}
}

static void pgt_unmap_keeps_tables(struct kunit *test)
{
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_4K);
	KUNIT_EXPECT_EQ(test, pgt_unmap(test, PGT_IOVA, SZ_4K), SZ_4K);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_4K));

	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_4K);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_4K));
}

static void pgt_range_fills_tables(struct kunit *test)
{
	size_t mapped;

	KUNIT_ASSERT_EQ(test, pgt_map(test, PGT_IOVA, PGT_PADDR, SZ_4K, 513,
				      &mapped), 0);
	KUNIT_EXPECT_EQ(test, mapped, 513 * SZ_4K);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + SZ_2M),
			PGT_PADDR + SZ_2M);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_4K) + 1);
}

static void pgt_no_permission_maps_nothing(struct kunit *test)
{
	struct pgt_test *ctx = test->priv;
	size_t mapped = 0;

	KUNIT_EXPECT_EQ(test,
			ctx->ops->map_pages(ctx->ops, PGT_IOVA, PGT_PADDR,
					    SZ_4K, 1, 0, GFP_KERNEL, &mapped),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, mapped, 0);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), 1);
}

static void pgt_destroy_frees_live_mappings(struct kunit *test)
{
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_1G);
	pgt_map_one(test, PGT_IOVA + SZ_1G, PGT_PADDR, SZ_2M);
	pgt_map_one(test, PGT_IOVA + SZ_1G + SZ_2M, PGT_PADDR, SZ_4K);
	pgt_map_one(test, PGT_IOVA + 4ULL * SZ_1G, PGT_PADDR, SZ_4K);
	/* One root-to-leaf path, and another below the same 1 GiB table */
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_4K) + 2);

	pgt_destroy(test->priv);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), 0);
}

/* Alone in its table, at either of two levels */
static void pgt_destroy_finds_each_entry(struct kunit *test)
{
	struct pgt_test *ctx = test->priv;
	unsigned long i;

	for (i = 0; i < 512; i++) {
		pgt_map_one(test, i * SZ_1G + i * SZ_2M, PGT_PADDR, SZ_4K);
		pgt_destroy(ctx);
		KUNIT_ASSERT_EQ_MSG(test, pgt_tables(test), 0, "entry %lu", i);
		KUNIT_ASSERT_NOT_NULL(test, pgt_create(ctx, NUMA_NO_NODE));
	}
}

static void pgt_tables_on_asked_node(struct kunit *test)
{
	struct pgt_test *ctx = test->priv;
	int nid;

	for_each_node_state(nid, N_MEMORY) {
		pgt_destroy(ctx);
		KUNIT_ASSERT_NOT_NULL(test, pgt_create(ctx, nid));
		pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_4K);
		KUNIT_EXPECT_EQ(test,
				iommu_counters_grown_node(&ctx->base, nid),
				pgt_path(test, SZ_4K));
		KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_4K));
	}
}

/* 4 KiB tables below one 2 MiB entry give way to a leaf */
static void pgt_2m_replaces_a_table(struct kunit *test)
{
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_4K);
	KUNIT_ASSERT_EQ(test, pgt_unmap(test, PGT_IOVA, SZ_4K), SZ_4K);

	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_2M);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + SZ_4K),
			PGT_PADDR + SZ_4K);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_2M));
}

/* Tables of two levels, with leaves of both sizes in them */
static void pgt_1g_replaces_a_subtree(struct kunit *test)
{
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_4K);
	pgt_map_one(test, PGT_IOVA + SZ_2M, PGT_PADDR, SZ_4K);
	pgt_map_one(test, PGT_IOVA + 2 * SZ_2M, PGT_PADDR, SZ_2M);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_4K) + 1);

	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_1G);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + SZ_2M),
			PGT_PADDR + SZ_2M);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_1G));
}

static void pgt_map_over_a_live_4k(struct kunit *test)
{
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_4K);
	pgt_map_one(test, PGT_IOVA, PGT_PADDR + SZ_1G, SZ_4K);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA), PGT_PADDR + SZ_1G);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_4K));
}

static void free_data(void *page)
{
	__free_pages(page, get_order(SZ_2M));
}

/* 2 MiB that are mapped as data, with a reference to spare */
static struct page *pgt_alloc_data(struct kunit *test)
{
	struct page *page;

	page = alloc_pages(GFP_KERNEL | __GFP_COMP, get_order(SZ_2M));
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_data, page),
			0);
	get_page(page);

	return page;
}

static void pgt_expect_data_untouched(struct kunit *test, struct page *page)
{
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	if (page_count(page) == 2)
		put_page(page);
}

static void pgt_2m_over_a_live_2m(struct kunit *test)
{
	struct page *page = pgt_alloc_data(test);

	pgt_map_one(test, PGT_IOVA, page_to_phys(page), SZ_2M);
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_2M);

	pgt_expect_data_untouched(test, page);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA), PGT_PADDR);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_2M));
}

static void pgt_4k_over_a_live_2m(struct kunit *test)
{
	struct page *page = pgt_alloc_data(test);

	pgt_map_one(test, PGT_IOVA, page_to_phys(page), SZ_2M);
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_4K);

	pgt_expect_data_untouched(test, page);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA), PGT_PADDR);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_4K));
}

/* Where nothing can be read: like a peer device, beyond all memory */
static phys_addr_t pgt_no_memory_here(void)
{
	return ALIGN(PFN_PHYS(max_pfn), SZ_1G) + SZ_1G;
}

static void pgt_1g_over_a_live_1g(struct kunit *test)
{
	pgt_map_one(test, PGT_IOVA, pgt_no_memory_here(), SZ_1G);
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_1G);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA), PGT_PADDR);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_1G));
}

static void pgt_2m_over_a_live_1g(struct kunit *test)
{
	pgt_map_one(test, PGT_IOVA, pgt_no_memory_here(), SZ_1G);
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_2M);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA), PGT_PADDR);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + SZ_2M), 0);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_2M));
}

/* v1 only from here: more levels as the address grows, and other page sizes */

static void pgt_v1_grows_with_the_address(struct kunit *test)
{
	static const struct {
		unsigned long iova;
		int mode;
		long tables;	/* new root and the path below it */
	} step[] = {
		{ BIT(39), PAGE_MODE_4_LEVEL, 1 + 3 },
		{ BIT(48), PAGE_MODE_5_LEVEL, 1 + 4 },
		{ BIT(57), PAGE_MODE_6_LEVEL, 1 + 5 },
	};
	struct pgt_test *ctx = test->priv;
	long tables = pgt_path(test, SZ_4K);
	int i;

	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_4K);
	for (i = 0; i < ARRAY_SIZE(step); i++) {
		pgt_map_one(test, step[i].iova, PGT_PADDR + SZ_4K, SZ_4K);
		tables += step[i].tables;

		KUNIT_EXPECT_EQ(test, ctx->pdom->iop.mode, step[i].mode);
		KUNIT_EXPECT_EQ(test, pgt_tables(test), tables);
		KUNIT_EXPECT_EQ(test, pgt_phys(test, step[i].iova),
				PGT_PADDR + SZ_4K);
		KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA), PGT_PADDR);
	}
}

static void pgt_v1_grows_several_levels_at_once(struct kunit *test)
{
	struct pgt_test *ctx = test->priv;

	pgt_map_one(test, BIT(57), PGT_PADDR, SZ_4K);
	KUNIT_EXPECT_EQ(test, ctx->pdom->iop.mode, PAGE_MODE_6_LEVEL);
	/* The first root, three above it, five on the path to the leaf */
	KUNIT_EXPECT_EQ(test, pgt_tables(test), 1 + 3 + 5);
}

/* 64 KiB are 16 equal entries of one table */
static void pgt_v1_replicated_leaf(struct kunit *test)
{
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_64K);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + SZ_64K - 1),
			PGT_PADDR + SZ_64K - 1);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + SZ_64K), 0);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_4K));
	KUNIT_EXPECT_EQ(test, pgt_unmap(test, PGT_IOVA, SZ_64K), SZ_64K);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + SZ_32K), 0);
}

/* 8 MiB are four entries: three vanish, a table replaces the fourth */
static void pgt_v1_4k_splits_a_replicated_leaf(struct kunit *test)
{
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_8M);
	pgt_map_one(test, PGT_IOVA + SZ_2M, PGT_PADDR, SZ_4K);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA), 0);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + SZ_2M), PGT_PADDR);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + 3 * SZ_2M), 0);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_4K));
}

static void pgt_v1_replicated_leaf_replaces_tables(struct kunit *test)
{
	int i;

	for (i = 0; i < 4; i++)
		pgt_map_one(test, PGT_IOVA + i * SZ_2M, PGT_PADDR, SZ_4K);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_4K) + 3);

	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_8M);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, PGT_IOVA + SZ_4M),
			PGT_PADDR + SZ_4M);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_2M));
}

#ifdef CONFIG_FAIL_IOMMU_PAGES
/* Returns true if the @nth allocation happened, and therefore failed */
static bool pgt_map_failing(struct kunit *test, unsigned long iova,
			    size_t size, int nth, int *ret)
{
	bool reached;
	size_t mapped;

	current->fail_nth = nth;
	*ret = pgt_map(test, iova, PGT_PADDR, size, 1, &mapped);
	reached = !current->fail_nth;
	current->fail_nth = 0;

	return reached;
}

/* Each failure is followed by destruction of what there is by then */
static void pgt_fail_each(struct kunit *test, unsigned long iova, size_t size,
			  int allocations)
{
	struct pgt_test *ctx = test->priv;
	int ret, nth = 1;

	while (pgt_map_failing(test, iova, size, nth, &ret)) {
		KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
		KUNIT_EXPECT_EQ(test, pgt_phys(test, iova), 0);
		KUNIT_EXPECT_EQ(test, pgt_tables(test), nth);
		pgt_destroy(ctx);
		KUNIT_EXPECT_EQ(test, pgt_tables(test), 0);
		KUNIT_ASSERT_NOT_NULL(test, pgt_create(ctx, NUMA_NO_NODE));
		KUNIT_ASSERT_LE(test, nth++, allocations);
	}
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, nth, allocations + 1);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, iova), PGT_PADDR);
	pgt_destroy(ctx);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), 0);
}

static void pgt_every_allocation_fails_once(struct kunit *test)
{
	struct pgt_test *ctx = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(pgt_sizes); i++) {
		pgt_fail_each(test, PGT_IOVA, pgt_sizes[i],
			      pgt_path(test, pgt_sizes[i]) - 1);
		KUNIT_ASSERT_NOT_NULL(test, pgt_create(ctx, NUMA_NO_NODE));
	}
}

static void pgt_v1_every_growth_fails_once(struct kunit *test)
{
	pgt_fail_each(test, BIT(57), SZ_4K, 3 + 5);
}

static void pgt_creation_fails(struct kunit *test)
{
	struct pgt_test *ctx = test->priv;

	pgt_destroy(ctx);
	current->fail_nth = 1;
	KUNIT_EXPECT_NULL(test, pgt_create(ctx, NUMA_NO_NODE));
	KUNIT_EXPECT_EQ(test, current->fail_nth, 0);
	current->fail_nth = 0;
	KUNIT_EXPECT_EQ(test, pgt_tables(test), 0);
}

/* The rest of the old mapping stays, and so do its tables */
static void pgt_failed_split_leaves_no_table(struct kunit *test)
{
	int ret;

	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_2M);
	KUNIT_EXPECT_TRUE(test, pgt_map_failing(test, PGT_IOVA, SZ_4K, 1,
						&ret));
	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_2M));
}

/* The second of two pages needs a table in the next gigabyte, which fails */
static void pgt_failed_range_frees_what_it_replaced(struct kunit *test)
{
	unsigned long iova = PGT_IOVA + SZ_1G - SZ_2M;
	size_t mapped;

	pgt_map_one(test, iova, PGT_PADDR, SZ_4K);
	current->fail_nth = 1;
	KUNIT_EXPECT_EQ(test, pgt_map(test, iova, PGT_PADDR, SZ_2M, 2, &mapped),
			-ENOMEM);
	KUNIT_EXPECT_EQ(test, current->fail_nth, 0);
	current->fail_nth = 0;

	KUNIT_EXPECT_EQ(test, mapped, SZ_2M);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, iova), PGT_PADDR);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, SZ_2M));
}
#else
static void pgt_cannot_fail(struct kunit *test)
{
	kunit_skip(test, "needs FAIL_IOMMU_PAGES to fail a 4 KiB allocation");
}

#define pgt_every_allocation_fails_once		pgt_cannot_fail
#define pgt_v1_every_growth_fails_once		pgt_cannot_fail
#define pgt_creation_fails			pgt_cannot_fail
#define pgt_failed_split_leaves_no_table	pgt_cannot_fail
#define pgt_failed_range_frees_what_it_replaced	pgt_cannot_fail
#endif

static struct kunit_case pgt_cases[] = {
	PGT_CASE(pgt_root_is_one_table),
	PGT_CASE(pgt_map_translates),
	PGT_CASE(pgt_map_costs_one_path),
	PGT_CASE(pgt_unmap_keeps_tables),
	PGT_CASE(pgt_range_fills_tables),
	PGT_CASE(pgt_no_permission_maps_nothing),
	PGT_CASE(pgt_destroy_frees_live_mappings),
	PGT_CASE(pgt_destroy_finds_each_entry),
	PGT_CASE(pgt_tables_on_asked_node),
	PGT_CASE(pgt_2m_replaces_a_table),
	PGT_CASE(pgt_1g_replaces_a_subtree),
	PGT_CASE(pgt_map_over_a_live_4k),
	PGT_CASE(pgt_2m_over_a_live_2m),
	PGT_CASE(pgt_4k_over_a_live_2m),
	PGT_CASE(pgt_1g_over_a_live_1g),
	PGT_CASE(pgt_2m_over_a_live_1g),
	PGT_CASE(pgt_every_allocation_fails_once),
	PGT_CASE(pgt_creation_fails),
	PGT_CASE(pgt_failed_split_leaves_no_table),
	PGT_CASE(pgt_failed_range_frees_what_it_replaced),
	KUNIT_CASE(pgt_v1_grows_with_the_address),
	KUNIT_CASE(pgt_v1_grows_several_levels_at_once),
	KUNIT_CASE(pgt_v1_every_growth_fails_once),
	KUNIT_CASE(pgt_v1_replicated_leaf),
	KUNIT_CASE(pgt_v1_4k_splits_a_replicated_leaf),
	KUNIT_CASE(pgt_v1_replicated_leaf_replaces_tables),
	{}
};

static struct kunit_suite pgt_suite = {
	.name = "amd_pgtable",
	.init = pgt_init,
	.exit = pgt_exit,
	.test_cases = pgt_cases,
};

kunit_test_suite(pgt_suite);

MODULE_DESCRIPTION("KUnit tests of the AMD v1 and v2 I/O page tables");
MODULE_LICENSE("GPL");
