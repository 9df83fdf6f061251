/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the KUnit suite of the Rockchip IOMMU driver runs on.
 *
 * The driver is compiled into the suite, with its registers turned into a model
 * of the hardware: two MMUs that are programmed alike. The model executes the
 * commands, and knows whether its power is on: an access to a register without
 * it is an error, and so is a new directory while an MMU translates and is not
 * stalled. Page tables are read by DMA address and as the device sees them, see
 * iommu_fake_dev.h.
 *
 * Runtime PM is the kernel's own. The power domain of the suite calls what the
 * driver has for suspend and resume. It refuses to suspend on its own accord,
 * so that a device without users stays on until a case suspends it: idle, but
 * on.
 *
 * When a table stops to be mapped for DMA, an MMU that translates must not be
 * able to reach it any more. Whatever a case does, in the end no mapping and no
 * page is left, and no error was made.
 */
#ifndef __IOMMU_TESTS_ROCKCHIP_H
#define __IOMMU_TESTS_ROCKCHIP_H

#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/clk.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/sizes.h>

#include "iommu_counters.h"
#include "iommu_fail_nth.h"
#include "iommu_fake_dma.h"

#define HW_MMUS		2
#define HW_SIZE		0x40

/* Registers by index */
enum {
	HW_DTE = 0, HW_STATUS = 1, HW_COMMAND = 2, HW_FAULT_ADDR = 3,
	HW_ZAP = 4, HW_INT_CLEAR = 6, HW_INT_STATUS = 8,
};

#define HW_PAGING	BIT(0)
#define HW_STALL	BIT(2)

/* The hardware of the running case. Nothing of it is shared with real ones */
static struct {
	u32 reg[HW_MMUS][HW_SIZE / sizeof(u32)];
	bool powered;
	bool no_stall, no_paging;	/* commands that it does not execute */
	unsigned int lines, caches;	/* shot down, by all MMUs together */
	unsigned int errors, dangling;
	int registered;			/* with the IOMMU core, by probe */
} hw;

static u32 *hw_reg(const void __iomem *addr, u32 **mmu)
{
	size_t offset = (void __force *)addr - (void *)hw.reg;

	if (!hw.powered)
		hw.errors++;
	*mmu = hw.reg[offset / HW_SIZE];
	return (u32 __force *)addr;
}

static u32 hw_readl(const void __iomem *addr)
{
	u32 *mmu;

	return *hw_reg(addr, &mmu);
}

static void hw_command(u32 *mmu, u32 command)
{
	switch (command) {
	case 0:
		if (!hw.no_paging)
			mmu[HW_STATUS] |= HW_PAGING;
		break;
	case 1:
		mmu[HW_STATUS] &= ~HW_PAGING;
		break;
	case 2:
		if (!hw.no_stall && mmu[HW_STATUS] & HW_PAGING)
			mmu[HW_STATUS] |= HW_STALL;
		break;
	case 3:
		mmu[HW_STATUS] &= ~HW_STALL;
		break;
	case 4:
		hw.caches++;
		break;
	case 6:
		memset(mmu, 0, HW_SIZE);
		break;
	}
}

static void hw_writel(u32 val, void __iomem *addr)
{
	u32 *mmu, *reg = hw_reg(addr, &mmu);

	*reg = val;
	if (reg == &mmu[HW_COMMAND])
		hw_command(mmu, val);
	else if (reg == &mmu[HW_ZAP])
		hw.lines++;
	else if (reg == &mmu[HW_DTE] &&
		 (mmu[HW_STATUS] & (HW_PAGING | HW_STALL)) == HW_PAGING)
		hw.errors++;
}

static const void *hw_match_data(void);
static void __iomem *hw_base(int mmu);
static void hw_unregister(void);

#undef readl
#undef writel
#define readl(addr)				hw_readl(addr)
#define writel(val, addr)			hw_writel(val, addr)

/* What probe needs: a device that has all but an interrupt */
#define of_device_get_match_data(...)		hw_match_data()
#define devm_ioremap_resource(...)		hw_base(0)
#define platform_irq_count(...)			1
#define platform_get_irq(...)			(-ENXIO)
#define devm_clk_bulk_get(...)			(-ENOENT)
#define iommu_device_sysfs_add(...)		(hw.registered++, 0)
#define iommu_device_sysfs_remove(...)		((void)hw.registered--)
#define iommu_device_register(...)		(hw.registered++, 0)
#define iommu_device_unregister(...)		hw_unregister()

/* This copy of the driver is for no device but the suite's */
#undef builtin_platform_driver
#define builtin_platform_driver(driver) \
	static const void *const hw_unused __maybe_unused = &(driver)

#include "../rockchip-iommu.c"

#define RK_IOVA		0x12400000ul
#define RK_PADDR	0x45800000ul
#define RK_PROT		(IOMMU_READ | IOMMU_WRITE)
#define RK_FAULT	(~0ull)

struct rk_version {
	const char *name;
	const struct rk_iommu_ops *ops;
};

static const struct rk_version rk_versions[] = {
	{ "v1", &iommu_data_ops_v1 },
	{ "v2", &iommu_data_ops_v2 },
};

struct rk_test {
	struct iommu_fake_dev *fake;
	struct rk_iommu iommu;
	void __iomem *bases[HW_MMUS];
	struct dev_pm_domain pm_domain;
	struct device *master;
	struct dev_iommu dev_iommu;
	struct rk_iommudata data;
	struct iommu_domain *domain;
	struct iommu_counters base;
};

static const void *hw_match_data(void)
{
	return rk_ops;
}

static void __iomem *hw_base(int mmu)
{
	return (void __iomem __force *)hw.reg[mmu];
}

/* The core lets go of masters and their domains then, which needs both */
static void hw_unregister(void)
{
	hw.registered--;
	if (!dma_dev || !pm_runtime_enabled(dma_dev))
		hw.errors++;
}

static const struct iommu_domain_ops *rk_domain_ops(void)
{
	return rk_iommu_ops.default_domain_ops;
}

static u32 hw_entry(struct iommu_fake_dev *fake, phys_addr_t table, u32 index)
{
	return iommu_fake_dev_read32(fake, table + index * sizeof(u32));
}

/* v2 keeps address bits 39-32 in bits 11-4, the nibbles swapped */
static phys_addr_t hw_address(u32 entry)
{
	u64 addr = entry & ~0xfffu;

	if (rk_ops == &iommu_data_ops_v2)
		addr |= (u64)(entry >> 8 & 0xf) << 32 |
			(u64)(entry >> 4 & 0xf) << 36;
	return addr;
}

static phys_addr_t hw_directory(int mmu)
{
	return hw_address(hw.reg[mmu][HW_DTE]);
}

/* What a master reads at @iova through one of the MMUs */
static u64 rk_walk(struct rk_test *ctx, int mmu, u32 iova)
{
	u32 dte, pte;

	if (!(hw.reg[mmu][HW_STATUS] & HW_PAGING))
		return iova;

	dte = hw_entry(ctx->fake, hw_directory(mmu), iova >> 22);
	if (!(dte & 1))
		return RK_FAULT;
	pte = hw_entry(ctx->fake, hw_address(dte), iova >> 12 & 0x3ff);
	if ((pte & 7) != 7)
		return RK_FAULT;
	return hw_address(pte) | (iova & 0xfff);
}

static bool rk_reaches(struct iommu_fake_dev *fake, int mmu, dma_addr_t dma)
{
	u32 dte;
	int i;

	if (!(hw.reg[mmu][HW_STATUS] & HW_PAGING))
		return false;
	if (hw_directory(mmu) == dma)
		return true;
	for (i = 0; i < SZ_4K / sizeof(u32); i++) {
		dte = hw_entry(fake, hw_directory(mmu), i);
		if (dte & 1 && hw_address(dte) == dma)
			return true;
	}
	return false;
}

static void rk_on_unmap(struct iommu_fake_dev *fake, dma_addr_t dma)
{
	int i;

	for (i = 0; i < HW_MMUS; i++)
		hw.dangling += rk_reaches(fake, i, dma);
}

/* Power */

static int hw_runtime_suspend(struct device *dev)
{
	int ret = rk_iommu_suspend(dev);

	if (!ret)
		hw.powered = false;
	return ret;
}

static int hw_runtime_resume(struct device *dev)
{
	hw.powered = true;
	return rk_iommu_resume(dev);
}

static int hw_runtime_idle(struct device *dev)
{
	return -EBUSY;
}

static void rk_suspend(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, pm_runtime_suspend(ctx->fake->dev), 0);
	KUNIT_ASSERT_FALSE(test, hw.powered);
}

static void rk_resume(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, pm_runtime_resume(ctx->fake->dev), 0);
	KUNIT_ASSERT_TRUE(test, hw.powered);
}

/* A master at work, which the link between the devices tells */
static void rk_use(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, pm_runtime_resume_and_get(ctx->fake->dev), 0);
	KUNIT_ASSERT_TRUE(test, hw.powered);
}

static void rk_unuse(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	pm_runtime_put_noidle(ctx->fake->dev);
}

/* Calls of the IOMMU core */

static struct iommu_domain *rk_alloc(void)
{
	return rk_iommu_ops.domain_alloc_paging(NULL);
}

static int rk_attach(struct rk_test *ctx, struct iommu_domain *domain)
{
	return rk_domain_ops()->attach_dev(domain, ctx->master);
}

static int rk_attach_identity(struct rk_test *ctx)
{
	return rk_identity_ops.attach_dev(&rk_identity_domain, ctx->master);
}

static int rk_map(struct rk_test *ctx, unsigned long iova, phys_addr_t paddr,
		  size_t size)
{
	size_t mapped = 0;
	int ret;

	ret = rk_domain_ops()->map_pages(ctx->domain, iova, paddr, size, 1,
					 RK_PROT, GFP_KERNEL, &mapped);
	return mapped == (ret ? 0 : size) ? ret : -EIO;
}

static size_t rk_unmap(struct rk_test *ctx, unsigned long iova, size_t size)
{
	return rk_domain_ops()->unmap_pages(ctx->domain, iova, size, 1, NULL);
}

static phys_addr_t rk_phys(struct rk_test *ctx, unsigned long iova)
{
	return rk_domain_ops()->iova_to_phys(ctx->domain, iova);
}

static void rk_free(struct rk_test *ctx)
{
	rk_domain_ops()->free(ctx->domain);
	ctx->domain = NULL;
}

static void rk_expect_on(struct kunit *test, struct iommu_domain *domain)
{
	struct rk_test *ctx = test->priv;
	int i;

	KUNIT_EXPECT_PTR_EQ(test, ctx->iommu.domain, domain);
	for (i = 0; i < HW_MMUS; i++) {
		KUNIT_EXPECT_EQ(test, hw.reg[i][HW_STATUS], HW_PAGING);
		KUNIT_EXPECT_EQ(test, hw_directory(i),
				to_rk_domain(domain)->dt_dma);
	}
}

static void rk_expect_off(struct kunit *test)
{
	int i;

	for (i = 0; i < HW_MMUS; i++) {
		KUNIT_EXPECT_EQ(test, hw.reg[i][HW_STATUS], 0);
		KUNIT_EXPECT_EQ(test, hw.reg[i][HW_DTE], 0);
	}
}

static void rk_expect_identity(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_EXPECT_PTR_EQ(test, ctx->iommu.domain, &rk_identity_domain);
	KUNIT_EXPECT_TRUE(test, list_empty(&ctx->iommu.node));
	rk_expect_off(test);
}

/* Fixture */

static void rk_init_iommu(struct rk_test *ctx)
{
	int i;

	for (i = 0; i < HW_MMUS; i++)
		ctx->bases[i] = hw_base(i);
	ctx->iommu.dev = ctx->fake->dev;
	ctx->iommu.bases = ctx->bases;
	ctx->iommu.num_mmu = HW_MMUS;
	ctx->iommu.domain = &rk_identity_domain;
	INIT_LIST_HEAD(&ctx->iommu.node);
	ctx->data.iommu = &ctx->iommu;
	ctx->dev_iommu.priv = &ctx->data;
	dev_set_drvdata(ctx->fake->dev, &ctx->iommu);
}

static void rk_init_power(struct rk_test *ctx)
{
	ctx->pm_domain.ops.runtime_suspend = hw_runtime_suspend;
	ctx->pm_domain.ops.runtime_resume = hw_runtime_resume;
	ctx->pm_domain.ops.runtime_idle = hw_runtime_idle;
	ctx->fake->dev->pm_domain = &ctx->pm_domain;
	hw.powered = true;
	pm_runtime_set_active(ctx->fake->dev);
	pm_runtime_enable(ctx->fake->dev);
}

static int rk_init(struct kunit *test)
{
	const struct rk_version *version = test->param_value;
	struct rk_test *ctx;

	if (!IS_ENABLED(CONFIG_PM))
		kunit_skip(test, "the driver turns nothing on without PM");

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ctx);
	memset(&hw, 0, sizeof(hw));
	ctx->fake = iommu_fake_dev_create(test, HW_SIZE);
	ctx->fake->on_unmap = rk_on_unmap;
	ctx->master = kunit_device_register(test, "rockchip-master");
	KUNIT_ASSERT_FALSE(test, IS_ERR(ctx->master));
	ctx->master->iommu = &ctx->dev_iommu;
	rk_init_iommu(ctx);
	rk_init_power(ctx);
	test->priv = ctx;

	dma_dev = ctx->fake->dev;
	rk_ops = version ? version->ops : &iommu_data_ops_v1;
	iommu_counters_read(&ctx->base);
	ctx->domain = rk_alloc();
	KUNIT_ASSERT_NOT_NULL(test, ctx->domain);
	return 0;
}

static void rk_exit(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	if (!ctx)
		return;
	if (ctx->domain)
		rk_free(ctx);
	pm_runtime_disable(ctx->fake->dev);
	ctx->fake->dev->pm_domain = NULL;
	ctx->master->iommu = NULL;
	dma_dev = NULL;
	rk_ops = NULL;

	KUNIT_EXPECT_PTR_EQ(test, ctx->iommu.domain, &rk_identity_domain);
	KUNIT_EXPECT_EQ(test, hw.errors, 0);
	KUNIT_EXPECT_EQ(test, hw.dangling, 0);
	iommu_fake_dev_check(test, ctx->fake);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&ctx->base));
}

#endif /* __IOMMU_TESTS_ROCKCHIP_H */
