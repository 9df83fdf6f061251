/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the KUnit suite of the OMAP IOMMU driver runs on.
 *
 * The driver is compiled into the suite, with its registers turned into a model
 * of the hardware: up to two MMUs for one master, programmed alike. The model
 * has a TLB, which is filled by translating and by loading an entry, and knows
 * whether its power is on: an access to a register without it is an error. Page
 * tables are read by DMA address and as the device sees them, see
 * iommu_fake_dev.h.
 *
 * Runtime PM is the kernel's own. The power domain of the suite calls what the
 * driver has for suspend and resume. Switching power may sleep: to do it with a
 * spinlock held is an error, which kernels see that count preemption.
 *
 * When a table stops to be mapped for DMA, an MMU that is on must not be able
 * to reach it any more, nor have a translation that was read from it. Whatever
 * a case does, in the end no mapping and no page is left, the power is off, and
 * no error was made.
 */
#ifndef __IOMMU_TESTS_OMAP_H
#define __IOMMU_TESTS_OMAP_H

/* The driver has functions that are not static */
#define omap_iommu_save_ctx		omap_kunit_save_ctx
#define omap_iommu_restore_ctx		omap_kunit_restore_ctx
#define omap_iommu_domain_activate	omap_kunit_domain_activate
#define omap_iommu_domain_deactivate	omap_kunit_domain_deactivate
#define iotlb_lock_get			omap_kunit_lock_get
#define iotlb_lock_set			omap_kunit_lock_set
#define __iotlb_read_cr			omap_kunit_read_cr

#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/preempt.h>
#include <linux/sizes.h>

#include "../iommu-pages.h"
#include "iommu_counters.h"
#include "iommu_fail_nth.h"
#include "iommu_fake_dma.h"

#define HW_MMUS		2
#define HW_SIZE		0x100
#define HW_TLBS		8

/* Registers by index */
enum {
	HW_CNTL = 0x44 / 4,
	HW_TTB = 0x4c / 4,
	HW_LOCK = 0x50 / 4,
	HW_LD_TLB = 0x54 / 4,
	HW_CAM = 0x58 / 4,
	HW_RAM = 0x5c / 4,
	HW_GFLUSH = 0x60 / 4,
	HW_FLUSH_ENTRY = 0x64 / 4,
	HW_READ_CAM = 0x68 / 4,
	HW_READ_RAM = 0x6c / 4,
};

#define HW_EN		BIT(1)
#define HW_CAM_VALID	BIT(2)

struct hw_tlb {
	u32 cam, ram;
	u32 table;		/* the second-level table it is from, or 0 */
};

struct hw_mmu {
	u32 reg[HW_SIZE / sizeof(u32)];
	struct hw_tlb tlb[HW_TLBS];
	bool powered;
	int resume_ret;		/* what switching it on brings */
};

/* The hardware of the running case. Nothing of it is shared with real ones */
static struct {
	struct hw_mmu mmu[HW_MMUS];
	struct iommu_domain *domain;	/* that the core has for the master */
	gfp_t gfp;			/* of the last allocation of a table */
	unsigned int errors, dangling;
} hw;

/* Page sizes by the last bits of a CAM: 1M, 64K, 4K, 16M */
static const u32 hw_mask[] = { 0xfff00000, 0xffff0000, 0xfffff000, 0xff000000 };

static bool hw_tlb_hit(const struct hw_tlb *tlb, u32 iova)
{
	u32 mask = hw_mask[tlb->cam & 3];

	return tlb->cam & HW_CAM_VALID && (tlb->cam & mask) == (iova & mask);
}

static struct hw_tlb *hw_victim(struct hw_mmu *mmu)
{
	u32 lock = mmu->reg[HW_LOCK];

	return &mmu->tlb[((lock >> 4) & 0x1f) % HW_TLBS];
}

static struct hw_mmu *hw_find(const void __iomem *addr, int *reg)
{
	size_t offset = (void __force *)addr - (void *)hw.mmu;
	struct hw_mmu *mmu = &hw.mmu[offset / sizeof(*mmu)];

	*reg = offset % sizeof(*mmu) / sizeof(u32);
	if (!mmu->powered)
		hw.errors++;
	return mmu;
}

static u32 hw_readl(const void __iomem *addr)
{
	int reg;
	struct hw_mmu *mmu = hw_find(addr, &reg);

	switch (reg) {
	case HW_READ_CAM:
		return hw_victim(mmu)->cam;
	case HW_READ_RAM:
		return hw_victim(mmu)->ram;
	default:
		return mmu->reg[reg];
	}
}

static void hw_writel(u32 val, void __iomem *addr)
{
	int i, reg;
	struct hw_mmu *mmu = hw_find(addr, &reg);

	mmu->reg[reg] = val;
	switch (reg) {
	case HW_GFLUSH:
		memset(mmu->tlb, 0, sizeof(mmu->tlb));
		break;
	case HW_FLUSH_ENTRY:
		for (i = 0; i < HW_TLBS; i++)
			if (hw_tlb_hit(&mmu->tlb[i], mmu->reg[HW_CAM]))
				mmu->tlb[i].cam = 0;
		break;
	case HW_LD_TLB:
		hw_victim(mmu)->cam = mmu->reg[HW_CAM];
		hw_victim(mmu)->ram = mmu->reg[HW_RAM];
		hw_victim(mmu)->table = 0;
		break;
	}
}

#undef __raw_readl
#undef __raw_writel
#define __raw_readl(addr)		hw_readl(addr)
#define __raw_writel(val, addr)		hw_writel(val, addr)
#define iommu_get_domain_for_dev(...)	(hw.domain)

#undef iommu_alloc_pages_sz
#define iommu_alloc_pages_sz(flags, size)				\
	(hw.gfp = (flags), iommu_alloc_pages_node_sz(NUMA_NO_NODE, flags, size))

/* This copy of the driver is for no device but the suite's */
#undef EXPORT_SYMBOL_GPL
#define EXPORT_SYMBOL_GPL(...)
#undef __init
#define __init
#undef subsys_initcall
#define subsys_initcall(fn) \
	static const void *const hw_unused __maybe_unused = fn

#include "../omap-iommu.c"

#define OMAP_IOVA	0x12000000ul
#define OMAP_PADDR	0x45000000ul
#define OMAP_FAULT	(~0ull)
#define L1_PAGES	DIV_ROUND_UP(SZ_16K, PAGE_SIZE)

struct omap_test {
	struct iommu_fake_dev *fake[HW_MMUS];
	struct omap_iommu obj[HW_MMUS];
	struct dev_pm_domain pm_domain;
	struct device *master;
	struct dev_iommu dev_iommu;
	struct omap_iommu_arch_data arch_data[HW_MMUS + 1];
	struct iommu_domain *domain;
	struct iommu_counters base;
};

static const struct iommu_domain_ops *omap_ops(void)
{
	return omap_iommu_ops.default_domain_ops;
}

static struct hw_mmu *hw_of(struct device *dev)
{
	struct omap_iommu *obj = dev_get_drvdata(dev);

	return container_of((u32 __force *)obj->regbase, struct hw_mmu, reg[0]);
}

static u32 hw_entry(struct iommu_fake_dev *fake, u32 table, u32 index)
{
	return iommu_fake_dev_read32(fake, table + index * sizeof(u32));
}

static void hw_fill(struct hw_mmu *mmu, u32 iova, u32 ram, u32 cam, u32 table)
{
	struct hw_tlb *tlb = &mmu->tlb[(iova >> 12) % HW_TLBS];

	tlb->cam = (iova & hw_mask[cam & 3]) | cam;
	tlb->ram = ram & hw_mask[cam & 3];
	tlb->table = table;
}

/* The hardware's own walk, which leaves what it finds in the TLB */
static bool hw_walk(struct iommu_fake_dev *fake, struct hw_mmu *mmu, u32 iova)
{
	u32 pgd, pte, table;

	pgd = hw_entry(fake, mmu->reg[HW_TTB], iova >> 20);
	if ((pgd & 3) == 2) {
		hw_fill(mmu, iova, pgd, HW_CAM_VALID | (pgd & BIT(18) ? 3 : 0),
			0);
		return true;
	}
	if ((pgd & 3) != 1)
		return false;

	table = pgd & ~0x3ffu;
	pte = hw_entry(fake, table, iova >> 12 & 0xff);
	if (!(pte & 3))
		return false;
	hw_fill(mmu, iova, pte, HW_CAM_VALID | (pte & 2 ? 2 : 1), table);
	return true;
}

/* What the master reads at @iova through one of the MMUs */
static u64 omap_walk(struct omap_test *ctx, int nr, u32 iova)
{
	struct hw_mmu *mmu = &hw.mmu[nr];
	int i, pass;
	u32 mask;

	if (!(mmu->reg[HW_CNTL] & HW_EN))
		return iova;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < HW_TLBS; i++) {
			mask = hw_mask[mmu->tlb[i].cam & 3];
			if (hw_tlb_hit(&mmu->tlb[i], iova))
				return mmu->tlb[i].ram | (iova & ~mask);
		}
		if (!pass && !hw_walk(ctx->fake[nr], mmu, iova))
			return OMAP_FAULT;
	}
	return OMAP_FAULT;
}

static bool omap_reaches(struct iommu_fake_dev *fake, struct hw_mmu *mmu,
			 dma_addr_t dma)
{
	u32 ttb = mmu->reg[HW_TTB];
	int i;

	if (!(mmu->reg[HW_CNTL] & HW_EN))
		return false;
	if (ttb == dma)
		return true;
	for (i = 0; i < HW_TLBS; i++)
		if (mmu->tlb[i].cam & HW_CAM_VALID && mmu->tlb[i].table == dma)
			return true;
	for (i = 0; i < SZ_16K / sizeof(u32); i++)
		if (hw_entry(fake, ttb, i) == (dma | 1))
			return true;
	return false;
}

static void omap_on_unmap(struct iommu_fake_dev *fake, dma_addr_t dma)
{
	hw.dangling += omap_reaches(fake, hw_of(fake->dev), dma);
}

/* Power */

static int hw_runtime_suspend(struct device *dev)
{
	int ret = omap_iommu_runtime_suspend(dev);

	hw_of(dev)->powered = false;
	return ret;
}

static int hw_runtime_resume(struct device *dev)
{
	struct hw_mmu *mmu = hw_of(dev);

	if (preempt_count())
		hw.errors++;
	if (mmu->resume_ret)
		return mmu->resume_ret;
	mmu->powered = true;
	return omap_iommu_runtime_resume(dev);
}

/* Calls of the IOMMU core */

static int omap_attach(struct omap_test *ctx, struct iommu_domain *domain)
{
	int ret = omap_ops()->attach_dev(domain, ctx->master);

	if (!ret)
		hw.domain = domain;
	return ret;
}

static int omap_attach_identity(struct omap_test *ctx)
{
	struct iommu_domain *identity = &omap_iommu_identity_domain;
	int ret = omap_iommu_identity_ops.attach_dev(identity, ctx->master);

	if (!ret)
		hw.domain = identity;
	return ret;
}

static int omap_map_gfp(struct omap_test *ctx, unsigned long iova,
			phys_addr_t paddr, size_t size, gfp_t gfp)
{
	size_t mapped = 0;
	int ret;

	ret = omap_ops()->map_pages(ctx->domain, iova, paddr, size, 1,
				    IOMMU_READ | IOMMU_WRITE, gfp, &mapped);
	return mapped == (ret ? 0 : size) ? ret : -EIO;
}

static int omap_map(struct omap_test *ctx, unsigned long iova,
		    phys_addr_t paddr, size_t size)
{
	return omap_map_gfp(ctx, iova, paddr, size, GFP_KERNEL);
}

static size_t omap_unmap(struct omap_test *ctx, unsigned long iova, size_t size)
{
	return omap_ops()->unmap_pages(ctx->domain, iova, size, 1, NULL);
}

static phys_addr_t omap_phys(struct omap_test *ctx, unsigned long iova)
{
	return omap_ops()->iova_to_phys(ctx->domain, iova);
}

static void omap_free(struct omap_test *ctx)
{
	omap_ops()->free(ctx->domain);
	ctx->domain = NULL;
}

static void omap_expect_on(struct kunit *test, int nr)
{
	struct omap_test *ctx = test->priv;

	KUNIT_EXPECT_TRUE(test, hw.mmu[nr].powered);
	KUNIT_EXPECT_TRUE(test, hw.mmu[nr].reg[HW_CNTL] & HW_EN);
	KUNIT_EXPECT_EQ(test, hw.mmu[nr].reg[HW_TTB], ctx->obj[nr].pd_dma);
	KUNIT_EXPECT_PTR_EQ(test, ctx->obj[nr].domain, ctx->domain);
}

static void omap_expect_off(struct kunit *test, int nr)
{
	struct omap_test *ctx = test->priv;

	KUNIT_EXPECT_FALSE(test, hw.mmu[nr].powered);
	KUNIT_EXPECT_FALSE(test, hw.mmu[nr].reg[HW_CNTL] & HW_EN);
	KUNIT_EXPECT_NULL(test, ctx->obj[nr].iopgd);
	KUNIT_EXPECT_NULL(test, ctx->obj[nr].domain);
	KUNIT_EXPECT_EQ(test, ctx->fake[nr]->live, 0);
}

/* Fixture */

static void omap_init_mmu(struct kunit *test, int nr)
{
	struct omap_test *ctx = test->priv;
	struct omap_iommu *obj = &ctx->obj[nr];

	ctx->fake[nr] = iommu_fake_dev_create(test, HW_SIZE);
	ctx->fake[nr]->on_unmap = omap_on_unmap;
	obj->dev = ctx->fake[nr]->dev;
	obj->name = dev_name(obj->dev);
	obj->regbase = (void __iomem __force *)hw.mmu[nr].reg;
	obj->nr_tlb_entries = HW_TLBS;
	mutex_init(&obj->iommu_lock);
	spin_lock_init(&obj->page_table_lock);
	dev_set_drvdata(obj->dev, obj);
	obj->dev->pm_domain = &ctx->pm_domain;
	pm_runtime_enable(obj->dev);
}

/* The master has one MMU, unless the case wants the second one as well */
static void omap_use_both(struct omap_test *ctx)
{
	ctx->arch_data[1].iommu_dev = &ctx->obj[1];
}

static int omap_init(struct kunit *test)
{
	struct omap_test *ctx;
	int i;

	if (!IS_ENABLED(CONFIG_PM))
		kunit_skip(test, "needs PM, which turns the hardware on");

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ctx);
	test->priv = ctx;
	memset(&hw, 0, sizeof(hw));
	ctx->pm_domain.ops.runtime_suspend = hw_runtime_suspend;
	ctx->pm_domain.ops.runtime_resume = hw_runtime_resume;
	for (i = 0; i < HW_MMUS; i++)
		omap_init_mmu(test, i);

	ctx->arch_data[0].iommu_dev = &ctx->obj[0];
	ctx->dev_iommu.priv = ctx->arch_data;
	ctx->master = kunit_device_register(test, "omap-master");
	KUNIT_ASSERT_FALSE(test, IS_ERR(ctx->master));
	ctx->master->iommu = &ctx->dev_iommu;

	iommu_counters_read(&ctx->base);
	ctx->domain = omap_iommu_ops.domain_alloc_paging(ctx->master);
	KUNIT_ASSERT_NOT_NULL(test, ctx->domain);
	return 0;
}

static void omap_exit(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	int i;

	if (!ctx)
		return;
	if (ctx->domain)
		omap_free(ctx);
	ctx->master->iommu = NULL;
	for (i = 0; i < HW_MMUS; i++) {
		omap_expect_off(test, i);
		pm_runtime_disable(ctx->fake[i]->dev);
		ctx->fake[i]->dev->pm_domain = NULL;
		iommu_fake_dev_check(test, ctx->fake[i]);
	}
	KUNIT_EXPECT_EQ(test, hw.errors, 0);
	KUNIT_EXPECT_EQ(test, hw.dangling, 0);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&ctx->base));
}

#endif /* __IOMMU_TESTS_OMAP_H */
