// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the tables of every I/O page-table format: how many there are
 * after each operation, who provides their memory and on which node, and when
 * they go. See io_pgtable_formats.h.
 *
 * Tables are counted in two ways: by pages on both counters, where no table is
 * less than a page, and by DMA mappings, where the walker is not coherent. A
 * variant for which neither works is left out here; that nothing of it is lost
 * is checked at the end of each case in any suite.
 */
#include <linux/nodemask.h>

#include "io_pgtable_formats.h"

FMT_WANTED(counted, !var->coherent || (var->root >= PAGE_SIZE &&
				       var->table >= PAGE_SIZE));
FMT_WANTED(walked, !var->coherent);
FMT_WANTED(lpae, fmt_is_lpae(var));
FMT_WANTED(lpae_pages, fmt_is_lpae(var) && var->coherent &&
	   var->root >= PAGE_SIZE && var->table >= PAGE_SIZE);
FMT_WANTED(v7s, var->fmt == ARM_V7S && !var->coherent);

static void root_is_all_there_is(struct kunit *test)
{
	fmt_expect_tables(test, 1);
	fmt_destroy(test->priv);
	fmt_expect_tables(test, 0);
}

static void a_page_needs_one_table_a_level(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size;

	fmt_for_each_size(ctx, size) {
		fmt_map_one(test, FMT_IOVA, ctx->var->paddr, size);
		fmt_expect_tables(test, fmt_tables(test, size));
		fmt_destroy(ctx);
		fmt_expect_tables(test, 0);
		KUNIT_ASSERT_NOT_NULL(test, fmt_create(ctx));
	}
}

static void neighbours_share_tables(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), per_table = BIT(ctx->var->bits);

	KUNIT_ASSERT_EQ(test, fmt_map(test, FMT_IOVA, ctx->var->paddr, page,
				      per_table), 0);
	fmt_expect_tables(test, fmt_tables(test, page));
	fmt_map_one(test, FMT_IOVA + per_table * page, ctx->var->paddr, page);
	fmt_expect_tables(test, fmt_tables(test, page) + 1);
}

static void unmapped_pages_leave_their_tables(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test);
	int i;

	for (i = 0; i < 3; i++) {
		fmt_map_one(test, FMT_IOVA, ctx->var->paddr, page);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, page, 1),
				page);
		fmt_expect_tables(test, fmt_tables(test, page));
	}
}

static void refused_mapping_adds_no_table(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), mapped = 0;

	KUNIT_EXPECT_EQ(test,
			ctx->ops->map_pages(ctx->ops, FMT_IOVA, ctx->var->paddr,
					    page, 1, 0, GFP_KERNEL, &mapped),
			-EINVAL);
	fmt_expect_tables(test, 1);
}

/* A leaf of @size in the place of tables: the levels below it are gone */
static void block_frees_the_tables_below(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size, page = fmt_page(test);

	fmt_for_each_size(ctx, size) {
		fmt_map_one(test, FMT_IOVA, ctx->var->paddr, page);
		KUNIT_ASSERT_EQ(test, fmt_unmap_call(test, FMT_IOVA, page, 1),
				page);
		fmt_map_one(test, FMT_IOVA, ctx->var->paddr, size);
		fmt_expect_tables(test, fmt_tables(test, size));
		fmt_destroy(ctx);
		KUNIT_ASSERT_NOT_NULL(test, fmt_create(ctx));
	}
}

/* What the walker may be in the middle of is flushed, then freed */
static void flush_comes_before_the_free(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size, page = fmt_page(test);
	unsigned int live;

	fmt_for_each_size(ctx, size) {
		if (fmt_tables(test, size) == fmt_tables(test, page))
			continue;
		fmt_map_one(test, FMT_IOVA, ctx->var->paddr, page);
		live = ctx->view.live;
		ctx->walks = 0;
		fmt_map_one(test, FMT_IOVA, ctx->var->paddr, size);
		KUNIT_EXPECT_EQ(test, ctx->walks, 1);
		KUNIT_EXPECT_EQ(test, ctx->live_at_walk, live);
		KUNIT_EXPECT_LT(test, ctx->view.live, live);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1),
				size);
	}
}

static void destroy_frees_live_mappings(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	unsigned long iova = FMT_IOVA;
	size_t size;

	/* 1 GiB is the largest, so that the last page ends below 4 GiB */
	fmt_for_each_size(ctx, size) {
		iova = ALIGN(iova, size);
		fmt_map_one(test, iova, ctx->var->paddr, size);
		iova += size;
	}
	fmt_destroy(ctx);
	fmt_expect_tables(test, 0);
}

/* Each level between the block and the part is a new table */
static void split_adds_a_table_a_level(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size, page = fmt_page(test);

	fmt_for_each_size(ctx, size) {
		if (size == page)
			continue;
		fmt_map_one(test, FMT_IOVA, ctx->var->paddr, size);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA + page,
						     page, 1), page);
		fmt_expect_tables(test, fmt_tables(test, page));
		fmt_destroy(ctx);
		fmt_expect_tables(test, 0);
		KUNIT_ASSERT_NOT_NULL(test, fmt_create(ctx));
	}
}

/* Every mapping for DMA has the size that the walker reads, no more, no less */
static void tables_are_mapped_in_their_size(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	unsigned int i, roots = 0;

	fmt_map_one(test, FMT_IOVA, ctx->var->paddr, fmt_page(test));
	for (i = 0; i < DMA_VIEW_TABLES; i++) {
		struct dma_view_table *table = &ctx->view.table[i];

		if (!table->size)
			continue;
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED(table->dma, table->size));
		if (table->size == ctx->var->root)
			roots++;
		else
			KUNIT_EXPECT_EQ(test, table->size, ctx->var->table);
	}
	KUNIT_EXPECT_GE(test, roots, 1);
}

static void v7s_tables_are_in_reach(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	unsigned int i;

	fmt_map_one(test, FMT_IOVA, ctx->var->paddr, SZ_4K);
	for (i = 0; i < DMA_VIEW_TABLES; i++) {
		struct dma_view_table *table = &ctx->view.table[i];
		unsigned int bits = 32;

		if (ctx->var->quirks & IO_PGTABLE_QUIRK_ARM_MTK_TTBR_EXT)
			bits = ctx->var->oas;
		if (table->size)
			KUNIT_EXPECT_EQ(test, (u64)table->dma >> bits, 0);
	}
}

/* A custom allocator that remembers what it gave */
static struct {
	struct kunit *test;
	void *virt[16];
	size_t size[16];
	unsigned int live;
} hook;

static void *hook_alloc(void *cookie, size_t size, gfp_t gfp)
{
	struct fmt_test *ctx = cookie;
	void *virt;

	KUNIT_EXPECT_EQ(hook.test, size,
			hook.live ? ctx->var->table : ctx->var->root);
	if (hook.live == ARRAY_SIZE(hook.virt))
		return NULL;
	virt = alloc_pages_exact(size, gfp | __GFP_ZERO);
	hook.virt[hook.live] = virt;
	hook.size[hook.live] = size;
	hook.live++;
	return virt;
}

static void hook_free(void *cookie, void *virt, size_t size)
{
	unsigned int i;

	for (i = 0; i < hook.live && hook.virt[i] != virt; i++)
		;
	KUNIT_ASSERT_LT(hook.test, i, hook.live);
	KUNIT_EXPECT_EQ(hook.test, size, hook.size[i]);
	hook.live--;
	hook.virt[i] = hook.virt[hook.live];
	hook.size[i] = hook.size[hook.live];
	free_pages_exact(virt, size);
}

/* Allocation and free name the same size, and never less than 64 bytes */
static void custom_allocator_gets_true_sizes(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	fmt_destroy(ctx);
	hook.test = test;
	hook.live = 0;
	fmt_cfg(ctx, &ctx->cfg);
	ctx->cfg.alloc = hook_alloc;
	ctx->cfg.free = hook_free;
	ctx->ops = alloc_io_pgtable_ops(ctx->var->fmt, &ctx->cfg, ctx);
	KUNIT_ASSERT_NOT_NULL(test, ctx->ops);

	fmt_map_one(test, FMT_IOVA, ctx->var->paddr, fmt_page(test));
	KUNIT_EXPECT_EQ(test, hook.live, fmt_tables(test, fmt_page(test)));
	fmt_destroy(ctx);
	KUNIT_EXPECT_EQ(test, hook.live, 0);
}

/* LPAE tables are near their walker */
static void tables_are_on_the_devices_node(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	int nid;

	for_each_node_state(nid, N_MEMORY) {
		fmt_destroy(ctx);
		set_dev_node(ctx->dev, nid);
		KUNIT_ASSERT_NOT_NULL(test, fmt_create(ctx));
		fmt_map_one(test, FMT_IOVA, ctx->var->paddr, fmt_page(test));
		KUNIT_EXPECT_EQ(test, iommu_counters_grown_node(ctx->base, nid),
				iommu_counters_grown(ctx->base));
		fmt_expect_tables(test, fmt_tables(test, fmt_page(test)));
	}
}

static struct kunit_case io_pgtable_tables_cases[] = {
	FMT_CASE(root_is_all_there_is, counted),
	FMT_CASE(a_page_needs_one_table_a_level, counted),
	FMT_CASE(neighbours_share_tables, counted),
	FMT_CASE(unmapped_pages_leave_their_tables, counted),
	FMT_CASE(refused_mapping_adds_no_table, counted),
	FMT_CASE(block_frees_the_tables_below, counted),
	FMT_CASE(flush_comes_before_the_free, walked),
	FMT_CASE(destroy_frees_live_mappings, counted),
	FMT_CASE(split_adds_a_table_a_level, walked),
	FMT_CASE(tables_are_mapped_in_their_size, walked),
	FMT_CASE(v7s_tables_are_in_reach, v7s),
	FMT_CASE(custom_allocator_gets_true_sizes, lpae),
	FMT_CASE(tables_are_on_the_devices_node, lpae_pages),
	{}
};

static struct kunit_suite io_pgtable_tables_suite = {
	.name		= "io_pgtable_tables",
	.suite_init	= fmt_suite_init,
	.suite_exit	= fmt_suite_exit,
	.init		= fmt_init,
	.exit		= fmt_exit,
	.test_cases	= io_pgtable_tables_cases,
};

kunit_test_suite(io_pgtable_tables_suite);

MODULE_DESCRIPTION("KUnit tests of the tables of every io-pgtable format");
MODULE_LICENSE("GPL");
