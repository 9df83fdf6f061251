/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the KUnit suite of the Allwinner IOMMU driver runs on.
 *
 * The driver is compiled into this file, with its registers, clock and reset
 * line turned into a model of the hardware. Plain memory would not do: a TLB
 * command is a bit that the hardware clears, and the driver waits for it with
 * interrupts off.
 *
 * The model has a clock and a reset line. An access to a register without both
 * hangs the bus on some boards, so it is an error here. Page tables are read by
 * DMA address and as the device sees them, see iommu_fake_dev.h.
 *
 * When a table stops to be mapped for DMA, an enabled hardware must not be able
 * to reach it any more. Whatever a case does, in the end no mapping, no page
 * and no clock is left, and no error was made.
 */

#ifndef __IOMMU_TESTS_SUN50I_H
#define __IOMMU_TESTS_SUN50I_H

#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/clk.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/iopoll.h>
#include <linux/reset.h>
#include <linux/sizes.h>

#include "iommu_counters.h"
#include "iommu_fail_nth.h"
#include "iommu_fake_dma.h"

#define HW_ENABLE	0x020
#define HW_TTB		0x050
#define HW_TLB_FLUSH	0x080
#define HW_TLB_IVLD	0x098
#define HW_PC_IVLD	0x0a8
#define HW_SIZE		0x200

/* The hardware of the running case. Nothing of it is shared with real ones */
static struct {
	u32 reg[HW_SIZE / sizeof(u32)];
	int clocks, released;	/* how often on */
	int clock_ret, reset_ret;
	bool stuck;		/* never completes a flush */
	unsigned int flushes, zaps, errors, dangling;
} hw;

static u32 *hw_reg(const void __iomem *addr)
{
	if (hw.clocks < 1 || hw.released < 1)
		hw.errors++;
	return (u32 __force *)addr;
}

static u32 hw_readl(const void __iomem *addr)
{
	return *hw_reg(addr);
}

static void hw_writel(u32 val, void __iomem *addr)
{
	u32 *reg = hw_reg(addr);
	size_t offset = (void *)reg - (void *)hw.reg;

	*reg = val;
	if (offset == HW_TLB_FLUSH) {
		hw.flushes++;
		*reg = hw.stuck ? val : 0;
	} else if (offset == HW_TLB_IVLD || offset == HW_PC_IVLD) {
		hw.zaps++;
		*reg = 0;
	}
}

static int hw_count(int *count, int ret)
{
	if (!ret)
		++*count;
	return ret;
}

#undef readl
#undef writel
#define readl(addr)			hw_readl(addr)
#define writel(val, addr)		hw_writel(val, addr)
#define clk_prepare_enable(...)		hw_count(&hw.clocks, hw.clock_ret)
#define clk_disable_unprepare(...)	(--hw.clocks)
#define reset_control_deassert(...)	hw_count(&hw.released, hw.reset_ret)
#define reset_control_assert(...)	(--hw.released)

/* This copy of the driver is for no device but the suite's */
#undef builtin_platform_driver_probe
#define builtin_platform_driver_probe(driver, probe) \
	static const void *const hw_unused[] __maybe_unused = {	\
		&(driver), probe }

#include "../sun50i-iommu.c"

#define SUN_IOVA	0x12340000ul
#define SUN_PADDR	0x45678000ul
#define SUN_PROT	(IOMMU_READ | IOMMU_WRITE)
#define SUN_FAULT	(~0ull)
#define DT_PAGES	DIV_ROUND_UP(SZ_16K, PAGE_SIZE)
#define SUN_ZAPS	4	/* of a page: it and the next, both levels */

struct sun_test {
	struct iommu_fake_dev *fake;
	struct sun50i_iommu iommu;
	struct device *master[2];
	struct dev_iommu dev_iommu;
	struct iommu_domain *domain;
	struct iommu_counters base;
};

static const struct iommu_domain_ops *sun_ops(void)
{
	return sun50i_iommu_ops.default_domain_ops;
}

static u32 hw_entry(struct iommu_fake_dev *fake, u32 table, u32 index)
{
	return iommu_fake_dev_read32(fake, table + index * sizeof(u32));
}

/* What a master reads at @iova: the hardware's own walk of the tables */
static u64 sun_walk(struct sun_test *ctx, u32 iova)
{
	u32 dte, pte;

	if (!(hw.reg[HW_ENABLE / 4] & 1))
		return iova;

	dte = hw_entry(ctx->fake, hw.reg[HW_TTB / 4], iova >> 20);
	if ((dte & 3) != 1)
		return SUN_FAULT;
	pte = hw_entry(ctx->fake, dte & ~0x3ffu, (iova >> 12) & 0xff);
	if (!(pte & BIT(1)))
		return SUN_FAULT;
	return (pte & ~0xfffu) | (iova & 0xfff);
}

static bool sun_reaches(struct iommu_fake_dev *fake, dma_addr_t dma)
{
	u32 ttb = hw.reg[HW_TTB / 4];
	int i;

	if (!(hw.reg[HW_ENABLE / 4] & 1))
		return false;
	if (ttb == dma)
		return true;
	for (i = 0; i < SZ_16K / sizeof(u32); i++) {
		if (hw_entry(fake, ttb, i) == (dma | 1))
			return true;
	}
	return false;
}

static void sun_on_unmap(struct iommu_fake_dev *fake, dma_addr_t dma)
{
	if (sun_reaches(fake, dma))
		hw.dangling++;
}

static struct iommu_domain *sun_alloc(struct sun_test *ctx)
{
	return sun50i_iommu_ops.domain_alloc_paging(ctx->master[0]);
}

static int sun_attach(struct sun_test *ctx, struct iommu_domain *domain)
{
	return sun_ops()->attach_dev(domain, ctx->master[0]);
}

static int sun_attach_identity(struct sun_test *ctx)
{
	struct iommu_domain *identity = &sun50i_iommu_identity_domain;

	return identity->ops->attach_dev(identity, ctx->master[0]);
}

/* As iommu_map() of one page does it */
static int sun_map(struct sun_test *ctx, unsigned long iova, phys_addr_t paddr)
{
	size_t mapped = 0;
	int ret;

	ret = sun_ops()->map_pages(ctx->domain, iova, paddr, SZ_4K, 1, SUN_PROT,
				   GFP_KERNEL, &mapped);
	if (mapped != (ret ? 0 : SZ_4K))
		return -EIO;
	if (!ret)
		sun_ops()->iotlb_sync_map(ctx->domain, iova, SZ_4K);
	return ret;
}

/* As iommu_unmap() of one page does it */
static size_t sun_unmap(struct sun_test *ctx, unsigned long iova)
{
	struct iommu_iotlb_gather gather;
	size_t size;

	iommu_iotlb_gather_init(&gather);
	size = sun_ops()->unmap_pages(ctx->domain, iova, SZ_4K, 1, &gather);
	sun_ops()->iotlb_sync(ctx->domain, &gather);
	return size;
}

static phys_addr_t sun_phys(struct sun_test *ctx, unsigned long iova)
{
	return sun_ops()->iova_to_phys(ctx->domain, iova);
}

static void sun_free(struct sun_test *ctx)
{
	sun_ops()->free(ctx->domain);
	ctx->domain = NULL;
}

static void sun_expect_off(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, hw.reg[HW_ENABLE / 4], 0);
	KUNIT_EXPECT_EQ(test, hw.clocks, 0);
	KUNIT_EXPECT_EQ(test, hw.released, 0);
	KUNIT_EXPECT_PTR_EQ(test, ctx->iommu.domain,
			    &sun50i_iommu_identity_domain);
}

static void sun_expect_on(struct kunit *test, struct iommu_domain *domain)
{
	struct sun_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, hw.reg[HW_ENABLE / 4], 1);
	KUNIT_EXPECT_EQ(test, hw.reg[HW_TTB / 4],
			to_sun50i_domain(domain)->dt_dma);
	KUNIT_EXPECT_EQ(test, hw.clocks, 1);
	KUNIT_EXPECT_EQ(test, hw.released, 1);
	KUNIT_EXPECT_PTR_EQ(test, ctx->iommu.domain, domain);
}

static int sun_init_master(struct kunit *test, int i)
{
	static const char * const name[] = {
		"sun50i-master0", "sun50i-master1"
	};
	struct sun_test *ctx = test->priv;

	ctx->master[i] = kunit_device_register(test, name[i]);
	if (IS_ERR(ctx->master[i]))
		return PTR_ERR(ctx->master[i]);
	ctx->master[i]->iommu = &ctx->dev_iommu;
	return 0;
}

static int sun_init(struct kunit *test)
{
	struct sun_test *ctx;
	int ret;

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ctx);
	test->priv = ctx;
	memset(&hw, 0, sizeof(hw));

	ctx->fake = iommu_fake_dev_create(test, HW_SIZE);
	ctx->fake->on_unmap = sun_on_unmap;
	ctx->iommu.dev = ctx->fake->dev;
	ctx->iommu.base = (void __iomem __force *)hw.reg;
	ctx->iommu.domain = &sun50i_iommu_identity_domain;
	spin_lock_init(&ctx->iommu.iommu_lock);
	ctx->dev_iommu.priv = &ctx->iommu;
	ret = sun_init_master(test, 0) ?: sun_init_master(test, 1);
	KUNIT_ASSERT_EQ(test, ret, 0);

	iommu_counters_read(&ctx->base);
	ctx->domain = sun_alloc(ctx);
	KUNIT_ASSERT_NOT_NULL(test, ctx->domain);
	return 0;
}

static void sun_exit(struct kunit *test)
{
	struct sun_test *ctx = test->priv;
	int i;

	if (ctx->domain)
		sun_free(ctx);
	for (i = 0; i < ARRAY_SIZE(ctx->master); i++)
		ctx->master[i]->iommu = NULL;

	sun_expect_off(test);
	KUNIT_EXPECT_EQ(test, hw.errors, 0);
	KUNIT_EXPECT_EQ(test, hw.dangling, 0);
	iommu_fake_dev_check(test, ctx->fake);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&ctx->base));
}

#endif /* __IOMMU_TESTS_SUN50I_H */
