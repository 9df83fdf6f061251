// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the Exynos SysMMU's tables, included at the end of
 * exynos-iommu.c.
 *
 * There is no SysMMU. The registers of two of them are memory that keeps what
 * was last written and that says "blocked" to whoever waits for that. All
 * tables are mapped through the first, a fake device, which sees what was
 * synced and nothing else. DMA addresses are physical ones, as the driver
 * demands.
 *
 * Two oracles: exs_walk() translates as the hardware would, from the register
 * with the table's address on. The fake device says how many tables there are:
 * the one of zeroes, a first-level one per domain, and second-level ones.
 */

#include <kunit/test.h>
#include <linux/sizes.h>

#include "iommu_counters.h"
#include "iommu_fake_dev.h"

#define EXS_REGS	SZ_64K
#define EXS_IOVA	0x12300000U	/* the start of a section */
#define EXS_PADDR	0x56700000U
#define EXS_PROT	(IOMMU_READ | IOMMU_WRITE)
#define EXS_UNTOUCHED	0xdeadbeef	/* in a register, to see it written */
#define EXS_ELSEWHERE	SZ_16M		/* where a bounce buffer might be */

struct exs_version {
	const char *name;
	unsigned int version;
	short shift;
	const sysmmu_pte_t *lv1_prot;
	const sysmmu_pte_t *lv2_prot;
	const struct sysmmu_variant *variant;
	bool flpd_cache;
	unsigned int phys_bits;
};

static const struct exs_version exs_versions[] = {
	{ "v1.0", MAKE_MMU_VER(1, 0), SYSMMU_PG_ENT_SHIFT, SYSMMU_LV1_PROT,
	  SYSMMU_LV2_PROT, &sysmmu_v1_variant, false, 32 },
	{ "v3.3", MAKE_MMU_VER(3, 3), SYSMMU_PG_ENT_SHIFT, SYSMMU_LV1_PROT,
	  SYSMMU_LV2_PROT, &sysmmu_v1_variant, true, 32 },
	{ "v5.0", MAKE_MMU_VER(5, 0), SYSMMU_V5_PG_ENT_SHIFT,
	  SYSMMU_V5_LV1_PROT, SYSMMU_V5_LV2_PROT, &sysmmu_v5_variant, true,
	  36 },
	{ "v7.0", MAKE_MMU_VER(7, 0), SYSMMU_V5_PG_ENT_SHIFT,
	  SYSMMU_V5_LV1_PROT, SYSMMU_V5_LV2_PROT, &sysmmu_v7_vm_variant, true,
	  36 },
};

static void exs_version_desc(const struct exs_version *version, char *desc)
{
	strscpy(desc, version->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_version, exs_versions, exs_version_desc);

static const size_t exs_sizes[] = { SZ_4K, SZ_64K, SZ_1M };

/* A device with a SysMMU of its own */
struct exs_master {
	struct device dev;
	struct dev_iommu iommu;
	struct exynos_iommu_owner owner;
	struct sysmmu_drvdata data;
	struct iommu_fake_dev *fake;
};

struct exs_test {
	const struct exs_version *version;
	struct iommu_counters base;
	struct exs_master one;
	struct exs_master two;
	struct iommu_domain *domain;	/* NULL: freed */
	bool ready;
	/* what on_unmap saw */
	sysmmu_pte_t unmap_lv1;
	u32 unmap_flush;
};

static u32 exs_reg(struct exs_master *master, u32 offset)
{
	return readl(master->data.sfrbase + offset);
}

static void exs_set_reg(struct exs_master *master, u32 offset, u32 value)
{
	writel(value, master->data.sfrbase + offset);
}

static sysmmu_pte_t exs_read(struct exs_test *ctx, phys_addr_t pte)
{
	return le32_to_cpu((__force __le32)
			   iommu_fake_dev_read32(ctx->one.fake, pte));
}

static sysmmu_pte_t exs_read_lv1(struct exs_test *ctx, sysmmu_iova_t iova)
{
	phys_addr_t base = exs_reg(&ctx->one, ctx->version->variant->pt_base);

	if (MMU_MAJ_VER(ctx->version->version) >= 5)
		base <<= 12;
	return exs_read(ctx, base + 4 * (iova >> 20));
}

/* What the hardware makes of @iova, 0 if it faults */
static phys_addr_t exs_walk(struct exs_test *ctx, sysmmu_iova_t iova)
{
	short shift = ctx->version->shift;
	sysmmu_pte_t pte = exs_read_lv1(ctx, iova);
	phys_addr_t base;

	if ((pte & 3) == 2)
		return (((u64)pte << shift) & ~0xfffffULL) | (iova & 0xfffff);
	if ((pte & 3) != 1)
		return 0;

	base = (u64)(pte & ~0x3fU) << shift;
	pte = exs_read(ctx, base + 4 * (iova >> 12 & 0xff));
	if (pte & 2)
		return (((u64)pte << shift) & ~0xfffULL) | (iova & 0xfff);
	if (pte & 1)
		return (((u64)pte << shift) & ~0xffffULL) | (iova & 0xffff);
	return 0;
}

static void exs_expect_phys(struct kunit *test, sysmmu_iova_t iova,
			    phys_addr_t phys)
{
	struct exs_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, exs_walk(ctx, iova), phys);
	KUNIT_EXPECT_EQ(test, exynos_iommu_iova_to_phys(ctx->domain, iova),
			phys);
}

/* Second-level tables, of one domain */
static void exs_expect_tables(struct kunit *test, unsigned int lv2)
{
	struct exs_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, ctx->one.fake->live, 1 + 1 + lv2);
}

static short exs_free_entries(struct exs_test *ctx)
{
	return to_exynos_domain(ctx->domain)->lv2entcnt[EXS_IOVA >> 20];
}

static struct iommu_domain *exs_domain(struct kunit *test)
{
	struct iommu_domain *domain = exynos_iommu_domain_alloc_paging(NULL);

	KUNIT_ASSERT_NOT_NULL(test, domain);
	return domain;
}

static int exs_attach(struct iommu_domain *domain, struct exs_master *master)
{
	return exynos_iommu_attach_device(domain, &master->dev);
}

static int exs_detach(struct exs_master *master)
{
	return exynos_iommu_identity_attach(&exynos_identity_domain,
					    &master->dev);
}

static void exs_free(struct exs_test *ctx)
{
	if (ctx->domain)
		exynos_iommu_domain_free(ctx->domain);
	ctx->domain = NULL;
}

static int exs_try_map(struct exs_test *ctx, sysmmu_iova_t iova,
		       phys_addr_t paddr, size_t size)
{
	size_t mapped = 0;
	int ret;

	ret = exynos_iommu_map(ctx->domain, iova, paddr, size, 1, EXS_PROT,
			       GFP_KERNEL, &mapped);
	if (mapped != (ret ? 0 : size))
		return -EPROTO;
	return ret;
}

static void exs_map(struct kunit *test, sysmmu_iova_t iova, phys_addr_t paddr,
		    size_t size)
{
	KUNIT_ASSERT_EQ(test, exs_try_map(test->priv, iova, paddr, size), 0);
}

static size_t exs_unmap(struct exs_test *ctx, sysmmu_iova_t iova, size_t size)
{
	return exynos_iommu_unmap(ctx->domain, iova, size, 1, NULL);
}

/* What a flush of one section's entry in the FLPD cache writes, and where */
static u32 exs_flush_reg(struct exs_test *ctx)
{
	if (MMU_MAJ_VER(ctx->version->version) >= 5)
		return ctx->version->variant->flush_all;
	return ctx->version->variant->flush_entry;
}

static u32 exs_flush_value(struct exs_test *ctx)
{
	if (!ctx->version->flpd_cache)
		return EXS_UNTOUCHED;
	if (MMU_MAJ_VER(ctx->version->version) >= 5)
		return 1;
	return EXS_IOVA | 1;
}

static void exs_make_master(struct kunit *test, struct exs_master *master)
{
	struct exs_test *ctx = test->priv;
	struct sysmmu_drvdata *data = &master->data;

	master->fake = iommu_fake_dev_create(test, EXS_REGS);
	data->sysmmu = master->fake->dev;
	data->sfrbase = master->fake->regs;
	data->master = &master->dev;
	data->version = ctx->version->version;
	data->variant = ctx->version->variant;
	spin_lock_init(&data->lock);
	INIT_LIST_HEAD(&data->domain_node);
	writel(1, data->sfrbase + REG_MMU_STATUS);

	INIT_LIST_HEAD(&master->owner.controllers);
	mutex_init(&master->owner.rpm_lock);
	master->owner.domain = &exynos_identity_domain;
	list_add_tail(&data->owner_node, &master->owner.controllers);
	master->iommu.priv = &master->owner;
	master->dev.iommu = &master->iommu;
	master->dev.init_name = "exynos-master";
}

static int exs_init(struct kunit *test)
{
	struct exs_test *ctx;

	if (dma_dev)
		kunit_skip(test, "this machine has a SysMMU that is in use");

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ctx);
	test->priv = ctx;
	ctx->version = test->param_value ?: &exs_versions[0];
	exs_make_master(test, &ctx->one);
	exs_make_master(test, &ctx->two);
	ctx->one.fake->priv = ctx;

	iommu_counters_read(&ctx->base);
	PG_ENT_SHIFT = ctx->version->shift;
	LV1_PROT = ctx->version->lv1_prot;
	LV2_PROT = ctx->version->lv2_prot;
	KUNIT_ASSERT_EQ(test, exynos_iommu_setup_tables(ctx->one.fake->dev), 0);
	ctx->ready = true;
	ctx->domain = exs_domain(test);
	KUNIT_ASSERT_EQ(test, exs_attach(ctx->domain, &ctx->one), 0);
	return 0;
}

/* Whatever a case did: no table, no mapping and no device is left */
static void exs_exit(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	if (!ctx || !ctx->ready)
		return;

	ctx->one.fake->on_unmap = NULL;
	KUNIT_EXPECT_EQ(test, exs_detach(&ctx->one), 0);
	KUNIT_EXPECT_EQ(test, exs_detach(&ctx->two), 0);
	exs_free(ctx);
	if (dma_dev)
		exynos_iommu_release_tables();
	PG_ENT_SHIFT = -1;
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&ctx->base));
	iommu_fake_dev_check(test, ctx->one.fake);
	iommu_fake_dev_check(test, ctx->two.fake);
}

static void exs_empty_domain_faults(struct kunit *test)
{
	exs_expect_tables(test, 0);
	exs_expect_phys(test, 0, 0);
	exs_expect_phys(test, EXS_IOVA, 0);
	exs_expect_phys(test, 0xffffffff, 0);
}

static void exs_attach_tells_the_hardware(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, exs_reg(&ctx->one, REG_MMU_CTRL), CTRL_ENABLE);
	KUNIT_EXPECT_TRUE(test, ctx->one.data.active);
	KUNIT_EXPECT_EQ(test, exs_reg(&ctx->two, REG_MMU_CTRL), 0);

	KUNIT_EXPECT_EQ(test, exs_detach(&ctx->one), 0);
	KUNIT_EXPECT_EQ(test, exs_reg(&ctx->one, REG_MMU_CTRL), CTRL_DISABLE);
	KUNIT_EXPECT_FALSE(test, ctx->one.data.active);
}

static void exs_map_translates(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	sysmmu_iova_t at;
	size_t size;
	int i;

	for (i = 0; i < ARRAY_SIZE(exs_sizes); i++) {
		size = exs_sizes[i];
		exs_map(test, EXS_IOVA, EXS_PADDR, size);
		for (at = 0; at < size; at += SZ_4K)
			exs_expect_phys(test, EXS_IOVA + at + 5,
					EXS_PADDR + at + 5);
		exs_expect_phys(test, EXS_IOVA - 1, 0);
		exs_expect_phys(test, EXS_IOVA + size, 0);

		KUNIT_EXPECT_EQ(test, exs_unmap(ctx, EXS_IOVA, size), size);
		for (at = 0; at < size; at += SZ_4K)
			exs_expect_phys(test, EXS_IOVA + at, 0);
	}
}

static void exs_highest_page(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	phys_addr_t paddr, last = BIT_ULL(ctx->version->phys_bits) - 1;
	int i;

	if (last != BIT_ULL(ctx->version->phys_bits) - 1)
		kunit_skip(test, "needs physical addresses of 36 bits");

	for (i = 0; i < ARRAY_SIZE(exs_sizes); i++) {
		paddr = last - exs_sizes[i] + 1;
		exs_map(test, EXS_IOVA, paddr, exs_sizes[i]);
		exs_expect_phys(test, EXS_IOVA, paddr);
		exs_unmap(ctx, EXS_IOVA, exs_sizes[i]);
	}
}

static void exs_ends_of_the_aperture(struct kunit *test)
{
	exs_map(test, 0, EXS_PADDR, SZ_4K);
	exs_map(test, 0xfffff000, EXS_PADDR + SZ_4K, SZ_4K);
	exs_expect_phys(test, 0, EXS_PADDR);
	exs_expect_phys(test, 0xffffffff, EXS_PADDR + 2 * SZ_4K - 1);
	exs_expect_tables(test, 2);
}

static void exs_table_by_section(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	exs_map(test, EXS_IOVA + SZ_64K, EXS_PADDR, SZ_64K);
	exs_expect_tables(test, 1);
	KUNIT_EXPECT_EQ(test, exs_free_entries(ctx), 256 - 1 - 16);
	exs_map(test, EXS_IOVA + SZ_1M, EXS_PADDR, SZ_4K);
	exs_expect_tables(test, 2);
	exs_map(test, EXS_IOVA + SZ_2M, EXS_PADDR, SZ_1M);
	exs_expect_tables(test, 2);
}

static void exs_unmap_keeps_the_table(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_64K);
	KUNIT_EXPECT_EQ(test, exs_unmap(ctx, EXS_IOVA, SZ_64K), SZ_64K);
	KUNIT_EXPECT_EQ(test, exs_free_entries(ctx), 256);
	exs_expect_tables(test, 1);
	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	exs_expect_tables(test, 1);
}

static void exs_unmap_flushes(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	u32 reg = ctx->version->variant->flush_entry;

	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	exs_set_reg(&ctx->one, reg, EXS_UNTOUCHED);
	exs_unmap(ctx, EXS_IOVA, SZ_4K);
	KUNIT_EXPECT_EQ(test, exs_reg(&ctx->one, reg), EXS_IOVA | 1);
}

static void exs_new_table_flushes(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	exs_set_reg(&ctx->one, exs_flush_reg(ctx), EXS_UNTOUCHED);
	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	KUNIT_EXPECT_EQ(test, exs_reg(&ctx->one, exs_flush_reg(ctx)),
			exs_flush_value(ctx));
}

/* The FLPD cache may know the table of zeroes by the section's address */
static void exs_new_section_flushes(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	exs_set_reg(&ctx->one, exs_flush_reg(ctx), EXS_UNTOUCHED);
	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_1M);
	KUNIT_EXPECT_EQ(test, exs_reg(&ctx->one, exs_flush_reg(ctx)),
			exs_flush_value(ctx));
}

static void exs_section_replaces_a_table(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	exs_unmap(ctx, EXS_IOVA, SZ_4K);
	exs_expect_tables(test, 1);
	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_1M);
	exs_expect_phys(test, EXS_IOVA + SZ_64K, EXS_PADDR + SZ_64K);
	exs_expect_tables(test, 0);
	KUNIT_EXPECT_EQ(test, exs_free_entries(ctx), 0);
}

static void exs_see_unmap(struct iommu_fake_dev *fake, dma_addr_t dma)
{
	struct exs_test *ctx = fake->priv;

	ctx->unmap_lv1 = exs_read_lv1(ctx, EXS_IOVA);
	ctx->unmap_flush = exs_reg(&ctx->one, exs_flush_reg(ctx));
}

/* When the table goes, the SysMMU knows nothing of it anymore */
static void exs_table_goes_after_the_flush(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	exs_unmap(ctx, EXS_IOVA, SZ_4K);
	exs_set_reg(&ctx->one, exs_flush_reg(ctx), EXS_UNTOUCHED);
	ctx->one.fake->on_unmap = exs_see_unmap;
	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_1M);

	KUNIT_EXPECT_EQ(test, ctx->unmap_lv1 & 3, 2);
	KUNIT_EXPECT_EQ(test, ctx->unmap_flush, exs_flush_value(ctx));
}

static void exs_free_takes_live_tables(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	exs_map(test, EXS_IOVA + SZ_1M, EXS_PADDR, SZ_64K);
	exs_map(test, EXS_IOVA + SZ_2M, EXS_PADDR, SZ_1M);
	exs_expect_tables(test, 2);

	KUNIT_EXPECT_EQ(test, exs_detach(&ctx->one), 0);
	exs_free(ctx);
	KUNIT_EXPECT_EQ(test, ctx->one.fake->live, 1);
}

static void exs_free_without_a_device(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	struct iommu_domain *other = exs_domain(test);

	KUNIT_EXPECT_EQ(test, ctx->one.fake->live, 3);
	exynos_iommu_domain_free(other);
	exs_expect_tables(test, 0);
}

static void exs_map_in_atomic_context(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	unsigned long flags;
	int ret;

	local_irq_save(flags);
	ret = exs_try_map(ctx, EXS_IOVA, EXS_PADDR, SZ_4K);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, ret, 0);
	exs_expect_phys(test, EXS_IOVA, EXS_PADDR);
}

/* The first try leaves no trace, the second one works */
static void exs_expect_failed_map(struct kunit *test, int ret)
{
	struct exs_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->one.fake));
	KUNIT_EXPECT_EQ(test, exs_read_lv1(ctx, EXS_IOVA), ZERO_LV2LINK);
	KUNIT_EXPECT_EQ(test, exs_free_entries(ctx), 0);
	exs_expect_tables(test, 0);
	if (exs_read_lv1(ctx, EXS_IOVA) != ZERO_LV2LINK)
		return;

	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	exs_expect_phys(test, EXS_IOVA, EXS_PADDR);
	exs_expect_tables(test, 1);
}

static void exs_table_cannot_be_mapped(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	iommu_fake_dev_fail_begin(ctx->one.fake, 1);
	exs_expect_failed_map(test, exs_try_map(ctx, EXS_IOVA, EXS_PADDR,
						SZ_4K));
}

static void exs_table_is_bounced(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	iommu_fake_dev_shift_begin(ctx->one.fake, 1, EXS_ELSEWHERE);
	exs_expect_failed_map(test, exs_try_map(ctx, EXS_IOVA, EXS_PADDR,
						SZ_4K));
}

static void exs_expect_no_domain(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	KUNIT_EXPECT_NULL(test, exynos_iommu_domain_alloc_paging(NULL));
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->one.fake));
	exs_expect_tables(test, 0);
}

static void exs_domain_cannot_be_mapped(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	iommu_fake_dev_fail_begin(ctx->one.fake, 1);
	exs_expect_no_domain(test);
}

static void exs_domain_is_bounced(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	iommu_fake_dev_shift_begin(ctx->one.fake, 1, EXS_ELSEWHERE);
	exs_expect_no_domain(test);
}

static void exs_zero_table_cannot_be_mapped(struct kunit *test)
{
	struct exs_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, exs_detach(&ctx->one), 0);
	exs_free(ctx);
	exynos_iommu_release_tables();
	KUNIT_EXPECT_EQ(test, ctx->one.fake->live, 0);

	iommu_fake_dev_fail_begin(ctx->one.fake, 1);
	KUNIT_EXPECT_EQ(test, exynos_iommu_setup_tables(ctx->one.fake->dev),
			-ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->one.fake));
	KUNIT_EXPECT_NULL(test, dma_dev);
}

static void exs_attach_leaves_the_previous_domain(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	struct iommu_domain *other = exs_domain(test);

	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	KUNIT_EXPECT_EQ(test, exs_attach(other, &ctx->one), 0);
	KUNIT_EXPECT_TRUE(test,
			  list_empty(&to_exynos_domain(ctx->domain)->clients));
	KUNIT_EXPECT_EQ(test, exs_walk(ctx, EXS_IOVA), 0);

	KUNIT_EXPECT_EQ(test, exs_detach(&ctx->one), 0);
	exynos_iommu_domain_free(other);
}

/* The other one goes on to be told of what is unmapped */
static void exs_detach_one_of_two(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	u32 reg = ctx->version->variant->flush_entry;

	KUNIT_ASSERT_EQ(test, exs_attach(ctx->domain, &ctx->two), 0);
	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	KUNIT_EXPECT_EQ(test, exs_detach(&ctx->one), 0);

	exs_set_reg(&ctx->one, reg, EXS_UNTOUCHED);
	exs_set_reg(&ctx->two, reg, EXS_UNTOUCHED);
	exs_unmap(ctx, EXS_IOVA, SZ_4K);
	KUNIT_EXPECT_EQ(test, exs_reg(&ctx->one, reg), EXS_UNTOUCHED);
	KUNIT_EXPECT_EQ(test, exs_reg(&ctx->two, reg), EXS_IOVA | 1);
	KUNIT_EXPECT_PTR_EQ(test, ctx->two.data.domain,
			    to_exynos_domain(ctx->domain));
}

#define EXS_CASE(fn) KUNIT_CASE_PARAM(fn, exs_version_gen_params)

static struct kunit_case exs_cases[] = {
	EXS_CASE(exs_empty_domain_faults),
	EXS_CASE(exs_attach_tells_the_hardware),
	EXS_CASE(exs_map_translates),
	EXS_CASE(exs_highest_page),
	EXS_CASE(exs_ends_of_the_aperture),
	EXS_CASE(exs_table_by_section),
	EXS_CASE(exs_unmap_keeps_the_table),
	EXS_CASE(exs_unmap_flushes),
	EXS_CASE(exs_new_table_flushes),
	EXS_CASE(exs_new_section_flushes),
	EXS_CASE(exs_section_replaces_a_table),
	EXS_CASE(exs_table_goes_after_the_flush),
	EXS_CASE(exs_free_takes_live_tables),
	EXS_CASE(exs_free_without_a_device),
	EXS_CASE(exs_map_in_atomic_context),
	EXS_CASE(exs_table_cannot_be_mapped),
	EXS_CASE(exs_table_is_bounced),
	EXS_CASE(exs_domain_cannot_be_mapped),
	EXS_CASE(exs_domain_is_bounced),
	EXS_CASE(exs_zero_table_cannot_be_mapped),
	EXS_CASE(exs_attach_leaves_the_previous_domain),
	EXS_CASE(exs_detach_one_of_two),
	{}
};

static struct kunit_suite exs_suite = {
	.name = "exynos-iommu",
	.init = exs_init,
	.exit = exs_exit,
	.test_cases = exs_cases,
};

kunit_test_suite(exs_suite);
