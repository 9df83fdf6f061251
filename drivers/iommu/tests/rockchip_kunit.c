// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the Rockchip IOMMU driver, without hardware: the tables of
 * both versions, every failure, and domains that come and go while the IOMMU is
 * in use, idle or suspended. rockchip_test.h has the model of the hardware.
 */

#include "rockchip_test.h"

static void rk_desc(const struct rk_version *version, char *desc)
{
	strscpy(desc, version->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rk_versions, rk_versions, rk_desc);

/* Tables */

static void rk_domain_costs_a_table(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, ctx->fake->live, 1);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 1);
	rk_free(ctx);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 0);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
}

static void rk_expect_mapped(struct kunit *test, unsigned long iova,
			     phys_addr_t paddr)
{
	struct rk_test *ctx = test->priv;
	int i;

	KUNIT_EXPECT_EQ(test, rk_phys(ctx, iova), paddr);
	for (i = 0; i < HW_MMUS; i++)
		KUNIT_EXPECT_EQ(test, rk_walk(ctx, i, iova), paddr);
}

static void rk_expect_unmapped(struct kunit *test, unsigned long iova)
{
	struct rk_test *ctx = test->priv;
	int i;

	KUNIT_EXPECT_EQ(test, rk_phys(ctx, iova), 0);
	for (i = 0; i < HW_MMUS; i++)
		KUNIT_EXPECT_EQ(test, rk_walk(ctx, i, iova), RK_FAULT);
}

static void rk_map_each_size(struct kunit *test)
{
	struct rk_test *ctx = test->priv;
	size_t size;

	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	for (size = SZ_4K; size <= SZ_4M; size *= 2) {
		KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR, size), 0);
		rk_expect_mapped(test, RK_IOVA, RK_PADDR);
		rk_expect_mapped(test, RK_IOVA + size - 1, RK_PADDR + size - 1);
		rk_expect_unmapped(test, RK_IOVA - 1);
		rk_expect_unmapped(test, RK_IOVA + size);

		KUNIT_EXPECT_EQ(test, rk_unmap(ctx, RK_IOVA, size), size);
		rk_expect_unmapped(test, RK_IOVA);
		rk_expect_unmapped(test, RK_IOVA + size - 1);
	}
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 2);
}

static void rk_map_at_both_ends(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, 0, 0xfffff000ul, SZ_4K), 0);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, 0xfffff000ul, SZ_4K, SZ_4K), 0);
	rk_expect_mapped(test, 0x123, 0xfffff123ul);
	rk_expect_mapped(test, 0xffffffffull, SZ_8K - 1);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 3);
}

static void rk_permissions(struct kunit *test)
{
	static const struct {
		int prot;
		u32 bits;
	} perm[] = {
		{ 0, 1 }, { IOMMU_READ, 3 }, { IOMMU_WRITE, 5 },
		{ IOMMU_READ | IOMMU_WRITE, 7 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(perm); i++)
		KUNIT_EXPECT_EQ(test, rk_ops->mk_ptentries(RK_PADDR,
							   perm[i].prot),
				RK_PADDR | perm[i].bits);
}

static void rk_v2_maps_40_bits(struct kunit *test)
{
	struct rk_test *ctx = test->priv;
	phys_addr_t paddr = (phys_addr_t)0xa512345000ull;

	if (sizeof(phys_addr_t) == sizeof(u32))
		kunit_skip(test, "no physical address has more than 32 bits");

	rk_ops = &iommu_data_ops_v2;
	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA, paddr, SZ_4K), 0);
	rk_expect_mapped(test, RK_IOVA + 0xabc, paddr + 0xabc);
}

static void rk_v1_tables_below_4g(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, upper_32_bits(to_rk_domain(ctx->domain)->dt_dma),
			0);
	KUNIT_EXPECT_TRUE(test, iommu_data_ops_v1.gfp_flags == GFP_DMA32);
}

/* The pages that the tables of the domain are on; small tables share them */
static long rk_pages(struct rk_test *ctx)
{
	const u32 *dt = to_rk_domain(ctx->domain)->dt;
	unsigned long table, page[8];
	unsigned int i, j, nr = 0;

	page[nr++] = PAGE_ALIGN_DOWN((unsigned long)dt);
	for (i = 0; i < NUM_DT_ENTRIES && nr < ARRAY_SIZE(page); i++) {
		if (!rk_dte_is_pt_valid(dt[i]))
			continue;
		table = (unsigned long)phys_to_virt(rk_ops->pt_address(dt[i]));
		for (j = 0; j < nr; j++)
			if (page[j] == PAGE_ALIGN_DOWN(table))
				break;
		if (j == nr)
			page[nr++] = PAGE_ALIGN_DOWN(table);
	}
	return nr;
}

static void rk_expect_tables(struct kunit *test, unsigned int nr)
{
	struct rk_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, ctx->fake->live, nr);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), rk_pages(ctx));
	if (PAGE_SIZE == SPAGE_SIZE)
		KUNIT_EXPECT_EQ(test, rk_pages(ctx), nr);
}

static void rk_a_table_per_4m(struct kunit *test)
{
	struct rk_test *ctx = test->priv;
	int i;

	for (i = 0; i < 3; i++) {
		KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA + i * SZ_4M, RK_PADDR,
					     SZ_4M), 0);
		rk_expect_tables(test, 2 + i);
	}
}

static void rk_unmap_keeps_the_table(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, rk_unmap(ctx, RK_IOVA, SZ_4K), SZ_4K);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 2);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR + SZ_4K, SZ_4K), 0);
	rk_expect_mapped(test, RK_IOVA, RK_PADDR + SZ_4K);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 2);
}

static void rk_partial_unmap(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_16K), 0);
	KUNIT_EXPECT_EQ(test, rk_unmap(ctx, RK_IOVA + SZ_4K, SZ_4K), SZ_4K);
	rk_expect_mapped(test, RK_IOVA, RK_PADDR);
	rk_expect_unmapped(test, RK_IOVA + SZ_4K);
	rk_expect_mapped(test, RK_IOVA + SZ_8K, RK_PADDR + SZ_8K);
}

static void rk_unmap_stops_at_a_hole(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, rk_unmap(ctx, RK_IOVA, SZ_4M), 0);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_8K), 0);
	KUNIT_EXPECT_EQ(test, rk_unmap(ctx, RK_IOVA + SZ_8K, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, rk_unmap(ctx, RK_IOVA, SZ_16K), SZ_8K);
	KUNIT_EXPECT_EQ(test, rk_phys(ctx, RK_IOVA), 0);
}

/* What the refused map had entered by then is taken back */
static void rk_overlap_is_refused(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA + SZ_8K, RK_PADDR, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR + SZ_1M, SZ_16K),
			-EADDRINUSE);
	rk_expect_unmapped(test, RK_IOVA);
	rk_expect_unmapped(test, RK_IOVA + SZ_4K);
	rk_expect_mapped(test, RK_IOVA + SZ_8K, RK_PADDR);
	rk_expect_unmapped(test, RK_IOVA + SZ_8K + SZ_4K);
}

/* Failures */

static void rk_domain_without_memory(struct kunit *test)
{
	struct rk_test *ctx = test->priv;
	unsigned int n, failed = 0;
	bool injected = true;

	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "needs FAIL_IOMMU_PAGES");
	rk_free(ctx);
	for (n = 1; injected; n++) {
		iommu_fail_nth_begin(n);
		ctx->domain = rk_alloc();
		injected = iommu_fail_nth_end();
		KUNIT_EXPECT_TRUE(test, ctx->domain || injected);
		if (ctx->domain)
			rk_free(ctx);
		else
			failed++;
		KUNIT_EXPECT_EQ(test, ctx->fake->live, 0);
		KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
	}
	/* KASAN and kmemleak allocate as well, and do without */
	KUNIT_EXPECT_GE(test, failed, 1);
}

static void rk_domain_without_dma(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	rk_free(ctx);
	iommu_fake_dev_fail_begin(ctx->fake, 1);
	ctx->domain = rk_alloc();
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->fake));
	KUNIT_EXPECT_NULL(test, ctx->domain);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
}

static void rk_domain_without_iommu(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	dma_dev = NULL;
	KUNIT_EXPECT_NULL(test, rk_alloc());
	dma_dev = ctx->fake->dev;
}

static void rk_expect_map_failed(struct kunit *test, int ret)
{
	struct rk_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
	KUNIT_EXPECT_EQ(test, rk_phys(ctx, RK_IOVA), 0);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 1);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 1);
}

static void rk_map_without_memory(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "needs FAIL_IOMMU_PAGES");
	iommu_fail_nth_begin(1);
	rk_expect_map_failed(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_4K));
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());

	/* One allocation it is: the second does not happen */
	iommu_fail_nth_begin(2);
	KUNIT_EXPECT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_4K), 0);
	KUNIT_EXPECT_FALSE(test, iommu_fail_nth_end());
}

static void rk_map_without_dma(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	iommu_fake_dev_fail_begin(ctx->fake, 1);
	rk_expect_map_failed(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_4K));
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->fake));

	iommu_fake_dev_fail_begin(ctx->fake, 2);
	KUNIT_EXPECT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_4K), 0);
	KUNIT_EXPECT_FALSE(test, iommu_fake_dev_fail_end(ctx->fake));
}

static void rk_attach_without_paging(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	rk_use(test);
	hw.no_paging = true;
	KUNIT_EXPECT_EQ(test, rk_attach(ctx, ctx->domain), -ETIMEDOUT);
	rk_expect_identity(test);

	hw.no_paging = false;
	KUNIT_EXPECT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_expect_on(test, ctx->domain);
	rk_unuse(test);
}

static void rk_attach_without_stall(struct kunit *test)
{
	struct rk_test *ctx = test->priv;
	int i;

	rk_use(test);
	hw.no_stall = true;
	for (i = 0; i < HW_MMUS; i++)
		hw.reg[i][HW_STATUS] = HW_PAGING;
	KUNIT_EXPECT_EQ(test, rk_attach(ctx, ctx->domain), -ETIMEDOUT);
	rk_expect_identity(test);
	rk_unuse(test);
}

/* The interrupt is what probe asks for last */
static void rk_probe_without_interrupt(struct kunit *test)
{
	struct iommu_fake_dev *fake = iommu_fake_dev_create(test, HW_SIZE);
	struct rk_test *ctx = test->priv;
	struct resource res = DEFINE_RES_MEM(0, HW_SIZE);

	dma_dev = NULL;
	fake->pdev.resource = &res;
	fake->pdev.num_resources = 1;
	KUNIT_EXPECT_EQ(test, rk_iommu_probe(&fake->pdev), -ENXIO);
	fake->pdev.num_resources = 0;
	fake->pdev.resource = NULL;

	KUNIT_EXPECT_EQ(test, hw.registered, 0);
	KUNIT_EXPECT_NULL(test, dma_dev);
	dma_dev = ctx->fake->dev;
}

/* Domains come and go */

static void rk_attach_in_use(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	rk_use(test);
	KUNIT_EXPECT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_expect_on(test, ctx->domain);
	KUNIT_EXPECT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_expect_on(test, ctx->domain);
	KUNIT_EXPECT_EQ(test, rk_attach_identity(ctx), 0);
	rk_expect_identity(test);
	rk_unuse(test);
}

/* A master that starts now does not resume it: it never was suspended */
static void rk_attach_idle(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_use(test);
	rk_expect_on(test, ctx->domain);
	rk_unuse(test);
}

static void rk_attach_suspended(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	rk_suspend(test);
	KUNIT_EXPECT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	KUNIT_EXPECT_EQ(test, hw.errors, 0);
	rk_expect_off(test);
	rk_use(test);
	rk_expect_on(test, ctx->domain);
	rk_unuse(test);
}

static void rk_identity_idle(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	rk_use(test);
	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_unuse(test);
	KUNIT_EXPECT_EQ(test, rk_attach_identity(ctx), 0);
	rk_expect_identity(test);
}

static void rk_identity_suspended(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_suspend(test);
	KUNIT_EXPECT_EQ(test, rk_attach_identity(ctx), 0);
	rk_expect_identity(test);
	rk_resume(test);
	rk_expect_identity(test);
}

static void rk_suspend_and_resume(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	rk_use(test);
	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_unuse(test);
	rk_suspend(test);
	rk_expect_off(test);
	rk_resume(test);
	rk_expect_on(test, ctx->domain);
}

static void rk_zaps_what_it_unmaps(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	rk_use(test);
	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_16K), 0);
	KUNIT_EXPECT_EQ(test, hw.lines, 2 * HW_MMUS);
	hw.lines = 0;
	KUNIT_EXPECT_EQ(test, rk_unmap(ctx, RK_IOVA, SZ_16K), SZ_16K);
	KUNIT_EXPECT_EQ(test, hw.lines, 4 * HW_MMUS);
	rk_unuse(test);
}

/* The TLB keeps what it has until the power is really off */
static void rk_zaps_while_idle(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	rk_use(test);
	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_4K), 0);
	rk_unuse(test);
	hw.lines = 0;
	KUNIT_EXPECT_EQ(test, rk_unmap(ctx, RK_IOVA, SZ_4K), SZ_4K);
	KUNIT_EXPECT_EQ(test, hw.lines, HW_MMUS);
}

static void rk_zaps_nothing_while_suspended(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_4K), 0);
	rk_suspend(test);
	hw.lines = 0;
	KUNIT_EXPECT_EQ(test, rk_unmap(ctx, RK_IOVA, SZ_4K), SZ_4K);
	KUNIT_EXPECT_EQ(test, hw.lines, 0);
	KUNIT_EXPECT_EQ(test, hw.errors, 0);
}

/* A master can go idle before the interrupt of its last access is served */
static void rk_fault_while_idle(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	rk_use(test);
	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_unuse(test);
	hw.reg[1][HW_INT_STATUS] = BIT(0);
	hw.reg[1][HW_FAULT_ADDR] = RK_IOVA;
	hw.caches = 0;
	KUNIT_EXPECT_EQ(test, rk_iommu_irq(0, &ctx->iommu), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, hw.reg[0][HW_INT_CLEAR], 0);
	KUNIT_EXPECT_EQ(test, hw.reg[1][HW_INT_CLEAR], BIT(0));
	KUNIT_EXPECT_EQ(test, hw.caches, 1);
}

static void rk_no_interrupt_while_suspended(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_suspend(test);
	KUNIT_EXPECT_EQ(test, rk_iommu_irq(0, &ctx->iommu), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, hw.errors, 0);
}

static void rk_switch_between_domains(struct kunit *test)
{
	struct rk_test *ctx = test->priv;
	struct iommu_domain *old = ctx->domain;

	rk_use(test);
	KUNIT_ASSERT_EQ(test, rk_attach(ctx, old), 0);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_4K), 0);

	ctx->domain = rk_alloc();
	KUNIT_ASSERT_NOT_NULL(test, ctx->domain);
	KUNIT_EXPECT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_expect_unmapped(test, RK_IOVA);
	rk_domain_ops()->free(old);
	rk_expect_on(test, ctx->domain);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 1);
	rk_unuse(test);
}

static void rk_mappings_survive_a_detach(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	rk_use(test);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_4K), 0);
	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, rk_attach_identity(ctx), 0);
	KUNIT_EXPECT_EQ(test, rk_phys(ctx, RK_IOVA), RK_PADDR);
	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_expect_mapped(test, RK_IOVA, RK_PADDR);
	rk_unuse(test);
}

static void rk_free_with_mappings(struct kunit *test)
{
	struct rk_test *ctx = test->priv;
	int i;

	for (i = 0; i < 5; i++)
		KUNIT_ASSERT_EQ(test, rk_map(ctx, i * SZ_16M, RK_PADDR, SZ_4K),
				0);
	rk_expect_tables(test, 6);
	rk_free(ctx);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, 0);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
}

/* This is what the core does when the last master of a group is removed */
static void rk_free_while_attached(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, rk_map(ctx, RK_IOVA, RK_PADDR, SZ_4K), 0);
	rk_free(ctx);
	rk_expect_identity(test);
	KUNIT_EXPECT_EQ(test, hw.dangling, 0);

	/* The master comes back */
	ctx->domain = rk_alloc();
	KUNIT_ASSERT_NOT_NULL(test, ctx->domain);
	KUNIT_EXPECT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_expect_on(test, ctx->domain);
}

static void rk_free_while_suspended(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	rk_suspend(test);
	rk_free(ctx);
	KUNIT_EXPECT_EQ(test, hw.errors, 0);
	rk_resume(test);
	rk_expect_identity(test);
}

/* Such as the one of a display, which has masters for its DMA */
static void rk_device_without_iommu(struct kunit *test)
{
	struct rk_test *ctx = test->priv;

	ctx->dev_iommu.priv = NULL;
	KUNIT_EXPECT_EQ(test, rk_attach(ctx, ctx->domain), 0);
	KUNIT_EXPECT_EQ(test, rk_attach_identity(ctx), -ENODEV);
	ctx->dev_iommu.priv = &ctx->data;
	rk_expect_identity(test);
}

#define RK_CASE(fn) KUNIT_CASE_PARAM(fn, rk_versions_gen_params)

static struct kunit_case rk_cases[] = {
	RK_CASE(rk_domain_costs_a_table),
	RK_CASE(rk_map_each_size),
	RK_CASE(rk_map_at_both_ends),
	RK_CASE(rk_permissions),
	KUNIT_CASE(rk_v2_maps_40_bits),
	KUNIT_CASE(rk_v1_tables_below_4g),
	RK_CASE(rk_a_table_per_4m),
	RK_CASE(rk_unmap_keeps_the_table),
	RK_CASE(rk_partial_unmap),
	RK_CASE(rk_unmap_stops_at_a_hole),
	RK_CASE(rk_overlap_is_refused),
	RK_CASE(rk_domain_without_memory),
	RK_CASE(rk_domain_without_dma),
	KUNIT_CASE(rk_domain_without_iommu),
	RK_CASE(rk_map_without_memory),
	RK_CASE(rk_map_without_dma),
	RK_CASE(rk_attach_without_paging),
	RK_CASE(rk_attach_without_stall),
	KUNIT_CASE(rk_probe_without_interrupt),
	RK_CASE(rk_attach_in_use),
	RK_CASE(rk_attach_idle),
	RK_CASE(rk_attach_suspended),
	RK_CASE(rk_identity_idle),
	RK_CASE(rk_identity_suspended),
	RK_CASE(rk_suspend_and_resume),
	RK_CASE(rk_zaps_what_it_unmaps),
	RK_CASE(rk_zaps_while_idle),
	RK_CASE(rk_zaps_nothing_while_suspended),
	RK_CASE(rk_switch_between_domains),
	RK_CASE(rk_mappings_survive_a_detach),
	RK_CASE(rk_free_with_mappings),
	RK_CASE(rk_free_while_attached),
	RK_CASE(rk_free_while_suspended),
	RK_CASE(rk_device_without_iommu),
	RK_CASE(rk_fault_while_idle),
	RK_CASE(rk_no_interrupt_while_suspended),
	{}
};

static struct kunit_suite rk_suite = {
	.name = "rockchip_iommu",
	.init = rk_init,
	.exit = rk_exit,
	.test_cases = rk_cases,
};

kunit_test_suite(rk_suite);
