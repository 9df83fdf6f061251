// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of what I/O page-table formats make of IOMMU_READ, IOMMU_WRITE
 * and the other IOMMU_* flags of a mapping: the bits of the leaf, of every page
 * size, by the specifications. See io_pgtable_formats.h; those of AMD are in
 * amd_walk_kunit.c.
 *
 * LPAE: Arm ARM, "Attribute fields in VMSAv8-64 Block and Page descriptors".
 * Mali has attributes like stage 1 and permissions like stage 2. Short
 * descriptors: Arm ARM v7, B3.5. They hold the same bits at one place in small
 * pages, at another in large ones, and at a third in sections.
 */
#include "io_pgtable_formats.h"

static bool is_s1(const struct fmt_variant *var)
{
	return var->fmt == ARM_32_LPAE_S1 || var->fmt == ARM_64_LPAE_S1;
}

static bool is_s2(const struct fmt_variant *var)
{
	return var->fmt == ARM_32_LPAE_S2 || var->fmt == ARM_64_LPAE_S2;
}

FMT_WANTED(prot, !fmt_is_amd(var) &&
	   !(var->quirks & IO_PGTABLE_QUIRK_NO_PERMS));
FMT_WANTED(no_perms, var->quirks & IO_PGTABLE_QUIRK_NO_PERMS);
FMT_WANTED(noexec, prot_wanted(var) && !fmt_is_dart(var));
FMT_WANTED(priv, prot_wanted(var) && (is_s1(var) || var->fmt == ARM_V7S));
FMT_WANTED(arm, fmt_is_lpae(var) || var->fmt == ARM_V7S);
FMT_WANTED(dart, fmt_is_dart(var));
FMT_WANTED(dart2, var->fmt == APPLE_DART2);

static u64 dart_entry(struct fmt_test *ctx, unsigned long iova)
{
	unsigned long page = iova >> __ffs(ctx->sizes);
	unsigned int bits = ctx->var->bits;
	u64 *root, *table, entry;

	root = phys_to_virt(ctx->cfg.apple_dart_cfg.ttbr[page >> 2 * bits]);
	entry = root[(page >> bits) & GENMASK(bits - 1, 0)];
	if (ctx->var->fmt == APPLE_DART)
		table = phys_to_virt(entry & GENMASK_ULL(35, 12));
	else
		table = phys_to_virt((entry & GENMASK_ULL(37, 10)) << 4);
	return table[page & GENMASK(bits - 1, 0)];
}

static u64 leaf(struct fmt_test *ctx, unsigned long iova)
{
	if (fmt_is_lpae(ctx->var))
		return *fmt_lpae_entry(ctx, iova);
	if (fmt_is_dart(ctx->var))
		return dart_entry(ctx, iova);
	return *fmt_v7s_entry(ctx, iova);
}

static void map_prot(struct kunit *test, unsigned long iova, u64 paddr,
		     size_t size, int prot)
{
	struct fmt_test *ctx = test->priv;
	size_t mapped = 0;

	KUNIT_ASSERT_EQ(test,
			ctx->ops->map_pages(ctx->ops, iova, paddr, size, 1,
					    prot, GFP_KERNEL, &mapped), 0);
	KUNIT_ASSERT_EQ(test, mapped, size);
}

/* A page of @size with @prot has @value in the bits of @mask, and translates */
static void expect_bits(struct kunit *test, size_t size, int prot, u64 mask,
			u64 value)
{
	struct fmt_test *ctx = test->priv;

	map_prot(test, FMT_IOVA, ctx->var->paddr, size, prot);
	KUNIT_EXPECT_EQ_MSG(test, leaf(ctx, FMT_IOVA) & mask, value,
			    "size %zx, prot %x", size, prot);
	fmt_expect_mapped(test, FMT_IOVA, ctx->var->paddr, size);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1), size);
}

/* Where a short descriptor has TEX and AP: large pages keep TEX elsewhere */
static unsigned int v7s_shift(size_t size)
{
	return size >= SZ_1M ? 6 : 0;
}

/* The bits that say no to reading, and to writing */
static void permission_bits(struct kunit *test, size_t size, u64 *no_read,
			    u64 *no_write)
{
	struct fmt_test *ctx = test->priv;

	*no_read = 0;
	if (is_s1(ctx->var)) {
		*no_write = BIT_ULL(7);	/* AP[2] */
	} else if (ctx->var->fmt == ARM_V7S) {
		*no_write = BIT_ULL(9) << v7s_shift(size);	/* AP[2] */
	} else if (ctx->var->fmt == APPLE_DART) {
		*no_read = BIT_ULL(8);
		*no_write = BIT_ULL(7);
	} else {
		*no_read = BIT_ULL(3);
		*no_write = BIT_ULL(2);
	}
}

static void permissions(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	u64 no_read, no_write;
	size_t size;

	fmt_for_each_size(ctx, size) {
		if (is_s2(ctx->var) || ctx->var->fmt == ARM_MALI_LPAE) {
			/* S2AP[1:0]: bit 6 to read, bit 7 to write */
			expect_bits(test, size, IOMMU_READ, 3 << 6, 1 << 6);
			expect_bits(test, size, IOMMU_WRITE, 3 << 6, 2 << 6);
			expect_bits(test, size, FMT_PROT, 3 << 6, 3 << 6);
			continue;
		}
		permission_bits(test, size, &no_read, &no_write);
		expect_bits(test, size, IOMMU_READ, no_read | no_write,
			    no_write);
		expect_bits(test, size, IOMMU_WRITE, no_read | no_write,
			    no_read);
		expect_bits(test, size, FMT_PROT, no_read | no_write, 0);
	}
}

/* MediaTek has address bits there, and others have them clear: paddr says so */
static void no_permissions_without_the_bits(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	u64 before, after;
	size_t size;

	fmt_for_each_size(ctx, size) {
		map_prot(test, FMT_IOVA, ctx->var->paddr, size, FMT_PROT);
		before = leaf(ctx, FMT_IOVA);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1),
				size);
		map_prot(test, FMT_IOVA, ctx->var->paddr, size,
			 IOMMU_READ | IOMMU_NOEXEC | IOMMU_PRIV);
		after = leaf(ctx, FMT_IOVA);
		KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, size, 1),
				size);
		KUNIT_EXPECT_EQ(test, before, after);
	}
}

static u64 noexec_bits(struct fmt_test *ctx, size_t size)
{
	if (fmt_is_lpae(ctx->var))
		return 3ULL << 53;
	if (size >= SZ_1M)
		return BIT_ULL(4);
	return size == SZ_64K ? BIT_ULL(15) : BIT_ULL(0);
}

static void noexec_is_in_the_leaf(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size;

	fmt_for_each_size(ctx, size) {
		u64 bits = noexec_bits(ctx, size);

		expect_bits(test, size, FMT_PROT | IOMMU_NOEXEC, bits, bits);
		expect_bits(test, size, FMT_PROT, bits, 0);
	}
}

/* AP[1]: for the unprivileged as well */
static void privileged_is_in_the_leaf(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size;

	fmt_for_each_size(ctx, size) {
		u64 bit = is_s1(ctx->var) ? BIT_ULL(6) :
					    BIT_ULL(5) << v7s_shift(size);

		expect_bits(test, size, FMT_PROT | IOMMU_PRIV, bit, 0);
		expect_bits(test, size, FMT_PROT, bit, bit);
	}
}

/* Memory that is not cached, memory that is, and registers of devices */
static void expect_types(struct kunit *test, size_t size, u64 mask, u64 plain,
			 u64 cached, u64 device)
{
	expect_bits(test, size, FMT_PROT, mask, plain);
	expect_bits(test, size, FMT_PROT | IOMMU_CACHE, mask, cached);
	expect_bits(test, size, FMT_PROT | IOMMU_MMIO, mask, device);
}

/*
 * Stage 1: an index into MAIR. Stage 2: MemAttr. Both: SH, outer but for what
 * is cached, which is inner for all except Mali.
 */
static void lpae_memory_types(struct kunit *test, size_t size)
{
	struct fmt_test *ctx = test->priv;
	u64 outer = 2 << 8, inner = 3 << 8;

	if (is_s2(ctx->var))
		expect_types(test, size, 3 << 8 | 0xf << 2, outer | 0x5 << 2,
			     inner | 0xf << 2, outer | 0x1 << 2);
	else
		expect_types(test, size, 3 << 8 | 7 << 2, outer | 0 << 2,
			     (is_s1(ctx->var) ? inner : outer) | 1 << 2,
			     outer | 2 << 2);
}

static void memory_types(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t size;
	u64 tex;

	fmt_for_each_size(ctx, size) {
		if (fmt_is_lpae(ctx->var)) {
			lpae_memory_types(test, size);
			continue;
		}
		/* TEX[0], C and B: bits 3 and 2 wherever TEX is */
		tex = BIT(6) << v7s_shift(size);
		if (size == SZ_64K)
			tex = BIT(12);
		expect_types(test, size, tex | BIT(3) | BIT(2), tex,
			     tex | BIT(3) | BIT(2), BIT(2));
	}
}

/* Nothing is left to the check of parts of a page, which can be turned off */
static void dart_allows_the_whole_page(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	u64 off = ctx->var->fmt == APPLE_DART ? BIT_ULL(1) : 0;

	/* The first part is in bits 63 to 52, the last one in bits 51 to 40 */
	expect_bits(test, fmt_page(test), FMT_PROT, GENMASK_ULL(63, 40) | off,
		    0xfffULL << 40 | off);
}

static void dart2_says_what_is_not_cached(struct kunit *test)
{
	size_t page = fmt_page(test);

	expect_bits(test, page, FMT_PROT, BIT_ULL(1), BIT_ULL(1));
	expect_bits(test, page, FMT_PROT | IOMMU_CACHE, BIT_ULL(1), 0);
}

/* What is left of a block is as if it had been mapped in pages */
static void split_keeps_what_is_allowed(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), size = page << ctx->var->bits;
	int prot = IOMMU_READ | IOMMU_CACHE | IOMMU_NOEXEC;
	u64 paddr = ctx->var->paddr, fresh;

	map_prot(test, FMT_IOVA, paddr, size, prot);
	KUNIT_ASSERT_EQ(test, fmt_unmap_call(test, FMT_IOVA, page, 1), page);
	map_prot(test, FMT_IOVA, paddr, page, prot);

	fresh = leaf(ctx, FMT_IOVA);
	KUNIT_EXPECT_EQ(test, leaf(ctx, FMT_IOVA + page), fresh + page);
	KUNIT_EXPECT_EQ(test, leaf(ctx, FMT_IOVA + size - page),
			fresh + size - page);
}

static struct kunit_case io_pgtable_prot_cases[] = {
	FMT_CASE(permissions, prot),
	FMT_CASE(no_permissions_without_the_bits, no_perms),
	FMT_CASE(noexec_is_in_the_leaf, noexec),
	FMT_CASE(privileged_is_in_the_leaf, priv),
	FMT_CASE(memory_types, arm),
	FMT_CASE(dart_allows_the_whole_page, dart),
	FMT_CASE(dart2_says_what_is_not_cached, dart2),
	FMT_CASE(split_keeps_what_is_allowed, arm),
	{}
};

static struct kunit_suite io_pgtable_prot_suite = {
	.name		= "io_pgtable_prot",
	.suite_init	= fmt_suite_init,
	.suite_exit	= fmt_suite_exit,
	.init		= fmt_init,
	.exit		= fmt_exit,
	.test_cases	= io_pgtable_prot_cases,
};

kunit_test_suite(io_pgtable_prot_suite);

MODULE_DESCRIPTION("KUnit tests of permissions in io-pgtable formats");
MODULE_LICENSE("GPL");
