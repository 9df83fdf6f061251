// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the edges of every I/O page-table format: what its root is,
 * the first and the last address, the configurations that it has to refuse, and
 * what quirks do to registers and entries. See io_pgtable_formats.h.
 */
#include <linux/slab.h>
#include <trace/events/kmem.h>

#include "io_pgtable_formats.h"

FMT_WANTED(any, true);
FMT_WANTED(limited, !fmt_is_amd(var));
FMT_WANTED(walked, !var->coherent);
FMT_WANTED(sized, !fmt_is_amd(var) && var->fmt != ARM_V7S);
FMT_WANTED(leaves_in_root, !fmt_is_amd(var) && var->levels - 1 ==
	   (__fls(var->pgsizes) - __ffs(var->pgsizes)) / var->bits);
FMT_WANTED(quirky, var->coherent && (fmt_is_lpae(var) ||
				     var->fmt == ARM_V7S));
FMT_WANTED(bounded, !fmt_is_amd(var) && var->coherent &&
	   var->fmt != ARM_64_LPAE_S1 && var->fmt != ARM_64_LPAE_S2);
FMT_WANTED(lpae, fmt_is_lpae(var));
FMT_WANTED(arm_lpae, fmt_is_lpae(var) && var->fmt != ARM_MALI_LPAE);
FMT_WANTED(v7s, var->fmt == ARM_V7S);
FMT_WANTED(dart, fmt_is_dart(var));
FMT_WANTED(mediatek, var->quirks & IO_PGTABLE_QUIRK_ARM_MTK_EXT);
FMT_WANTED(s1, var->fmt == ARM_32_LPAE_S1 || var->fmt == ARM_64_LPAE_S1);
FMT_WANTED(s1_64, var->fmt == ARM_64_LPAE_S1);
FMT_WANTED(s2, var->fmt == ARM_32_LPAE_S2 || var->fmt == ARM_64_LPAE_S2);
FMT_WANTED(amd, fmt_is_amd(var));

/* The physical address of the first root */
static u64 root_of(struct fmt_test *ctx)
{
	if (fmt_is_lpae(ctx->var))
		return virt_to_phys(fmt_lpae_root(ctx));
	if (fmt_is_dart(ctx->var))
		return ctx->cfg.apple_dart_cfg.ttbr[0];
	return virt_to_phys(fmt_v7s_root(ctx));
}

static void root_is_aligned(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	int i;

	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(root_of(ctx), ctx->var->root));
	if (!fmt_is_dart(ctx->var))
		return;
	KUNIT_EXPECT_EQ(test, ctx->cfg.apple_dart_cfg.n_ttbrs, ctx->var->roots);
	for (i = 0; i < ctx->var->roots; i++)
		KUNIT_EXPECT_TRUE(test,
				  IS_ALIGNED(ctx->cfg.apple_dart_cfg.ttbr[i],
					     ctx->var->root));
}

static void root_is_zeroed(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	KUNIT_EXPECT_NULL(test, memchr_inv(phys_to_virt(root_of(ctx)), 0,
					   ctx->var->root));
}

/* All that the walker may read of the root was handed over to it */
static void root_is_mapped_whole(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, ctx->view.live, 1);
	KUNIT_EXPECT_EQ(test, ctx->view.first_size, ctx->var->root);
}

static unsigned long last_page(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	return GENMASK_ULL(ctx->var->ias - 1, 0) - fmt_page(test) + 1;
}

static void first_page_maps(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size;

	fmt_for_each_size(ctx, size) {
		fmt_map_one(test, 0, ctx->var->paddr, size);
		fmt_expect_mapped(test, 0, ctx->var->paddr, size);
		fmt_expect_nothing(test, size, fmt_page(test));
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, 0, size, 1), size);
	}
}

static void last_page_maps(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size;

	fmt_for_each_size(ctx, size) {
		unsigned long iova = last_page(test) & ~(size - 1);

		fmt_map_one(test, iova, ctx->var->paddr, size);
		fmt_expect_mapped(test, iova, ctx->var->paddr, size);
		fmt_expect_nothing(test, iova - 1, 1);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, iova, size, 1),
				size);
		fmt_expect_nothing(test, iova, size);
	}
}

/* v1 has all of 64 bits and grows up to that, v2 what its levels resolve */
static void last_amd_page_maps(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	unsigned int ias = 12 + ctx->var->levels * ctx->var->bits;
	size_t size;

	if (ctx->var->fmt == AMD_IOMMU_V1)
		ias = 64;
	fmt_for_each_size(ctx, size) {
		unsigned long iova = GENMASK_ULL(ias - 1, 0) & ~(size - 1);

		fmt_map_one(test, iova, ctx->var->paddr, size);
		fmt_expect_mapped(test, iova, ctx->var->paddr, size);
		fmt_expect_nothing(test, iova - 1, 1);
		fmt_expect_nothing(test, 0, size);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, iova, size, 1),
				size);
		fmt_expect_nothing(test, iova, size);
	}
}

static void beyond_the_last_page_is_refused(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	unsigned long iova = last_page(test) + fmt_page(test);
	size_t page = fmt_page(test), mapped;

	if (!iova)
		kunit_skip(test, "no address is beyond the limit");

	KUNIT_EXPECT_EQ(test, fmt_map_call(test, iova, ctx->var->paddr, page, 1,
					   &mapped), -ERANGE);
	KUNIT_EXPECT_EQ(test, mapped, 0);
	fmt_expect_nothing(test, 0, page);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, iova, page, 1), 0);
}

/* Indices that wrap around would be those of the first pages */
static void range_over_the_end_is_refused(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size, mapped;

	fmt_for_each_size(ctx, size) {
		unsigned long iova = last_page(test) & ~(size - 1);
		u64 paddr = ctx->var->paddr;

		KUNIT_EXPECT_EQ(test, fmt_map_call(test, iova, paddr, size, 3,
						   &mapped), -ERANGE);
		KUNIT_EXPECT_EQ(test, mapped, 0);
		fmt_expect_nothing(test, iova, size);
		fmt_expect_nothing(test, 0, size);

		fmt_map_one(test, iova, paddr, size);
		fmt_map_one(test, 0, paddr, size);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, iova, size, 3), 0);
		fmt_expect_mapped(test, iova, paddr, size);
		fmt_expect_mapped(test, 0, paddr, size);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, iova, size, 1),
				size);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, 0, size, 1), size);
	}
}

/* Each leaf in the root, and one more, in memory of somebody else */
static void full_root_is_not_overrun(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size = fmt_largest(test), mapped;
	u64 max = BIT_ULL(ctx->var->ias) >> __ffs(size);

	fmt_map_call(test, 0, 0, size, max + 1, &mapped);
	KUNIT_EXPECT_LE(test, mapped >> __ffs(size), max);
}

static void last_physical_page_maps(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test);
	u64 paddr = GENMASK_ULL(ctx->cfg.oas - 1, 0) - page + 1;
	size_t mapped;

	fmt_map_one(test, FMT_IOVA, paddr, page);
	fmt_expect_mapped(test, FMT_IOVA, paddr, page);
	KUNIT_EXPECT_EQ(test, fmt_map_call(test, FMT_IOVA + page, paddr, page,
					   2, &mapped), -ERANGE);
	KUNIT_EXPECT_EQ(test, mapped, 0);
}

static void beyond_physical_limit_is_refused(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), mapped;
	phys_addr_t paddr = BIT_ULL(ctx->cfg.oas);

	if (!paddr)
		kunit_skip(test, "no address is beyond the limit");

	KUNIT_EXPECT_EQ(test, fmt_map_call(test, FMT_IOVA, paddr, page, 1,
					   &mapped), -ERANGE);
	KUNIT_EXPECT_EQ(test, mapped, 0);
	fmt_expect_nothing(test, FMT_IOVA, page);
}

/* The end of such a range is a small number */
static void ranges_that_wrap_are_refused(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), mapped;
	unsigned long iova = -page;
	phys_addr_t paddr = -(phys_addr_t)page;

	if (sizeof(iova) == sizeof(u32))
		kunit_skip(test, "the last address is within the limit");

	KUNIT_EXPECT_EQ(test, fmt_map_call(test, iova, ctx->var->paddr, page, 1,
					   &mapped), -ERANGE);
	KUNIT_EXPECT_EQ(test, mapped, 0);
	KUNIT_EXPECT_EQ(test, fmt_map_call(test, iova, ctx->var->paddr, page, 2,
					   &mapped), -ERANGE);
	KUNIT_EXPECT_EQ(test, mapped, 0);
	fmt_map_one(test, 0, ctx->var->paddr, page);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, iova, page, 2), 0);
	fmt_expect_mapped(test, 0, ctx->var->paddr, page);
	KUNIT_EXPECT_EQ(test, fmt_map_call(test, FMT_IOVA, paddr, page, 2,
					   &mapped), -ERANGE);
	KUNIT_EXPECT_EQ(test, mapped, 0);
}

/* ARM_V7S leaves page sizes to the caller */
static void strange_page_sizes_are_refused(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t odd = fmt_page(test) / 2, mapped;
	size_t both = fmt_page(test) | fmt_largest(test) * 2;

	KUNIT_EXPECT_EQ(test, fmt_map_call(test, FMT_IOVA, ctx->var->paddr, odd,
					   1, &mapped), -EINVAL);
	KUNIT_EXPECT_EQ(test, fmt_map_call(test, FMT_IOVA, ctx->var->paddr,
					   both, 1, &mapped), -EINVAL);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, odd, 1), 0);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, fmt_page(test), 0),
			0);
	fmt_expect_nothing(test, FMT_IOVA, fmt_page(test));
}

static void page_sizes_are_of_the_granule(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, ctx->cfg.pgsize_bitmap, ctx->var->pgsizes);
	KUNIT_EXPECT_EQ(test, ctx->cfg.ias, ctx->var->ias);
	KUNIT_EXPECT_EQ(test, ctx->cfg.oas, ctx->var->oas);
}

/*
 * A configuration like the variant's, for the caller to change one thing, after
 * which there must be no table.
 */
static struct io_pgtable_cfg *fresh_cfg(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	fmt_destroy(ctx);
	fmt_cfg(ctx, &ctx->cfg);
	return &ctx->cfg;
}

static void expect_refused(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	ctx->ops = alloc_io_pgtable_ops(ctx->var->fmt, &ctx->cfg, ctx);
	KUNIT_EXPECT_NULL(test, ctx->ops);
}

/* The DART formats do not look at quirks */
static void unknown_quirk_is_refused(struct kunit *test)
{
	fresh_cfg(test)->quirks = BIT(31);
	expect_refused(test);
}

static void foreign_quirk_is_refused(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	unsigned long quirk = IO_PGTABLE_QUIRK_NO_PERMS;

	if (ctx->var->fmt == ARM_V7S)
		quirk = IO_PGTABLE_QUIRK_ARM_HD;
	fresh_cfg(test)->quirks = ctx->var->quirks | quirk;
	expect_refused(test);
}

static void wide_addresses_are_refused(struct kunit *test)
{
	static const struct {
		enum io_pgtable_fmt fmt;
		unsigned int ias, oas;
	} widest[] = {
		{ ARM_32_LPAE_S1, 32, 40 },
		{ ARM_32_LPAE_S2, 40, 40 },
		{ ARM_MALI_LPAE, 48, 40 },
		{ APPLE_DART, 36, 36 },
		{ APPLE_DART2, 38, 42 },
	};
	struct fmt_test *ctx = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(widest); i++) {
		if (widest[i].fmt != ctx->var->fmt)
			continue;
		fresh_cfg(test)->ias = widest[i].ias + 1;
		expect_refused(test);
		fresh_cfg(test)->oas = widest[i].oas + 1;
		expect_refused(test);
	}
	if (ctx->var->fmt == ARM_V7S) {
		bool mediatek = ctx->var->quirks & IO_PGTABLE_QUIRK_ARM_MTK_EXT;

		fresh_cfg(test)->ias = mediatek ? 35 : 33;
		expect_refused(test);
		fresh_cfg(test)->oas = mediatek ? 36 : 33;
		expect_refused(test);
	}
}

/* 33 bits is nothing that a register has a code for; Mali has no register */
static void unknown_physical_size_is_refused(struct kunit *test)
{
	fresh_cfg(test)->oas = 33;
	expect_refused(test);
}

static void unknown_granule_is_refused(struct kunit *test)
{
	fresh_cfg(test)->pgsize_bitmap = 0;
	expect_refused(test);
	fresh_cfg(test)->pgsize_bitmap = SZ_8K;
	expect_refused(test);
	fresh_cfg(test)->pgsize_bitmap = SZ_1M;
	expect_refused(test);
}

static void dart_must_be_coherent(struct kunit *test)
{
	fresh_cfg(test)->coherent_walk = false;
	expect_refused(test);
}

static void dart_granule_fits_the_entry(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	fresh_cfg(test)->pgsize_bitmap = SZ_64K;
	expect_refused(test);
	fresh_cfg(test)->pgsize_bitmap = SZ_4K | SZ_16K;
	expect_refused(test);
	if (ctx->var->fmt == APPLE_DART)
		fresh_cfg(test)->oas = 42;
	else
		fresh_cfg(test)->pgsize_bitmap = SZ_4K;
	expect_refused(test);
}

static void mediatek_quirks_need_each_other(struct kunit *test)
{
	fresh_cfg(test)->quirks = IO_PGTABLE_QUIRK_ARM_MTK_EXT;
	expect_refused(test);
	fresh_cfg(test)->quirks = IO_PGTABLE_QUIRK_ARM_MTK_TTBR_EXT;
	expect_refused(test);
}

static int granule_code(size_t page, bool upper)
{
	/* TCR_EL1.TG0 and TG1 have different codes */
	switch (page) {
	case SZ_4K:
		return upper ? 2 : 0;
	case SZ_16K:
		return upper ? 1 : 2;
	default:
		return upper ? 3 : 1;
	}
}

static int physical_code(unsigned int oas)
{
	static const unsigned int bits[] = { 32, 36, 40, 42, 44, 48, 52 };
	int i = 0;

	while (bits[i] != oas)
		i++;
	return i;
}

/* KUnit cannot take the type of a bit field */
static void expect_field(struct kunit *test, u32 field, u32 value)
{
	KUNIT_EXPECT_EQ(test, field, value);
}

static void s1_control_register(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	typeof(ctx->cfg.arm_lpae_s1_cfg.tcr) *tcr;

	tcr = &ctx->cfg.arm_lpae_s1_cfg.tcr;
	expect_field(test, tcr->tg, granule_code(fmt_page(test), false));
	expect_field(test, tcr->tsz, 64 - ctx->var->ias);
	expect_field(test, tcr->ips, physical_code(ctx->var->oas));
	expect_field(test, tcr->sh, ctx->var->coherent ? 3 : 2);
	expect_field(test, tcr->irgn, ctx->var->coherent ? 1 : 0);
	expect_field(test, tcr->orgn, ctx->var->coherent ? 1 : 0);
}

static void s2_control_register(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	typeof(ctx->cfg.arm_lpae_s2_cfg.vtcr) *vtcr;
	int start = 4 - ctx->var->levels;

	vtcr = &ctx->cfg.arm_lpae_s2_cfg.vtcr;
	expect_field(test, vtcr->tg, granule_code(fmt_page(test), false));
	expect_field(test, vtcr->tsz, 64 - ctx->var->ias);
	expect_field(test, vtcr->ps, physical_code(ctx->var->oas));
	/* SL0: 2 - start for 4K, 3 - start for the others */
	expect_field(test, vtcr->sl,
		     (fmt_page(test) == SZ_4K ? 2 : 3) - start);
}

static void create_with(struct kunit *test, unsigned long quirk)
{
	struct fmt_test *ctx = test->priv;

	fmt_destroy(ctx);
	KUNIT_ASSERT_NOT_NULL(test, fmt_create_with(ctx, quirk));
}

/* NSTable is bit 63 of a table entry, NS bit 5 of a leaf */
static void quirk_ns_marks_entries(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	unsigned int shift;

	create_with(test, IO_PGTABLE_QUIRK_ARM_NS);
	fmt_map_one(test, FMT_IOVA, ctx->var->paddr, fmt_page(test));
	shift = __ffs(ctx->sizes) + ctx->var->bits * (ctx->var->levels - 1);
	KUNIT_EXPECT_EQ(test, fmt_lpae_root(ctx)[FMT_IOVA >> shift] >> 63, 1);
	KUNIT_EXPECT_EQ(test, *fmt_lpae_entry(ctx, FMT_IOVA) & BIT(5), BIT(5));
}

static void quirk_outer_wbwa(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	if (ctx->var->coherent) {
		fresh_cfg(test)->quirks = IO_PGTABLE_QUIRK_ARM_OUTER_WBWA;
		expect_refused(test);
		return;
	}
	create_with(test, IO_PGTABLE_QUIRK_ARM_OUTER_WBWA);
	expect_field(test, ctx->cfg.arm_lpae_s1_cfg.tcr.orgn, 1);
	expect_field(test, ctx->cfg.arm_lpae_s1_cfg.tcr.irgn, 0);
}

/* The upper half of the address space: all bits above the input are set */
static void quirk_ttbr1_maps_the_upper_half(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	unsigned long iova = ~GENMASK_ULL(ctx->var->ias - 1, 0) + FMT_IOVA;
	size_t page = fmt_page(test), mapped;
	u64 paddr = ctx->var->paddr;

	if (BITS_PER_LONG == 32)
		kunit_skip(test, "needs I/O addresses of 64 bits");

	create_with(test, IO_PGTABLE_QUIRK_ARM_TTBR1);
	expect_field(test, ctx->cfg.arm_lpae_s1_cfg.tcr.tg,
		     granule_code(page, true));
	fmt_map_one(test, iova, paddr, page);
	fmt_expect_mapped(test, iova, paddr, page);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, iova, page, 1), page);
	KUNIT_EXPECT_EQ(test, fmt_map_call(test, FMT_IOVA, paddr, page, 1,
					   &mapped), -ERANGE);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, page, 1), 0);
}

/* NS of a table entry is bit 3, and NS of a section bit 19 */
static void v7s_ns_marks_first_level(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	unsigned long quirk = 0;
	u32 *root;

	do {
		create_with(test, quirk);
		root = fmt_v7s_root(ctx) + FMT_IOVA / SZ_1M;
		fmt_map_one(test, FMT_IOVA, ctx->var->paddr, SZ_4K);
		fmt_map_one(test, FMT_IOVA + SZ_1M, ctx->var->paddr, SZ_1M);
		KUNIT_EXPECT_EQ(test, root[0] & BIT(3), quirk ? BIT(3) : 0);
		KUNIT_EXPECT_EQ(test, root[1] & BIT(19), quirk ? BIT(19) : 0);
		quirk ^= IO_PGTABLE_QUIRK_ARM_NS;
	} while (quirk);
}

/* Bits 32, 33 and 34 of the address are in bits 9, 4 and 5 of any entry */
static void mediatek_entries_hold_long_addresses(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	u64 paddr = ctx->var->paddr;
	size_t size;
	u32 bits;

	bits = (paddr & BIT_ULL(32) ? BIT(9) : 0) |
	       (paddr & BIT_ULL(33) ? BIT(4) : 0) |
	       (paddr & BIT_ULL(34) ? BIT(5) : 0);
	fmt_for_each_size(ctx, size) {
		fmt_map_one(test, FMT_IOVA, paddr, size);
		KUNIT_EXPECT_EQ(test, *fmt_v7s_entry(ctx, FMT_IOVA) &
				(BIT(9) | BIT(5) | BIT(4)), bits);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1),
				size);
	}
}

struct gfp_seen {
	struct task_struct *task;
	unsigned int order;
	unsigned int pages;
	struct {
		phys_addr_t phys;
		gfp_t gfp;
	} page[8];
};

static void gfp_probe(void *data, struct page *page, unsigned int order,
		      gfp_t gfp, int migratetype)
{
	struct gfp_seen *seen = data;

	if (seen->task != current || seen->order != order || !page ||
	    seen->pages == ARRAY_SIZE(seen->page))
		return;
	seen->page[seen->pages].phys = page_to_phys(page);
	seen->page[seen->pages].gfp = gfp;
	seen->pages++;
}

static gfp_t gfp_of(const struct gfp_seen *seen, phys_addr_t phys)
{
	unsigned int i;

	for (i = 0; i < seen->pages; i++)
		if (seen->page[i].phys == phys)
			return seen->page[i].gfp;
	return 0;
}

/* Four pages in a row are not to be had without a little patience */
static void v7s_root_may_reclaim(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	struct gfp_seen seen = {
		.task = current,
		.order = get_order(ctx->var->root),
	};

	if (ctx->var->root <= PAGE_SIZE)
		kunit_skip(test, "the root may be part of a page");

	fmt_destroy(ctx);
	if (register_trace_mm_page_alloc(gfp_probe, &seen))
		kunit_skip(test, "needs TRACEPOINTS");
	fmt_create(ctx);
	unregister_trace_mm_page_alloc(gfp_probe, &seen);
	tracepoint_synchronize_unregister();

	KUNIT_ASSERT_NOT_NULL(test, ctx->ops);
	KUNIT_EXPECT_EQ(test, (__force u32)(gfp_of(&seen, root_of(ctx)) &
					    GFP_KERNEL),
			(__force u32)GFP_KERNEL);
}

static struct kunit_case io_pgtable_limits_cases[] = {
	FMT_CASE(root_is_aligned, limited),
	FMT_CASE(root_is_zeroed, limited),
	FMT_CASE(root_is_mapped_whole, walked),
	FMT_CASE(first_page_maps, any),
	FMT_CASE(last_page_maps, limited),
	FMT_CASE(last_amd_page_maps, amd),
	FMT_CASE(beyond_the_last_page_is_refused, limited),
	FMT_CASE(range_over_the_end_is_refused, limited),
	FMT_CASE(full_root_is_not_overrun, leaves_in_root),
	FMT_CASE(last_physical_page_maps, limited),
	FMT_CASE(beyond_physical_limit_is_refused, limited),
	FMT_CASE(ranges_that_wrap_are_refused, limited),
	FMT_CASE(strange_page_sizes_are_refused, sized),
	FMT_CASE(page_sizes_are_of_the_granule, limited),
	FMT_CASE(unknown_quirk_is_refused, quirky),
	FMT_CASE(foreign_quirk_is_refused, quirky),
	FMT_CASE(wide_addresses_are_refused, bounded),
	FMT_CASE(unknown_physical_size_is_refused, arm_lpae),
	FMT_CASE(unknown_granule_is_refused, lpae),
	FMT_CASE(dart_must_be_coherent, dart),
	FMT_CASE(dart_granule_fits_the_entry, dart),
	FMT_CASE(mediatek_quirks_need_each_other, v7s),
	FMT_CASE(s1_control_register, s1),
	FMT_CASE(s2_control_register, s2),
	FMT_CASE(quirk_ns_marks_entries, s1),
	FMT_CASE(quirk_outer_wbwa, s1),
	FMT_CASE(quirk_ttbr1_maps_the_upper_half, s1_64),
	FMT_CASE(v7s_ns_marks_first_level, v7s),
	FMT_CASE(mediatek_entries_hold_long_addresses, mediatek),
	FMT_CASE(v7s_root_may_reclaim, v7s),
	{}
};

static struct kunit_suite io_pgtable_limits_suite = {
	.name		= "io_pgtable_limits",
	.suite_init	= fmt_suite_init,
	.suite_exit	= fmt_suite_exit,
	.init		= fmt_init,
	.exit		= fmt_exit,
	.test_cases	= io_pgtable_limits_cases,
};

kunit_test_suite(io_pgtable_limits_suite);

MODULE_DESCRIPTION("KUnit tests of the limits of every io-pgtable format");
MODULE_LICENSE("GPL");
