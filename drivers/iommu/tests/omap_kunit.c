// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the OMAP IOMMU driver, without hardware: pages of all sizes,
 * every failure, and domains that come and go. omap_test.h has the model of the
 * hardware.
 */

#include "omap_test.h"

static const size_t omap_sizes[] = { SZ_4K, SZ_64K, SZ_1M, SZ_16M };

static void omap_expect_mapped(struct kunit *test, unsigned long iova,
			       phys_addr_t paddr)
{
	struct omap_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, omap_phys(ctx, iova), paddr);
	KUNIT_EXPECT_EQ(test, omap_walk(ctx, 0, iova), paddr);
}

static void omap_expect_unmapped(struct kunit *test, unsigned long iova)
{
	struct omap_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, omap_phys(ctx, iova), 0);
	KUNIT_EXPECT_EQ(test, omap_walk(ctx, 0, iova), OMAP_FAULT);
}

static void omap_attach_or_abort(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, omap_attach(ctx, ctx->domain), 0);
	omap_expect_on(test, 0);
}

/* Tables */

static void omap_attach_costs_a_directory(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
	omap_attach_or_abort(test);
	KUNIT_EXPECT_EQ(test, ctx->fake[0]->live, 1);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), L1_PAGES);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(ctx->obj[0].pd_dma, SZ_16K));
	KUNIT_EXPECT_EQ(test, omap_attach_identity(ctx), 0);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
	omap_expect_off(test, 0);
}

static void omap_map_each_size(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	size_t size;
	int i;

	omap_attach_or_abort(test);
	for (i = 0; i < ARRAY_SIZE(omap_sizes); i++) {
		size = omap_sizes[i];
		KUNIT_ASSERT_EQ(test, 0,
				omap_map(ctx, OMAP_IOVA, OMAP_PADDR, size));
		omap_expect_mapped(test, OMAP_IOVA, OMAP_PADDR);
		omap_expect_mapped(test, OMAP_IOVA + size - 1,
				   OMAP_PADDR + size - 1);
		omap_expect_unmapped(test, OMAP_IOVA - 1);
		omap_expect_unmapped(test, OMAP_IOVA + size);
		KUNIT_EXPECT_EQ(test, ctx->fake[0]->live, size < SZ_1M ? 2 : 1);

		KUNIT_EXPECT_EQ(test, omap_unmap(ctx, OMAP_IOVA, size), size);
		omap_expect_unmapped(test, OMAP_IOVA);
		omap_expect_unmapped(test, OMAP_IOVA + size - 1);
		KUNIT_EXPECT_EQ(test, ctx->fake[0]->live, 1);
	}
}

static void omap_other_sizes_are_refused(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	omap_attach_or_abort(test);
	KUNIT_EXPECT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_8K),
			-EINVAL);
}

static void omap_misaligned_is_refused(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	int i;

	omap_attach_or_abort(test);
	for (i = 1; i < ARRAY_SIZE(omap_sizes); i++) {
		KUNIT_EXPECT_EQ(test, omap_map(ctx, OMAP_IOVA + SZ_4K,
					       OMAP_PADDR, omap_sizes[i]),
				-EINVAL);
		omap_expect_unmapped(test, OMAP_IOVA);
	}
}

static void omap_map_at_both_ends(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	omap_attach_or_abort(test);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, 0, 0xfffff000ul, SZ_4K), 0);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, 0xfff00000ul, SZ_1M, SZ_1M), 0);
	omap_expect_mapped(test, 0x123, 0xfffff123ul);
	omap_expect_mapped(test, 0xfffffffful, SZ_2M - 1);
}

/* The last page of a megabyte takes the table with it */
static void omap_a_table_per_megabyte(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	unsigned long off;

	omap_attach_or_abort(test);
	for (off = 0; off < SZ_1M; off += SZ_4K)
		KUNIT_ASSERT_EQ(test, 0,
				omap_map(ctx, OMAP_IOVA + off, off, SZ_4K));
	KUNIT_EXPECT_EQ(test, ctx->fake[0]->live, 2);
	for (off = 0; off < SZ_1M; off += SZ_4K) {
		KUNIT_EXPECT_EQ(test, ctx->fake[0]->live, 2);
		KUNIT_EXPECT_EQ(test, omap_walk(ctx, 0, OMAP_IOVA + off), off);
		KUNIT_EXPECT_EQ(test, omap_unmap(ctx, OMAP_IOVA + off, SZ_4K),
				SZ_4K);
	}
	KUNIT_EXPECT_EQ(test, ctx->fake[0]->live, 1);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), L1_PAGES);
}

static void omap_partial_unmap(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	int i;

	omap_attach_or_abort(test);
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, 0,
				omap_map(ctx, OMAP_IOVA + i * SZ_4K,
					 OMAP_PADDR + i * SZ_4K, SZ_4K));
	KUNIT_EXPECT_EQ(test, omap_unmap(ctx, OMAP_IOVA + SZ_4K, SZ_4K), SZ_4K);
	omap_expect_mapped(test, OMAP_IOVA, OMAP_PADDR);
	omap_expect_unmapped(test, OMAP_IOVA + SZ_4K);
	omap_expect_mapped(test, OMAP_IOVA + SZ_8K, OMAP_PADDR + SZ_8K);
}

/* A large page goes as a whole, whichever part of it was asked for */
static void omap_partial_unmap_of_a_large_page(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	unsigned long mid;
	size_t size;
	int i;

	omap_attach_or_abort(test);
	for (i = 0; i < ARRAY_SIZE(omap_sizes); i++) {
		size = omap_sizes[i];
		mid = OMAP_IOVA + ALIGN_DOWN(size / 2, SZ_4K);
		KUNIT_ASSERT_EQ(test, 0,
				omap_map(ctx, OMAP_IOVA, OMAP_PADDR, size));
		/* Keeps the table where it is */
		if (size < SZ_1M)
			KUNIT_ASSERT_EQ(test, omap_map(ctx, OMAP_IOVA + SZ_128K,
						       OMAP_PADDR, SZ_4K), 0);
		KUNIT_EXPECT_EQ(test, omap_unmap(ctx, mid, SZ_4K), size);
		omap_expect_unmapped(test, OMAP_IOVA);
		omap_expect_unmapped(test, OMAP_IOVA + size - 1);
		if (size < SZ_1M)
			omap_unmap(ctx, OMAP_IOVA + SZ_128K, SZ_4K);
	}
}

static void omap_unmap_nothing(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	omap_attach_or_abort(test);
	KUNIT_EXPECT_EQ(test, omap_unmap(ctx, OMAP_IOVA, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, ctx->fake[0]->live, 1);
}

static void omap_no_section_over_a_table(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	omap_attach_or_abort(test);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, OMAP_IOVA + SZ_1M, OMAP_PADDR,
				       SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, omap_map(ctx, OMAP_IOVA + SZ_1M, OMAP_PADDR,
				       SZ_1M), -EBUSY);
	KUNIT_EXPECT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_16M),
			-EBUSY);
	omap_expect_mapped(test, OMAP_IOVA + SZ_1M, OMAP_PADDR);
	omap_expect_unmapped(test, OMAP_IOVA);
	KUNIT_EXPECT_EQ(test, ctx->fake[0]->live, 2);
}

/* The data that the section maps is no table to write to */
static void omap_no_page_in_a_section(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	void *data = kunit_kzalloc(test, SZ_2M, GFP_KERNEL);
	phys_addr_t paddr;

	KUNIT_ASSERT_NOT_NULL(test, data);
	paddr = ALIGN(virt_to_phys(data), SZ_1M);
	omap_attach_or_abort(test);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, OMAP_IOVA, paddr, SZ_1M), 0);
	KUNIT_EXPECT_EQ(test, omap_map(ctx, OMAP_IOVA + SZ_4K, OMAP_PADDR,
				       SZ_4K), -EBUSY);
	KUNIT_EXPECT_EQ(test, omap_map(ctx, OMAP_IOVA + SZ_64K, OMAP_PADDR,
				       SZ_64K), -EBUSY);
	KUNIT_EXPECT_NULL(test, memchr_inv(data, 0, SZ_2M));
	omap_expect_mapped(test, OMAP_IOVA, paddr);
}

/* Failures */

static void omap_map_without_memory(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "needs FAIL_IOMMU_PAGES");
	omap_attach_or_abort(test);
	iommu_fail_nth_begin(1);
	KUNIT_EXPECT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_64K),
			-ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_EQ(test, ctx->fake[0]->live, 1);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), L1_PAGES);

	/* One allocation it is: the second does not happen */
	iommu_fail_nth_begin(2);
	KUNIT_EXPECT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K), 0);
	KUNIT_EXPECT_FALSE(test, iommu_fail_nth_end());
}

static void omap_map_without_dma(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	omap_attach_or_abort(test);
	iommu_fake_dev_fail_begin(ctx->fake[0], 1);
	KUNIT_EXPECT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K),
			-ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->fake[0]));
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), L1_PAGES);

	iommu_fake_dev_fail_begin(ctx->fake[0], 2);
	KUNIT_EXPECT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K), 0);
	KUNIT_EXPECT_FALSE(test, iommu_fake_dev_fail_end(ctx->fake[0]));
}

/* Both MMUs have a mapping, or none */
static void omap_map_fails_for_the_second(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	omap_use_both(ctx);
	omap_attach_or_abort(test);
	iommu_fake_dev_fail_begin(ctx->fake[1], 1);
	KUNIT_EXPECT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K),
			-ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->fake[1]));
	omap_expect_unmapped(test, OMAP_IOVA);
	KUNIT_EXPECT_EQ(test, ctx->fake[0]->live, 1);
	KUNIT_EXPECT_EQ(test, ctx->fake[1]->live, 1);
}

static void omap_expect_attach_failed(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	int i;

	for (i = 0; i < HW_MMUS; i++)
		omap_expect_off(test, i);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
	KUNIT_EXPECT_NULL(test, to_omap_domain(ctx->domain)->dev);
}

static void omap_attach_without_memory(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	int n;

	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "needs FAIL_IOMMU_PAGES");
	omap_use_both(ctx);
	for (n = 1; n <= HW_MMUS; n++) {
		iommu_fail_nth_begin(n);
		KUNIT_EXPECT_EQ(test, omap_attach(ctx, ctx->domain), -ENOMEM);
		KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
		omap_expect_attach_failed(test);
	}
	iommu_fail_nth_begin(n);
	KUNIT_EXPECT_EQ(test, omap_attach(ctx, ctx->domain), 0);
	KUNIT_EXPECT_FALSE(test, iommu_fail_nth_end());
}

static void omap_attach_without_dma(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	int i;

	omap_use_both(ctx);
	for (i = 0; i < HW_MMUS; i++) {
		iommu_fake_dev_fail_begin(ctx->fake[i], 1);
		KUNIT_EXPECT_EQ(test, omap_attach(ctx, ctx->domain), -ENOMEM);
		KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->fake[i]));
		omap_expect_attach_failed(test);
	}
	KUNIT_EXPECT_EQ(test, omap_attach(ctx, ctx->domain), 0);
}

static void omap_attach_without_power(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	struct device *dev;
	int i;

	omap_use_both(ctx);
	for (i = 0; i < HW_MMUS; i++) {
		hw.mmu[i].resume_ret = -EIO;
		KUNIT_EXPECT_EQ(test, omap_attach(ctx, ctx->domain), -EIO);
		omap_expect_attach_failed(test);
		hw.mmu[i].resume_ret = 0;

		/* The failure sticks until it is taken back */
		dev = ctx->fake[i]->dev;
		pm_runtime_disable(dev);
		pm_runtime_set_suspended(dev);
		pm_runtime_enable(dev);
	}
	KUNIT_EXPECT_EQ(test, omap_attach(ctx, ctx->domain), 0);
}

static void omap_attach_without_iommu(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	ctx->arch_data[0].iommu_dev = NULL;
	KUNIT_EXPECT_EQ(test, omap_attach(ctx, ctx->domain), -ENODEV);
	ctx->dev_iommu.priv = NULL;
	KUNIT_EXPECT_EQ(test, omap_attach(ctx, ctx->domain), -ENODEV);
	ctx->dev_iommu.priv = ctx->arch_data;
	omap_expect_attach_failed(test);
}

/* No sleep with preemption off: the caller's flags are what counts */
static void omap_map_in_atomic_context(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	int ret;

	omap_attach_or_abort(test);
	preempt_disable();
	ret = omap_map_gfp(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K, GFP_ATOMIC);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_TRUE(test, hw.gfp == GFP_ATOMIC);
	omap_expect_mapped(test, OMAP_IOVA, OMAP_PADDR);
}

/* Domains come and go */

static void omap_two_mmus_are_programmed_alike(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	int i;

	omap_use_both(ctx);
	KUNIT_ASSERT_EQ(test, omap_attach(ctx, ctx->domain), 0);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K), 0);
	for (i = 0; i < HW_MMUS; i++) {
		omap_expect_on(test, i);
		KUNIT_EXPECT_EQ(test, omap_walk(ctx, i, OMAP_IOVA), OMAP_PADDR);
		KUNIT_EXPECT_EQ(test, ctx->fake[i]->live, 2);
	}
	KUNIT_EXPECT_EQ(test, omap_unmap(ctx, OMAP_IOVA, SZ_4K), SZ_4K);
	for (i = 0; i < HW_MMUS; i++)
		KUNIT_EXPECT_EQ(test, omap_walk(ctx, i, OMAP_IOVA), OMAP_FAULT);
}

static void omap_second_attach_is_refused(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	omap_attach_or_abort(test);
	KUNIT_EXPECT_EQ(test, omap_attach(ctx, ctx->domain), -EINVAL);
	omap_expect_on(test, 0);
}

static void omap_identity_turns_it_off(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, omap_attach_identity(ctx), 0);
	omap_attach_or_abort(test);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, omap_attach_identity(ctx), 0);
	omap_expect_off(test, 0);
	KUNIT_EXPECT_EQ(test, omap_attach_identity(ctx), 0);
}

/* The page table belongs to the attachment, not to the domain */
static void omap_detached_domain_is_empty(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	omap_attach_or_abort(test);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K), 0);
	KUNIT_ASSERT_EQ(test, omap_attach_identity(ctx), 0);
	KUNIT_EXPECT_EQ(test, omap_phys(ctx, OMAP_IOVA), 0);
	KUNIT_EXPECT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, omap_unmap(ctx, OMAP_IOVA, SZ_4K), 0);

	omap_attach_or_abort(test);
	omap_expect_unmapped(test, OMAP_IOVA);
}

/* The TLB has an entry of the table that goes with its last page */
static void omap_unmap_flushes_before_it_frees(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	omap_attach_or_abort(test);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K), 0);
	omap_expect_mapped(test, OMAP_IOVA, OMAP_PADDR);
	KUNIT_EXPECT_EQ(test, omap_unmap(ctx, OMAP_IOVA, SZ_4K), SZ_4K);
	KUNIT_EXPECT_EQ(test, ctx->fake[0]->live, 1);
	KUNIT_EXPECT_EQ(test, hw.dangling, 0);
}

static void omap_detach_flushes_before_it_frees(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	omap_attach_or_abort(test);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K), 0);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, 0, OMAP_PADDR, SZ_16M), 0);
	omap_expect_mapped(test, OMAP_IOVA, OMAP_PADDR);
	KUNIT_EXPECT_EQ(test, omap_attach_identity(ctx), 0);
	KUNIT_EXPECT_EQ(test, hw.dangling, 0);
}

static void omap_free_with_mappings(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	int i;

	omap_use_both(ctx);
	omap_attach_or_abort(test);
	for (i = 0; i < 5; i++)
		KUNIT_ASSERT_EQ(test, omap_map(ctx, i * SZ_16M, OMAP_PADDR,
					       SZ_64K), 0);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, 5 * SZ_16M, OMAP_PADDR, SZ_16M), 0);
	KUNIT_EXPECT_EQ(test, ctx->fake[1]->live, 6);
	omap_free(ctx);
	for (i = 0; i < HW_MMUS; i++)
		omap_expect_off(test, i);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
}

static void omap_suspend_and_resume(struct kunit *test)
{
	struct omap_test *ctx = test->priv;

	omap_attach_or_abort(test);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, omap_iommu_domain_deactivate(ctx->domain), 0);
	KUNIT_EXPECT_FALSE(test, hw.mmu[0].powered);
	KUNIT_EXPECT_EQ(test, omap_iommu_domain_activate(ctx->domain), 0);
	omap_expect_on(test, 0);
	omap_expect_mapped(test, OMAP_IOVA, OMAP_PADDR);
}

/* The core goes from one domain to the next without a detach in between */
static void omap_switch_between_domains(struct kunit *test)
{
	struct omap_test *ctx = test->priv;
	struct iommu_domain *old = ctx->domain;

	omap_attach_or_abort(test);
	KUNIT_ASSERT_EQ(test, omap_map(ctx, OMAP_IOVA, OMAP_PADDR, SZ_4K), 0);

	ctx->domain = omap_iommu_ops.domain_alloc_paging(ctx->master);
	KUNIT_ASSERT_NOT_NULL(test, ctx->domain);
	omap_attach_or_abort(test);
	KUNIT_EXPECT_NULL(test, to_omap_domain(old)->dev);
	omap_expect_unmapped(test, OMAP_IOVA);
	KUNIT_EXPECT_EQ(test, ctx->fake[0]->live, 1);

	omap_ops()->free(old);
	omap_expect_on(test, 0);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), L1_PAGES);
}

static struct kunit_case omap_cases[] = {
	KUNIT_CASE(omap_attach_costs_a_directory),
	KUNIT_CASE(omap_map_each_size),
	KUNIT_CASE(omap_other_sizes_are_refused),
	KUNIT_CASE(omap_misaligned_is_refused),
	KUNIT_CASE(omap_map_at_both_ends),
	KUNIT_CASE(omap_a_table_per_megabyte),
	KUNIT_CASE(omap_partial_unmap),
	KUNIT_CASE(omap_partial_unmap_of_a_large_page),
	KUNIT_CASE(omap_unmap_nothing),
	KUNIT_CASE(omap_no_section_over_a_table),
	KUNIT_CASE(omap_no_page_in_a_section),
	KUNIT_CASE(omap_map_without_memory),
	KUNIT_CASE(omap_map_without_dma),
	KUNIT_CASE(omap_map_fails_for_the_second),
	KUNIT_CASE(omap_attach_without_memory),
	KUNIT_CASE(omap_attach_without_dma),
	KUNIT_CASE(omap_attach_without_power),
	KUNIT_CASE(omap_attach_without_iommu),
	KUNIT_CASE(omap_map_in_atomic_context),
	KUNIT_CASE(omap_two_mmus_are_programmed_alike),
	KUNIT_CASE(omap_second_attach_is_refused),
	KUNIT_CASE(omap_identity_turns_it_off),
	KUNIT_CASE(omap_detached_domain_is_empty),
	KUNIT_CASE(omap_unmap_flushes_before_it_frees),
	KUNIT_CASE(omap_detach_flushes_before_it_frees),
	KUNIT_CASE(omap_free_with_mappings),
	KUNIT_CASE(omap_suspend_and_resume),
	KUNIT_CASE(omap_switch_between_domains),
	{}
};

static struct kunit_suite omap_suite = {
	.name = "omap_iommu",
	.init = omap_init,
	.exit = omap_exit,
	.test_cases = omap_cases,
};

kunit_test_suite(omap_suite);
