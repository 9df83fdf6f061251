// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of dirty tracking in I/O page tables: in stage 1 of the 64-bit
 * LPAE format with IO_PGTABLE_QUIRK_ARM_HD, and in AMD v1. See
 * io_pgtable_formats.h.
 *
 * The suite writes entries as the hardware does when a device writes to a page.
 * LPAE: a leaf with DBM (bit 51) is writable and clean while AP[2] (bit 7) is
 * set, and the walker clears AP[2]; so a new mapping counts as dirty. AMD v1:
 * the IOMMU sets D (bit 6) in any of the entries that make up the page.
 */
#include "io_pgtable_formats.h"

#ifdef CONFIG_IOMMU_API
FMT_WANTED(tracking, var->coherent && (var->fmt == ARM_64_LPAE_S1 ||
				       var->fmt == AMD_IOMMU_V1));
FMT_WANTED(not_tracking, var->coherent && var->fmt != ARM_64_LPAE_S1 &&
	   var->fmt != AMD_IOMMU_V1);
FMT_WANTED(lpae, var->coherent && var->fmt == ARM_64_LPAE_S1);
FMT_WANTED(v1, var->fmt == AMD_IOMMU_V1);

/* The dirty range, empty if @first is above @last */
struct dirty_range {
	unsigned long first;
	unsigned long last;
};

static int dirty_init(struct kunit *test)
{
	struct fmt_test *ctx;
	int ret = fmt_init_empty(test);

	if (ret)
		return ret;
	ctx = test->priv;
	if (ctx->var->fmt == ARM_64_LPAE_S1)
		fmt_create_with(ctx, IO_PGTABLE_QUIRK_ARM_HD);
	else
		fmt_create(ctx);
	return ctx->ops ? 0 : -ENOMEM;
}

static int dirty_read_flags(struct kunit *test, unsigned long iova, size_t size,
			    unsigned long flags, struct dirty_range *range)
{
	struct fmt_test *ctx = test->priv;
	struct iommu_dirty_bitmap dirty;
	struct iommu_iotlb_gather gather;
	int ret;

	iommu_dirty_bitmap_init(&dirty, NULL, &gather);
	ret = ctx->ops->read_and_clear_dirty(ctx->ops, iova, size, flags,
					     &dirty);
	range->first = gather.start;
	range->last = gather.end;
	return ret;
}

static void expect_clean(struct kunit *test, unsigned long iova, size_t size)
{
	struct dirty_range range;

	KUNIT_EXPECT_EQ(test, dirty_read_flags(test, iova, size,
					       IOMMU_DIRTY_NO_CLEAR, &range),
			0);
	KUNIT_EXPECT_GT(test, range.first, range.last);
}

/* Of the @size bytes at @iova exactly @dirty bytes at @first are dirty */
static void expect_dirty_flags(struct kunit *test, unsigned long iova,
			       size_t size, unsigned long first, size_t dirty,
			       unsigned long flags)
{
	struct dirty_range range;

	KUNIT_EXPECT_EQ(test, dirty_read_flags(test, iova, size, flags, &range),
			0);
	KUNIT_EXPECT_EQ(test, range.first, first);
	KUNIT_EXPECT_EQ(test, range.last, first + dirty - 1);
}

static void expect_dirty(struct kunit *test, unsigned long iova, size_t size,
			 unsigned long first, size_t dirty)
{
	expect_dirty_flags(test, iova, size, first, dirty, 0);
}

#ifdef CONFIG_AMD_IOMMU
static u64 *v1_entry(struct fmt_test *ctx, unsigned long iova)
{
	int level = ctx->pdom.iop.mode - 1;
	u64 *table = ctx->pdom.iop.root, *entry;

	for (;;) {
		entry = &table[PM_LEVEL_INDEX(level, iova)];
		if (!level || !PM_PTE_LEVEL(*entry) ||
		    PM_PTE_LEVEL(*entry) == PAGE_MODE_7_LEVEL)
			return entry;
		table = IOMMU_PTE_PAGE(*entry);
		level--;
	}
}
#else
static u64 *v1_entry(struct fmt_test *ctx, unsigned long iova)
{
	return NULL;
}
#endif

/* A device writes to @iova */
static void device_writes(struct kunit *test, unsigned long iova)
{
	struct fmt_test *ctx = test->priv;
	u64 *entry;

	if (ctx->var->fmt == AMD_IOMMU_V1) {
		*v1_entry(ctx, iova) |= BIT_ULL(6);
		return;
	}
	entry = fmt_lpae_entry(ctx, iova);
	if (*entry & BIT_ULL(51))
		*entry &= ~BIT_ULL(7);
}

/* @count pages that no device has written to */
static void map_clean(struct kunit *test, unsigned long iova, size_t size,
		      size_t count)
{
	struct fmt_test *ctx = test->priv;
	struct dirty_range range;

	KUNIT_ASSERT_EQ(test, fmt_map(test, iova, ctx->var->paddr, size, count),
			0);
	KUNIT_ASSERT_EQ(test, dirty_read_flags(test, iova, size * count, 0,
					       &range), 0);
	expect_clean(test, iova, size * count);
}

static void written_page_is_dirty_once(struct kunit *test)
{
	size_t page = fmt_page(test);

	map_clean(test, FMT_IOVA, page, 4);
	device_writes(test, FMT_IOVA + 2 * page + 123);
	expect_dirty(test, FMT_IOVA, 4 * page, FMT_IOVA + 2 * page, page);
	expect_clean(test, FMT_IOVA, 4 * page);
}

static void written_again_is_dirty_again(struct kunit *test)
{
	size_t page = fmt_page(test);
	int i;

	map_clean(test, FMT_IOVA, page, 2);
	for (i = 0; i < 3; i++) {
		device_writes(test, FMT_IOVA);
		expect_dirty(test, FMT_IOVA, 2 * page, FMT_IOVA, page);
	}
}

static void no_clear_keeps_it_dirty(struct kunit *test)
{
	size_t page = fmt_page(test);

	map_clean(test, FMT_IOVA, page, 4);
	device_writes(test, FMT_IOVA + page);
	expect_dirty_flags(test, FMT_IOVA, 4 * page, FMT_IOVA + page, page,
			   IOMMU_DIRTY_NO_CLEAR);
	expect_dirty(test, FMT_IOVA, 4 * page, FMT_IOVA + page, page);
	expect_clean(test, FMT_IOVA, 4 * page);
}

static void only_the_range_is_read(struct kunit *test)
{
	size_t page = fmt_page(test);

	map_clean(test, FMT_IOVA, page, 4);
	device_writes(test, FMT_IOVA);
	device_writes(test, FMT_IOVA + 3 * page);
	expect_clean(test, FMT_IOVA + page, 2 * page);
	expect_dirty(test, FMT_IOVA, page, FMT_IOVA, page);
	expect_dirty(test, FMT_IOVA + 3 * page, page, FMT_IOVA + 3 * page,
		     page);
	expect_clean(test, FMT_IOVA, 4 * page);
}

static void a_block_is_dirty_as_a_whole(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size;

	fmt_for_each_size(ctx, size) {
		map_clean(test, FMT_IOVA, size, 1);
		device_writes(test, FMT_IOVA + size / 2);
		expect_dirty(test, FMT_IOVA, size, FMT_IOVA, size);
		expect_clean(test, FMT_IOVA, size);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1),
				size);
	}
}

/* From the last page of one table to the first of the next */
static void range_over_two_tables(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), table = page << ctx->var->bits;
	unsigned long iova = FMT_IOVA + table - 2 * page;

	map_clean(test, iova, page, 4);
	device_writes(test, iova + page);
	device_writes(test, iova + 2 * page);
	expect_dirty(test, iova, 4 * page, iova + page, 2 * page);
	expect_clean(test, iova, 4 * page);
}

static void page_after_a_block(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), block = page << ctx->var->bits;

	map_clean(test, FMT_IOVA, block, 1);
	map_clean(test, FMT_IOVA + block, page, 2);
	device_writes(test, FMT_IOVA + block + page);
	expect_dirty(test, FMT_IOVA, block + 2 * page, FMT_IOVA + block + page,
		     page);
	expect_clean(test, FMT_IOVA, block + 2 * page);
}

/* A read-only page has no DBM bit, and clearing AP[2] would be a fault */
static void read_only_page_is_never_dirty(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), mapped = 0;

	KUNIT_ASSERT_EQ(test,
			ctx->ops->map_pages(ctx->ops, FMT_IOVA, ctx->var->paddr,
					    page, 1, IOMMU_READ, GFP_KERNEL,
					    &mapped), 0);
	device_writes(test, FMT_IOVA);
	expect_clean(test, FMT_IOVA, page);
}

static void new_lpae_mapping_is_dirty(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test);

	fmt_map_one(test, FMT_IOVA, ctx->var->paddr, page);
	expect_dirty(test, FMT_IOVA, page, FMT_IOVA, page);
}

static void split_block_stays_clean(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), block = page << ctx->var->bits;

	map_clean(test, FMT_IOVA, block, 1);
	KUNIT_ASSERT_EQ(test, fmt_unmap_call(test, FMT_IOVA, page, 1), page);
	expect_clean(test, FMT_IOVA + page, block - page);
	device_writes(test, FMT_IOVA + 2 * page);
	expect_dirty(test, FMT_IOVA + page, block - page, FMT_IOVA + 2 * page,
		     page);
}

static void lpae_refuses_what_it_cannot_read(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test);
	struct dirty_range range;

	map_clean(test, FMT_IOVA, page, 1);
	KUNIT_EXPECT_EQ(test, dirty_read_flags(test, FMT_IOVA, 2 * page, 0,
					       &range), -EINVAL);
	KUNIT_EXPECT_EQ(test, dirty_read_flags(test, FMT_IOVA, 0, 0, &range),
			-EINVAL);
	if (BITS_PER_LONG > 32)
		KUNIT_EXPECT_EQ(test, dirty_read_flags(test,
						       BIT_ULL(ctx->var->ias),
						       page, 0, &range),
				-EINVAL);
}

static void v1_skips_holes(struct kunit *test)
{
	size_t page = fmt_page(test);

	map_clean(test, FMT_IOVA, page, 1);
	map_clean(test, FMT_IOVA + 3 * page, page, 1);
	device_writes(test, FMT_IOVA + 3 * page);
	expect_dirty(test, FMT_IOVA, 8 * page, FMT_IOVA + 3 * page, page);
	expect_clean(test, FMT_IOVA, 8 * page);
}

/* 64 KiB are 16 entries, and the IOMMU may mark any */
static void v1_any_entry_of_a_page_counts(struct kunit *test)
{
	size_t offset;

	map_clean(test, FMT_IOVA, SZ_64K, 1);
	for (offset = 0; offset < SZ_64K; offset += SZ_4K) {
		device_writes(test, FMT_IOVA + offset);
		expect_dirty(test, FMT_IOVA, SZ_64K, FMT_IOVA, SZ_64K);
		expect_clean(test, FMT_IOVA, SZ_64K);
	}
}

static void other_formats_do_not_track(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	struct dirty_range range;

	if (!ctx->ops->read_and_clear_dirty)
		return;
	fmt_map_one(test, FMT_IOVA, ctx->var->paddr, fmt_page(test));
	KUNIT_EXPECT_EQ(test, dirty_read_flags(test, FMT_IOVA, fmt_page(test),
					       0, &range), -EINVAL);
}

static struct kunit_case io_pgtable_dirty_cases[] = {
	FMT_CASE(written_page_is_dirty_once, tracking),
	FMT_CASE(written_again_is_dirty_again, tracking),
	FMT_CASE(no_clear_keeps_it_dirty, tracking),
	FMT_CASE(only_the_range_is_read, tracking),
	FMT_CASE(a_block_is_dirty_as_a_whole, tracking),
	FMT_CASE(range_over_two_tables, tracking),
	FMT_CASE(page_after_a_block, tracking),
	FMT_CASE(read_only_page_is_never_dirty, lpae),
	FMT_CASE(new_lpae_mapping_is_dirty, lpae),
	FMT_CASE(split_block_stays_clean, lpae),
	FMT_CASE(lpae_refuses_what_it_cannot_read, lpae),
	FMT_CASE(v1_skips_holes, v1),
	FMT_CASE(v1_any_entry_of_a_page_counts, v1),
	FMT_CASE(other_formats_do_not_track, not_tracking),
	{}
};
#else
static void cannot_read_dirty(struct kunit *test)
{
	kunit_skip(test, "needs IOMMU_API for struct iommu_dirty_bitmap");
}

#define dirty_init	NULL

static struct kunit_case io_pgtable_dirty_cases[] = {
	KUNIT_CASE(cannot_read_dirty),
	{}
};
#endif

static struct kunit_suite io_pgtable_dirty_suite = {
	.name		= "io_pgtable_dirty",
	.suite_init	= fmt_suite_init,
	.suite_exit	= fmt_suite_exit,
	.init		= dirty_init,
	.exit		= fmt_exit,
	.test_cases	= io_pgtable_dirty_cases,
};

kunit_test_suite(io_pgtable_dirty_suite);

MODULE_DESCRIPTION("KUnit tests of dirty tracking in io-pgtable formats");
MODULE_LICENSE("GPL");
