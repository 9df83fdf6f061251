// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the Allwinner IOMMU driver, without hardware: its tables,
 * every failure, and domains that come and go. sun50i_test.h has the model of
 * the hardware.
 */

#include "sun50i_test.h"

/* Tables */

static void sun_domain_costs_a_directory(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, ctx->fake->live, 1);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), DT_PAGES);
	sun_free(ctx);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 0);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
}

static void sun_directory_is_aligned(struct kunit *test)
{
	struct sun_test *ctx = test->priv;
	dma_addr_t dma = to_sun50i_domain(ctx->domain)->dt_dma;

	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(dma, SZ_16K));
	KUNIT_EXPECT_EQ(test, upper_32_bits(dma), 0);
}

static void sun_no_iommu_no_domain(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_EXPECT_NULL(test, sun50i_iommu_ops.domain_alloc_paging(NULL));
	ctx->dev_iommu.priv = NULL;
	KUNIT_EXPECT_NULL(test, sun_alloc(ctx));
	KUNIT_EXPECT_EQ(test, sun_attach(ctx, ctx->domain), -ENODEV);
	ctx->dev_iommu.priv = &ctx->iommu;
}

static void sun_map_translates(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);

	KUNIT_EXPECT_EQ(test, sun_phys(ctx, SUN_IOVA), SUN_PADDR);
	KUNIT_EXPECT_EQ(test, sun_phys(ctx, SUN_IOVA + 0xabc),
			SUN_PADDR + 0xabc);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA + 0xabc),
			SUN_PADDR + 0xabc);
	KUNIT_EXPECT_EQ(test, sun_phys(ctx, SUN_IOVA - 1), 0);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA - 1), SUN_FAULT);
	KUNIT_EXPECT_EQ(test, sun_phys(ctx, SUN_IOVA + SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA + SZ_4K), SUN_FAULT);
}

static void sun_map_at_both_ends(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, sun_map(ctx, 0, 0xfffff000ul), 0);
	KUNIT_ASSERT_EQ(test, sun_map(ctx, 0xfffff000ul, 0), 0);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, 0), 0xfffff000ul);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, 0xfffff123u), 0x123);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 3);
}

/* The authority index is what IOMMU_DM_AUT_CTRL_REG gives permissions to */
static void sun_permissions(struct kunit *test)
{
	static const struct {
		int prot;
		u32 aci;
	} perm[] = {
		{ 0, 1 }, { IOMMU_READ, 2 }, { IOMMU_WRITE, 3 },
		{ IOMMU_READ | IOMMU_WRITE, 4 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(perm); i++)
		KUNIT_EXPECT_EQ(test, sun50i_mk_pte(SUN_PADDR, perm[i].prot),
				SUN_PADDR | perm[i].aci << 4 | BIT(1));
}

static void sun_a_table_per_megabyte(struct kunit *test)
{
	struct sun_test *ctx = test->priv;
	unsigned long off;

	for (off = 0; off < SZ_1M; off += SZ_4K)
		KUNIT_ASSERT_EQ(test, sun_map(ctx, SZ_1M + off, off), 0);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 2);
	KUNIT_ASSERT_EQ(test, sun_map(ctx, SZ_2M, SUN_PADDR), 0);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 3);
	for (off = 0; off < SZ_1M; off += SZ_4K)
		KUNIT_EXPECT_EQ(test, sun_phys(ctx, SZ_1M + off), off);
}

static void sun_unmap_keeps_the_table(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);
	KUNIT_EXPECT_EQ(test, sun_unmap(ctx, SUN_IOVA), SZ_4K);
	KUNIT_EXPECT_EQ(test, sun_phys(ctx, SUN_IOVA), 0);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA), SUN_FAULT);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 2);

	KUNIT_ASSERT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR + SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA), SUN_PADDR + SZ_4K);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 2);
}

static void sun_partial_unmap(struct kunit *test)
{
	struct sun_test *ctx = test->priv;
	int i;

	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, sun_map(ctx, SUN_IOVA + i * SZ_4K,
					      SUN_PADDR + i * SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, sun_unmap(ctx, SUN_IOVA + SZ_4K), SZ_4K);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA), SUN_PADDR);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA + SZ_4K), SUN_FAULT);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA + SZ_8K),
			SUN_PADDR + SZ_8K);
}

static void sun_unmap_nothing(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, sun_unmap(ctx, SUN_IOVA), 0);
	KUNIT_ASSERT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);
	KUNIT_EXPECT_EQ(test, sun_unmap(ctx, SUN_IOVA + SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, sun_phys(ctx, SUN_IOVA), SUN_PADDR);
}

static void sun_overlap_is_refused(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);
	KUNIT_EXPECT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR + SZ_4K),
			-EBUSY);
	KUNIT_EXPECT_EQ(test, sun_phys(ctx, SUN_IOVA), SUN_PADDR);
}

static void sun_nothing_above_4g(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	if (sizeof(phys_addr_t) == sizeof(u32))
		kunit_skip(test, "no physical address has more than 32 bits");
	KUNIT_EXPECT_EQ(test, sun_map(ctx, SUN_IOVA, (phys_addr_t)BIT_ULL(32)),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, sun_phys(ctx, SUN_IOVA), 0);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 1);
}

/* Failures */

static void sun_domain_without_memory(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "needs FAIL_IOMMU_PAGES");
	sun_free(ctx);
	iommu_fail_nth_begin(1);
	ctx->domain = sun_alloc(ctx);
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_NULL(test, ctx->domain);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 0);
}

static void sun_domain_without_dma(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	sun_free(ctx);
	iommu_fake_dev_fail_begin(ctx->fake, 1);
	ctx->domain = sun_alloc(ctx);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->fake));
	KUNIT_EXPECT_NULL(test, ctx->domain);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
}

static void sun_map_without_memory(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "needs FAIL_IOMMU_PAGES");
	iommu_fail_nth_begin(1);
	KUNIT_EXPECT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_EQ(test, sun_phys(ctx, SUN_IOVA), 0);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 1);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), DT_PAGES);

	/* One allocation it is: the second does not happen */
	iommu_fail_nth_begin(2);
	KUNIT_EXPECT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);
	KUNIT_EXPECT_FALSE(test, iommu_fail_nth_end());
}

static void sun_map_without_dma(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	iommu_fake_dev_fail_begin(ctx->fake, 1);
	KUNIT_EXPECT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->fake));
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 1);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), DT_PAGES);

	iommu_fake_dev_fail_begin(ctx->fake, 2);
	KUNIT_EXPECT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);
	KUNIT_EXPECT_FALSE(test, iommu_fake_dev_fail_end(ctx->fake));
}

/* The directory is mapped as long as the domain exists */
static void sun_attach_without_dma(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	iommu_fake_dev_fail_begin(ctx->fake, 1);
	KUNIT_EXPECT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_EXPECT_FALSE(test, iommu_fake_dev_fail_end(ctx->fake));
	sun_expect_on(test, ctx->domain);
}

static void sun_expect_attach_fails(struct kunit *test, int ret)
{
	struct sun_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, sun_attach(ctx, ctx->domain), ret);
	sun_expect_off(test);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 1);
}

static void sun_attach_without_reset(struct kunit *test)
{
	hw.reset_ret = -EIO;
	sun_expect_attach_fails(test, -EIO);
}

static void sun_attach_without_clock(struct kunit *test)
{
	hw.clock_ret = -EPROTO;
	sun_expect_attach_fails(test, -EPROTO);
}

static void sun_attach_without_flush(struct kunit *test)
{
	hw.stuck = true;
	sun_expect_attach_fails(test, -ETIMEDOUT);
}

/* The core goes back to the old domain then */
static void sun_failed_switch_goes_back(struct kunit *test)
{
	struct sun_test *ctx = test->priv;
	struct iommu_domain *next = sun_alloc(ctx);

	KUNIT_ASSERT_NOT_NULL(test, next);
	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);

	hw.clock_ret = -EIO;
	KUNIT_EXPECT_EQ(test, sun_attach(ctx, next), -EIO);
	sun_expect_off(test);
	hw.clock_ret = 0;
	KUNIT_EXPECT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA), SUN_PADDR);
	sun_ops()->free(next);
	sun_expect_on(test, ctx->domain);
}

/* Domains come and go */

static void sun_attach_turns_it_on(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	sun_expect_off(test);
	KUNIT_EXPECT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	sun_expect_on(test, ctx->domain);
	KUNIT_EXPECT_EQ(test, hw.flushes, 1);
	KUNIT_EXPECT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	sun_expect_on(test, ctx->domain);
}

static void sun_identity_turns_it_off(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_EXPECT_EQ(test, sun_attach_identity(ctx), 0);
	sun_expect_off(test);
	KUNIT_EXPECT_EQ(test, sun_attach_identity(ctx), 0);
	sun_expect_off(test);
}

/* The core makes one call per master of the group, all for one domain */
static void sun_two_masters_come_and_go(struct kunit *test)
{
	struct sun_test *ctx = test->priv;
	int i;

	for (i = 0; i < 2; i++)
		KUNIT_ASSERT_EQ(test, sun_ops()->attach_dev(ctx->domain,
							    ctx->master[i]), 0);
	sun_expect_on(test, ctx->domain);
	for (i = 0; i < 2; i++)
		KUNIT_ASSERT_EQ(test, sun_attach_identity(ctx), 0);
	sun_expect_off(test);
}

static void sun_switch_between_domains(struct kunit *test)
{
	struct sun_test *ctx = test->priv;
	struct iommu_domain *old = ctx->domain;

	KUNIT_ASSERT_EQ(test, sun_attach(ctx, old), 0);
	KUNIT_ASSERT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);

	ctx->domain = sun_alloc(ctx);
	KUNIT_ASSERT_NOT_NULL(test, ctx->domain);
	KUNIT_EXPECT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	sun_expect_on(test, ctx->domain);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA), SUN_FAULT);

	sun_ops()->free(old);
	sun_expect_on(test, ctx->domain);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 1);
}

static void sun_mappings_survive_a_detach(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);
	KUNIT_ASSERT_EQ(test, sun_attach_identity(ctx), 0);
	KUNIT_EXPECT_EQ(test, sun_phys(ctx, SUN_IOVA), SUN_PADDR);
	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA), SUN_PADDR);
}

static void sun_map_while_detached(struct kunit *test)
{
	struct sun_test *ctx = test->priv;
	unsigned int flushes;

	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);
	KUNIT_ASSERT_EQ(test, sun_attach_identity(ctx), 0);

	flushes = hw.flushes + hw.zaps;
	KUNIT_EXPECT_EQ(test, sun_unmap(ctx, SUN_IOVA), SZ_4K);
	KUNIT_EXPECT_EQ(test, sun_map(ctx, SUN_IOVA + SZ_1M, SUN_PADDR), 0);
	KUNIT_EXPECT_EQ(test, hw.flushes + hw.zaps, flushes);
	KUNIT_EXPECT_EQ(test, hw.errors, 0);

	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA), SUN_FAULT);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA + SZ_1M), SUN_PADDR);
}

static void sun_map_before_the_first_attach(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);
	KUNIT_EXPECT_EQ(test, hw.errors, 0);
	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_EXPECT_EQ(test, sun_walk(ctx, SUN_IOVA), SUN_PADDR);
}

static void sun_unmap_flushes(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);
	KUNIT_EXPECT_EQ(test, hw.zaps, SUN_ZAPS);
	hw.flushes = 0;
	KUNIT_EXPECT_EQ(test, sun_unmap(ctx, SUN_IOVA), SZ_4K);
	KUNIT_EXPECT_EQ(test, hw.flushes, 1);
}

static void sun_free_with_mappings(struct kunit *test)
{
	struct sun_test *ctx = test->priv;
	int i;

	for (i = 0; i < 5; i++)
		KUNIT_ASSERT_EQ(test, sun_map(ctx, i * SZ_16M, SUN_PADDR), 0);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 6);
	sun_free(ctx);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 0);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
}

/* This is what the core does when the last master of a group is removed */
static void sun_free_while_attached(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, sun_map(ctx, SUN_IOVA, SUN_PADDR), 0);
	sun_free(ctx);
	sun_expect_off(test);
	KUNIT_EXPECT_EQ(test, hw.dangling, 0);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 0);
}

static void sun_domain_of_another_iommu(struct kunit *test)
{
	struct sun_test *ctx = test->priv;
	struct sun50i_iommu other = ctx->iommu;

	spin_lock_init(&other.iommu_lock);
	ctx->dev_iommu.priv = &other;
	KUNIT_EXPECT_EQ(test, sun_attach(ctx, ctx->domain), -EINVAL);
	ctx->dev_iommu.priv = &ctx->iommu;
	sun_expect_off(test);
}

static void sun_no_interrupt_while_off(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	hw.reg[IOMMU_INT_STA_REG / 4] = IOMMU_INT_INVALID_L1PG | BIT(0);
	KUNIT_EXPECT_EQ(test, sun50i_iommu_irq(0, &ctx->iommu), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, hw.errors, 0);
}

static void sun_interrupt_names_the_fault(struct kunit *test)
{
	struct sun_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, sun_attach(ctx, ctx->domain), 0);
	hw.reg[IOMMU_INT_STA_REG / 4] = IOMMU_INT_INVALID_L1PG | BIT(0);
	hw.reg[IOMMU_L1PG_INT_REG / 4] = BIT(0);
	hw.zaps = 0;
	KUNIT_EXPECT_EQ(test, sun50i_iommu_irq(0, &ctx->iommu), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, hw.zaps, SUN_ZAPS);
	KUNIT_EXPECT_EQ(test, hw.reg[IOMMU_INT_CLR_REG / 4],
			IOMMU_INT_INVALID_L1PG | BIT(0));
}

static struct kunit_case sun_cases[] = {
	KUNIT_CASE(sun_domain_costs_a_directory),
	KUNIT_CASE(sun_directory_is_aligned),
	KUNIT_CASE(sun_no_iommu_no_domain),
	KUNIT_CASE(sun_map_translates),
	KUNIT_CASE(sun_map_at_both_ends),
	KUNIT_CASE(sun_permissions),
	KUNIT_CASE(sun_a_table_per_megabyte),
	KUNIT_CASE(sun_unmap_keeps_the_table),
	KUNIT_CASE(sun_partial_unmap),
	KUNIT_CASE(sun_unmap_nothing),
	KUNIT_CASE(sun_overlap_is_refused),
	KUNIT_CASE(sun_nothing_above_4g),
	KUNIT_CASE(sun_domain_without_memory),
	KUNIT_CASE(sun_domain_without_dma),
	KUNIT_CASE(sun_map_without_memory),
	KUNIT_CASE(sun_map_without_dma),
	KUNIT_CASE(sun_attach_without_dma),
	KUNIT_CASE(sun_attach_without_reset),
	KUNIT_CASE(sun_attach_without_clock),
	KUNIT_CASE(sun_attach_without_flush),
	KUNIT_CASE(sun_failed_switch_goes_back),
	KUNIT_CASE(sun_attach_turns_it_on),
	KUNIT_CASE(sun_identity_turns_it_off),
	KUNIT_CASE(sun_two_masters_come_and_go),
	KUNIT_CASE(sun_switch_between_domains),
	KUNIT_CASE(sun_mappings_survive_a_detach),
	KUNIT_CASE(sun_map_while_detached),
	KUNIT_CASE(sun_map_before_the_first_attach),
	KUNIT_CASE(sun_unmap_flushes),
	KUNIT_CASE(sun_free_with_mappings),
	KUNIT_CASE(sun_free_while_attached),
	KUNIT_CASE(sun_domain_of_another_iommu),
	KUNIT_CASE(sun_no_interrupt_while_off),
	KUNIT_CASE(sun_interrupt_names_the_fault),
	{}
};

static struct kunit_suite sun_suite = {
	.name = "sun50i_iommu",
	.init = sun_init,
	.exit = sun_exit,
	.test_cases = sun_cases,
};

kunit_test_suite(sun_suite);
