// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of what every I/O page-table format maps, translates and unmaps,
 * of blocks that are split and tables that are replaced. See
 * io_pgtable_formats.h.
 *
 * What is left of a mapping is looked at page by page, from its first byte to
 * its last, with one page on either side.
 */
#include "io_pgtable_formats.h"

FMT_WANTED(any, true);
FMT_WANTED(strict, !fmt_is_amd(var));
FMT_WANTED(amd, fmt_is_amd(var));
FMT_WANTED(amd_v1, var->fmt == AMD_IOMMU_V1);
FMT_WANTED(split, !fmt_is_amd(var) && !fmt_is_dart(var));
FMT_WANTED(supersections, var->fmt == ARM_V7S && (var->pgsizes & SZ_16M));
FMT_WANTED(v7s, var->fmt == ARM_V7S);

/*
 * @size bytes at @iova are mapped to @paddr, but for the @hole bytes at @gap.
 * Walks in smallest pages, in a step that is not a power of two where there are
 * very many of them.
 */
static void expect_all_but(struct kunit *test, unsigned long iova, u64 paddr,
			   size_t size, unsigned long gap, size_t hole)
{
	size_t page = fmt_page(test), done, step;
	unsigned int wrong = 0;

	step = size / page > 1024 ? 509 * page : page;
	for (done = 0; done < size; done += step) {
		unsigned long at = iova + done;
		bool gone = at >= gap && at < gap + hole;

		wrong += fmt_phys(test, at) != (gone ? 0 : paddr + done);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	if (hole) {
		fmt_expect_nothing(test, gap, hole);
		if (gap > iova)
			KUNIT_EXPECT_EQ(test, fmt_phys(test, gap - 1),
					paddr + (gap - iova) - 1);
		if (gap + hole < iova + size)
			KUNIT_EXPECT_EQ(test, fmt_phys(test, gap + hole),
					paddr + (gap + hole - iova));
	}
	KUNIT_EXPECT_EQ(test, fmt_phys(test, iova - 1), 0);
	KUNIT_EXPECT_EQ(test, fmt_phys(test, iova + size), 0);
}

static void empty_translates_nothing(struct kunit *test)
{
	fmt_expect_nothing(test, 0, SZ_4K);
	fmt_expect_nothing(test, FMT_IOVA, SZ_1G);
	fmt_settled(test);
}

static void each_page_size(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	u64 paddr = ctx->var->paddr;
	size_t size;

	fmt_for_each_size(ctx, size) {
		fmt_map_one(test, FMT_IOVA, paddr, size);
		expect_all_but(test, FMT_IOVA, paddr, size, 0, 0);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1),
				size);
		fmt_expect_nothing(test, FMT_IOVA, size);
	}
}

/* Those that two of have room below what an address and an entry can hold */
static void pages_above_1g(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	u64 size, nr = 0;

	for (size = BIT_ULL(31); size < BIT_ULL(51); size *= 2) {
		if (!(ctx->cfg.pgsize_bitmap & size))
			continue;
		fmt_map_one(test, size, size, size);
		fmt_expect_mapped(test, size, size, size);
		KUNIT_EXPECT_EQ(test, fmt_phys(test, size + size / 2 + 5),
				size + size / 2 + 5);
		fmt_expect_nothing(test, size - SZ_4K, SZ_4K);
		fmt_expect_nothing(test, 2 * size, SZ_4K);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, size, size, 1),
				size);
		fmt_expect_nothing(test, size, size);
		nr++;
	}
	/* All from 2 GiB to 1 PiB, but 512 GiB */
	KUNIT_EXPECT_EQ(test, nr, 19);
}

/* Pages of all sizes at once, with at least one small page in between */
static void all_page_sizes_at_once(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size, page = fmt_page(test);
	unsigned long iova = FMT_IOVA;
	u64 paddr = ctx->var->paddr;

	fmt_for_each_size(ctx, size) {
		iova = ALIGN(iova, size);
		fmt_map_one(test, iova, paddr, size);
		iova += size + page;
	}
	iova = FMT_IOVA;
	fmt_for_each_size(ctx, size) {
		iova = ALIGN(iova, size);
		expect_all_but(test, iova, paddr, size, 0, 0);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, iova, size, 1),
				size);
		fmt_expect_nothing(test, iova, size);
		iova += size + page;
	}
}

/* A page more than a table has entries, from the middle of a table on */
static void range_over_two_tables(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), count = BIT(ctx->var->bits) + 1;
	unsigned long iova = FMT_IOVA + 3 * page;
	u64 paddr = ctx->var->paddr + page;

	KUNIT_EXPECT_EQ(test, fmt_map(test, iova, paddr, page, count), 0);
	expect_all_but(test, iova, paddr, page * count, 0, 0);
	KUNIT_EXPECT_EQ(test, fmt_unmap(test, iova, page, count), page * count);
	fmt_expect_nothing(test, iova, page * count);
	fmt_expect_nothing(test, iova + page, page);
}

static void two_of_each_page_size(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	u64 paddr = ctx->var->paddr;
	size_t size;

	/* Of 1 GiB each, three would end beyond 4 GiB */
	fmt_for_each_size(ctx, size) {
		KUNIT_EXPECT_EQ(test, fmt_map(test, FMT_IOVA, paddr, size, 2),
				0);
		expect_all_but(test, FMT_IOVA, paddr, 2 * size, 0, 0);
		KUNIT_EXPECT_EQ(test, fmt_unmap(test, FMT_IOVA, size, 2),
				2 * size);
		fmt_expect_nothing(test, FMT_IOVA, size);
		fmt_expect_nothing(test, FMT_IOVA + size, size);
	}
}

static void unmap_one_of_several(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test);
	u64 paddr = ctx->var->paddr;

	KUNIT_ASSERT_EQ(test, fmt_map(test, FMT_IOVA, paddr, page, 8), 0);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA + 3 * page, page,
					     2), 2 * page);
	expect_all_but(test, FMT_IOVA, paddr, 8 * page, FMT_IOVA + 3 * page,
		       2 * page);
}

static void no_permission_maps_nothing(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), mapped = 0;

	KUNIT_EXPECT_EQ(test,
			ctx->ops->map_pages(ctx->ops, FMT_IOVA, ctx->var->paddr,
					    page, 1, 0, GFP_KERNEL, &mapped),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, mapped, 0);
	fmt_expect_nothing(test, FMT_IOVA, page);
}

/* A second mapping of the same size is refused, and the first one stays */
static void same_size_overlap_refused(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	u64 paddr = ctx->var->paddr;
	size_t size, mapped;

	fmt_for_each_size(ctx, size) {
		fmt_map_one(test, FMT_IOVA, paddr, size);
		KUNIT_EXPECT_EQ(test, fmt_map_call(test, FMT_IOVA, paddr + size,
						   size, 1, &mapped), -EEXIST);
		KUNIT_EXPECT_EQ(test, mapped, 0);
		expect_all_but(test, FMT_IOVA, paddr, size, 0, 0);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1),
				size);
	}
}

/* The smallest page in the middle of a larger one */
static void small_page_in_a_block_refused(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size, mapped, page = fmt_page(test);
	u64 paddr = ctx->var->paddr;

	fmt_for_each_size(ctx, size) {
		if (size == page)
			continue;
		fmt_map_one(test, FMT_IOVA, paddr, size);
		KUNIT_EXPECT_EQ(test, fmt_map_call(test, FMT_IOVA + size / 2,
						   paddr, page, 1, &mapped),
				-EEXIST);
		KUNIT_EXPECT_EQ(test, mapped, 0);
		expect_all_but(test, FMT_IOVA, paddr, size, 0, 0);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1),
				size);
	}
}

/* What was mapped before the obstacle is as it says, the rest is as it was */
static void overlap_within_a_range(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), mapped;
	u64 paddr = ctx->var->paddr, other = paddr + 64 * page;
	unsigned long iova = FMT_IOVA;

	fmt_map_one(test, iova + 2 * page, other, page);
	KUNIT_EXPECT_EQ(test, fmt_map_call(test, iova, paddr, page, 4, &mapped),
			-EEXIST);
	KUNIT_ASSERT_LE(test, mapped, 2 * page);
	if (mapped)
		fmt_expect_mapped(test, iova, paddr, mapped);
	if (mapped < 2 * page)
		fmt_expect_nothing(test, iova + mapped, 2 * page - mapped);
	fmt_expect_mapped(test, iova + 2 * page, other, page);
	fmt_expect_nothing(test, iova + 3 * page, page);
}

/* AMD's tables take whatever comes last */
static void same_size_replaces(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	u64 paddr = ctx->var->paddr;
	size_t size;

	fmt_for_each_size(ctx, size) {
		fmt_map_one(test, FMT_IOVA, paddr, size);
		fmt_map_one(test, FMT_IOVA, paddr + size, size);
		fmt_expect_mapped(test, FMT_IOVA, paddr + size, size);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1),
				size);
	}
}

/* Unmapped pages leave a table behind, which is no obstacle to a block */
static void block_replaces_an_empty_table(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size, page = fmt_page(test);
	u64 paddr = ctx->var->paddr;

	fmt_for_each_size(ctx, size) {
		fmt_map_one(test, FMT_IOVA, paddr, page);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, page, 1),
				page);
		fmt_map_one(test, FMT_IOVA, paddr, size);
		expect_all_but(test, FMT_IOVA, paddr, size, 0, 0);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1),
				size);
	}
}

/* Is a page of @size a leaf of another table than the smallest page is? */
static bool skips_a_level(struct kunit *test, size_t size)
{
	struct fmt_test *ctx = test->priv;

	return size >= fmt_page(test) << ctx->var->bits;
}

/* Live pages under a block go with their table, and the walker is told */
static void block_replaces_live_pages(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size, page = fmt_page(test);
	u64 paddr = ctx->var->paddr;

	fmt_for_each_size(ctx, size) {
		if (!skips_a_level(test, size))
			continue;
		fmt_map_one(test, FMT_IOVA, paddr + size, page);
		fmt_map_one(test, FMT_IOVA + size - page, paddr + size, page);
		ctx->walks = 0;
		fmt_map_one(test, FMT_IOVA, paddr, size);
		if (!fmt_is_amd(ctx->var))
			KUNIT_EXPECT_GT(test, ctx->walks, 0);
		expect_all_but(test, FMT_IOVA, paddr, size, 0, 0);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1),
				size);
	}
}

/* Unmapping as a block what is mapped in pages */
static void unmap_a_table_as_a_block(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size, page = fmt_page(test);
	u64 paddr = ctx->var->paddr;

	fmt_for_each_size(ctx, size) {
		if (size != page << ctx->var->bits)
			continue;
		KUNIT_ASSERT_EQ(test, fmt_map(test, FMT_IOVA, paddr, page,
					      size / page), 0);
		ctx->walks = 0;
		KUNIT_EXPECT_EQ(test, fmt_unmap(test, FMT_IOVA, size, 1), size);
		KUNIT_EXPECT_GT(test, ctx->walks, 0);
		fmt_expect_nothing(test, FMT_IOVA, size);
		fmt_expect_nothing(test, FMT_IOVA + page, page);
	}
}

/* Unmap @hole bytes at @offset out of a block of @size, and map them again */
static void split_at(struct kunit *test, size_t size, size_t offset,
		     size_t hole)
{
	struct fmt_test *ctx = test->priv;
	unsigned long gap = FMT_IOVA + offset;
	u64 paddr = ctx->var->paddr;

	fmt_map_one(test, FMT_IOVA, paddr, size);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, gap, hole, 1), hole);
	expect_all_but(test, FMT_IOVA, paddr, size, gap, hole);

	fmt_map_one(test, gap, paddr + offset, hole);
	expect_all_but(test, FMT_IOVA, paddr, size, 0, 0);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1), size);
	fmt_expect_nothing(test, FMT_IOVA, size);
}

static void split_off_each_size(struct kunit *test, size_t offset_of(size_t))
{
	struct fmt_test *ctx = test->priv;
	size_t size, hole;

	fmt_for_each_size(ctx, size) {
		fmt_for_each_size(ctx, hole) {
			if (hole < size)
				split_at(test, size,
					 ALIGN_DOWN(offset_of(size), hole),
					 hole);
		}
	}
}

static size_t at_first(size_t size)
{
	return 0;
}

static size_t in_the_middle(size_t size)
{
	return size / 2;
}

static size_t at_last(size_t size)
{
	return size - 1;
}

static void split_first_part(struct kunit *test)
{
	split_off_each_size(test, at_first);
}

static void split_middle_part(struct kunit *test)
{
	split_off_each_size(test, in_the_middle);
}

static void split_last_part(struct kunit *test)
{
	split_off_each_size(test, at_last);
}

/* A range in one call, all in one block */
static void split_off_a_range(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), size = page << ctx->var->bits;
	unsigned long gap = FMT_IOVA + 5 * page;
	u64 paddr = ctx->var->paddr;

	fmt_map_one(test, FMT_IOVA, paddr, size);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, gap, page, 7), 7 * page);
	expect_all_but(test, FMT_IOVA, paddr, size, gap, 7 * page);
}

/* In every section of a supersection, and in every page of a large page */
static void split_supersection_anywhere(struct kunit *test)
{
	size_t offset;

	for (offset = 0; offset < SZ_16M; offset += SZ_1M) {
		split_at(test, SZ_16M, offset, SZ_4K);
		split_at(test, SZ_16M, offset + SZ_512K, SZ_64K);
		split_at(test, SZ_16M, offset, SZ_1M);
	}
}

static void split_large_page_anywhere(struct kunit *test)
{
	size_t offset;

	for (offset = 0; offset < SZ_64K; offset += SZ_4K)
		split_at(test, SZ_64K, offset, SZ_4K);
}

/* AMD's tables have no splitting: the block goes, and says its size */
static void unmap_in_a_block_takes_all(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	u64 paddr = ctx->var->paddr;
	size_t size;

	fmt_for_each_size(ctx, size) {
		fmt_map_one(test, FMT_IOVA, paddr, size);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA,
						     fmt_page(test), 1), size);
		fmt_expect_nothing(test, FMT_IOVA, size);
	}
}

static void unmap_nothing_is_refused(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size, page = fmt_page(test);

	fmt_for_each_size(ctx, size)
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1),
				0);

	if (fmt_is_amd(ctx->var))
		return;
	fmt_map_one(test, FMT_IOVA, ctx->var->paddr, page);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA + page, page, 1),
			0);
	fmt_expect_mapped(test, FMT_IOVA, ctx->var->paddr, page);
}

static void unmap_stops_at_a_hole(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test);
	u64 paddr = ctx->var->paddr;

	KUNIT_ASSERT_EQ(test, fmt_map(test, FMT_IOVA, paddr, page, 2), 0);
	fmt_map_one(test, FMT_IOVA + 3 * page, paddr, page);
	KUNIT_EXPECT_EQ(test, fmt_unmap(test, FMT_IOVA, page, 4), 2 * page);
	fmt_expect_nothing(test, FMT_IOVA, 2 * page);
	fmt_expect_mapped(test, FMT_IOVA + 3 * page, paddr, page);
}

static void every_byte_unmapped_is_flushed(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size;

	fmt_for_each_size(ctx, size) {
		KUNIT_ASSERT_EQ(test, fmt_map(test, FMT_IOVA, ctx->var->paddr,
					      size, 2), 0);
		ctx->flushed = 0;
		KUNIT_EXPECT_EQ(test, fmt_unmap(test, FMT_IOVA, size, 2),
				2 * size);
		KUNIT_EXPECT_EQ(test, ctx->flushed, 2 * size);
	}
}

/* With a queue, one flush of everything comes later */
static void queued_unmap_flushes_nothing(struct kunit *test)
{
#ifdef CONFIG_IOMMU_API
	struct iommu_iotlb_gather gather;
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test);

	iommu_iotlb_gather_init(&gather);
	gather.queued = true;
	fmt_map_one(test, FMT_IOVA, ctx->var->paddr, page);
	KUNIT_EXPECT_EQ(test, ctx->ops->unmap_pages(ctx->ops, FMT_IOVA, page, 1,
						    &gather), page);
	KUNIT_EXPECT_EQ(test, ctx->flushed, 0);
#else
	kunit_skip(test, "needs IOMMU_API");
#endif
}

static struct kunit_case io_pgtable_map_cases[] = {
	FMT_CASE(empty_translates_nothing, any),
	FMT_CASE(each_page_size, any),
	FMT_CASE(pages_above_1g, amd_v1),
	FMT_CASE(all_page_sizes_at_once, any),
	FMT_CASE(two_of_each_page_size, any),
	FMT_CASE(range_over_two_tables, any),
	FMT_CASE(unmap_one_of_several, any),
	FMT_CASE(no_permission_maps_nothing, any),
	FMT_CASE(same_size_overlap_refused, strict),
	FMT_CASE(small_page_in_a_block_refused, strict),
	FMT_CASE(overlap_within_a_range, strict),
	FMT_CASE(same_size_replaces, amd),
	FMT_CASE(block_replaces_an_empty_table, any),
	FMT_CASE(block_replaces_live_pages, any),
	FMT_CASE(unmap_a_table_as_a_block, split),
	FMT_CASE(split_first_part, split),
	FMT_CASE(split_middle_part, split),
	FMT_CASE(split_last_part, split),
	FMT_CASE(split_off_a_range, split),
	FMT_CASE(split_supersection_anywhere, supersections),
	FMT_CASE(split_large_page_anywhere, v7s),
	FMT_CASE(unmap_in_a_block_takes_all, amd),
	FMT_CASE(unmap_nothing_is_refused, any),
	FMT_CASE(unmap_stops_at_a_hole, strict),
	FMT_CASE(every_byte_unmapped_is_flushed, strict),
	FMT_CASE(queued_unmap_flushes_nothing, strict),
	{}
};

static struct kunit_suite io_pgtable_map_suite = {
	.name		= "io_pgtable_map",
	.suite_init	= fmt_suite_init,
	.suite_exit	= fmt_suite_exit,
	.init		= fmt_init,
	.exit		= fmt_exit,
	.test_cases	= io_pgtable_map_cases,
};

kunit_test_suite(io_pgtable_map_suite);

MODULE_DESCRIPTION("KUnit tests of mapping with every io-pgtable format");
MODULE_LICENSE("GPL");
