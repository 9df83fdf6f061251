// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the Tegra SMMU's tables: what they translate to, which of them
 * there are, and that the SMMU forgets them first. tegra_smmu_test.h has the
 * model.
 */

#include <linux/kthread.h>

#include "tegra_smmu_test.h"

static void tsm_domain_is_one_table(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_expect_tables(test, 1, 0);
	tsm_free(ctx);
	tsm_expect_tables(test, 0, 0);
}

static void tsm_map_translates(struct kunit *test)
{
	tsm_attach(test);
	tsm_map(test, TSM_IOVA, TSM_PADDR);
	tsm_expect_tables(test, 2, 2);
	tsm_expect_phys(test, TSM_IOVA, TSM_PADDR);
	tsm_expect_phys(test, TSM_IOVA + 0xfff, TSM_PADDR + 0xfff);
	tsm_expect_phys(test, TSM_IOVA - 1, 0);
	tsm_expect_phys(test, TSM_IOVA + SZ_4K, 0);
	tsm_expect_phys(test, TSM_IOVA + TSM_SPAN, 0);
}

static void tsm_ends_of_the_aperture(struct kunit *test)
{
	tsm_attach(test);
	tsm_map(test, 0, TSM_PADDR);
	tsm_map(test, 0xfffff000, TSM_PADDR + SZ_4K);
	tsm_expect_phys(test, 0, TSM_PADDR);
	tsm_expect_phys(test, 0xfffff000, TSM_PADDR + SZ_4K);
	tsm_expect_tables(test, 3, 3);
}

/* The highest page frame that an entry has bits for */
static void tsm_map_highest_page(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;
	phys_addr_t paddr = SMMU_PFN_PHYS(ctx->smmu.pfn_mask);

	tsm_attach(test);
	tsm_map(test, TSM_IOVA, paddr);
	tsm_expect_phys(test, TSM_IOVA, paddr);
}

static void tsm_permissions(struct kunit *test)
{
	static const u32 bits[] = {
		[IOMMU_READ] = SMMU_PTE_READABLE,
		[IOMMU_WRITE] = SMMU_PTE_WRITABLE,
		[IOMMU_READ | IOMMU_WRITE] = SMMU_PTE_READABLE |
					     SMMU_PTE_WRITABLE,
	};
	struct tsm_test *ctx = test->priv;
	size_t mapped;
	int prot;

	tsm_attach(test);
	for (prot = 1; prot < ARRAY_SIZE(bits); prot++) {
		KUNIT_EXPECT_EQ(test, tegra_smmu_map(ctx->domain, TSM_IOVA,
						     TSM_PADDR, SZ_4K, 1, prot,
						     GFP_KERNEL, &mapped), 0);
		KUNIT_EXPECT_EQ(test, tsm_read_pte(ctx, TSM_IOVA),
				bits[prot] | SMMU_PTE_NONSECURE |
				TSM_PADDR >> 12);
	}
}

static void tsm_tables_by_span(struct kunit *test)
{
	tsm_attach(test);
	tsm_map(test, TSM_SPAN, TSM_PADDR);
	tsm_map(test, 2 * TSM_SPAN - SZ_4K, TSM_PADDR);
	tsm_expect_tables(test, 2, 2);
	tsm_map(test, 2 * TSM_SPAN, TSM_PADDR);
	tsm_expect_tables(test, 3, 3);
}

static void tsm_last_unmap_frees_the_table(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	tsm_map(test, TSM_IOVA, TSM_PADDR);
	tsm_map(test, TSM_IOVA + SZ_4K, TSM_PADDR + SZ_4K);

	KUNIT_EXPECT_EQ(test, tsm_unmap(ctx, TSM_IOVA), SZ_4K);
	tsm_expect_phys(test, TSM_IOVA, 0);
	tsm_expect_phys(test, TSM_IOVA + SZ_4K, TSM_PADDR + SZ_4K);
	tsm_expect_tables(test, 2, 2);

	KUNIT_EXPECT_EQ(test, tsm_unmap(ctx, TSM_IOVA + SZ_4K), SZ_4K);
	KUNIT_EXPECT_EQ(test, tsm_read_pde(ctx, TSM_IOVA), 0);
	tsm_expect_tables(test, 1, 1);
}

static void tsm_unmap_nothing(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	KUNIT_EXPECT_EQ(test, tsm_unmap(ctx, TSM_IOVA), 0);
	tsm_map(test, TSM_IOVA, TSM_PADDR);
	KUNIT_EXPECT_EQ(test, tsm_unmap(ctx, TSM_IOVA + SZ_4K), 0);
	tsm_expect_tables(test, 2, 2);
}

/* A page that is mapped twice is still one page for its table */
static void tsm_map_over_a_mapping(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	tsm_map(test, TSM_IOVA, TSM_PADDR);
	tsm_map(test, TSM_IOVA, TSM_PADDR + SZ_4K);
	tsm_expect_phys(test, TSM_IOVA, TSM_PADDR + SZ_4K);
	KUNIT_EXPECT_EQ(test, tsm_unmap(ctx, TSM_IOVA), SZ_4K);
	tsm_expect_tables(test, 1, 1);
}

static void tsm_map_in_atomic_context(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;
	unsigned long flags;
	int ret;

	tsm_attach(test);
	local_irq_save(flags);
	ret = tsm_map_gfp(ctx, TSM_IOVA, TSM_PADDR, GFP_ATOMIC);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, ret, 0);
	tsm_expect_phys(test, TSM_IOVA, TSM_PADDR);

	local_irq_save(flags);
	KUNIT_EXPECT_EQ(test, tsm_unmap(ctx, TSM_IOVA), SZ_4K);
	local_irq_restore(flags);
	tsm_expect_tables(test, 1, 1);
}

static void tsm_changes_are_flushed(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;
	u32 tlb = (TSM_IOVA & 0xffffc000) >> 12 | BIT(31) | 3;
	u32 ptc;

	/* Any ASID but the first, which would not show */
	set_bit(0, ctx->smmu.asids);
	tsm_attach(test);
	clear_bit(0, ctx->smmu.asids);
	tlb |= 1U << ctx->soc->asid_shift;

	tsm_map(test, TSM_IOVA, TSM_PADDR);
	ptc = smmu_pde_to_dma(&ctx->smmu, tsm_read_pde(ctx, TSM_IOVA)) +
	      4 * (TSM_IOVA >> 12 & 0x3fc);
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, SMMU_TLB_FLUSH), tlb);
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, SMMU_PTC_FLUSH), ptc | 1);
}

static void tsm_see_unmap(struct iommu_fake_dev *fake, dma_addr_t dma)
{
	struct tsm_test *ctx = fake->priv;

	ctx->unmap_pde = tsm_read_pde(ctx, TSM_IOVA);
	ctx->unmap_tlb = tsm_reg(ctx, SMMU_TLB_FLUSH);
	ctx->unmap_ptc = tsm_reg(ctx, SMMU_PTC_FLUSH);
}

/* When a page table goes, the SMMU knows nothing of it anymore */
static void tsm_table_goes_after_the_flush(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;
	u32 pde;

	tsm_attach(test);
	tsm_map(test, TSM_IOVA, TSM_PADDR);
	pde = tsm_pd(ctx) + 4 * (TSM_IOVA >> 22);
	ctx->unmap_pde = TSM_UNTOUCHED;
	ctx->fake->on_unmap = tsm_see_unmap;
	KUNIT_EXPECT_EQ(test, tsm_unmap(ctx, TSM_IOVA), SZ_4K);

	KUNIT_EXPECT_EQ(test, ctx->unmap_pde, 0);
	KUNIT_EXPECT_EQ(test, ctx->unmap_tlb,
			(TSM_IOVA & 0xffc00000) >> 12 | BIT(31) | 2);
	KUNIT_EXPECT_EQ(test, ctx->unmap_ptc, (pde & ~15U) | 1);
}

static void tsm_free_takes_live_tables(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	tsm_map(test, TSM_IOVA, TSM_PADDR);
	tsm_map(test, TSM_IOVA + TSM_SPAN, TSM_PADDR);
	tsm_map(test, 0xfffff000, TSM_PADDR);
	tsm_expect_tables(test, 4, 4);
	KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->one), 0);

	tsm_free(ctx);
	tsm_expect_tables(test, 0, 0);
}

static void tsm_free_flushes_the_ptc(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	tsm_map(test, TSM_IOVA, TSM_PADDR);
	KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->one), 0);

	tsm_set_reg(ctx, SMMU_PTC_FLUSH, TSM_UNTOUCHED);
	tsm_free(ctx);
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, SMMU_PTC_FLUSH),
			SMMU_PTC_FLUSH_TYPE_ALL);
}

static void tsm_many_domains(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;
	int i;

	for (i = 0; i < 20; i++) {
		tsm_attach(test);
		tsm_map(test, TSM_IOVA, TSM_PADDR);
		KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->one), 0);
		tsm_free(ctx);
		ctx->domain = tsm_domain(test);
	}
	tsm_expect_tables(test, 1, 0);
}

static void tsm_expect_failed_map(struct kunit *test, int ret)
{
	struct tsm_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->fake));
	tsm_expect_phys(test, TSM_IOVA, 0);
	tsm_expect_tables(test, 1, 1);
	tsm_map(test, TSM_IOVA, TSM_PADDR);
	tsm_expect_phys(test, TSM_IOVA, TSM_PADDR);
	tsm_expect_tables(test, 2, 2);
}

static void tsm_table_cannot_be_mapped(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	iommu_fake_dev_fail_begin(ctx->fake, 1);
	tsm_expect_failed_map(test, tsm_map_gfp(ctx, TSM_IOVA, TSM_PADDR,
						GFP_KERNEL));
}

static void tsm_table_out_of_reach(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	tsm_map_far(test);
	tsm_expect_failed_map(test, tsm_map_gfp(ctx, TSM_IOVA, TSM_PADDR,
						GFP_KERNEL));
}

#define TSM_RACE_PAGES	64

static int tsm_race_thread(void *data)
{
	struct tsm_test *ctx = data;
	unsigned long iova;
	int i, ret = 0;

	complete(&ctx->racing);
	for (i = 0; i < TSM_RACE_PAGES && !ret; i++) {
		iova = TSM_IOVA + (i + 1) * TSM_SPAN;
		ret = tsm_map_gfp(ctx, iova, TSM_PADDR, GFP_KERNEL);
	}
	while (!kthread_should_stop())
		cond_resched();
	return ret;
}

/* Both need the same tables, and allocate them with the lock dropped */
static void tsm_two_threads_want_one_table(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;
	struct task_struct *thread;
	unsigned long iova;
	int i, ret = 0;

	tsm_attach(test);
	init_completion(&ctx->racing);
	thread = kthread_run(tsm_race_thread, ctx, "tsm-race");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	wait_for_completion(&ctx->racing);
	for (i = 0; i < TSM_RACE_PAGES && !ret; i++) {
		iova = TSM_IOVA + SZ_4K + (i + 1) * TSM_SPAN;
		ret = tsm_map_gfp(ctx, iova, TSM_PADDR, GFP_KERNEL);
	}
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, kthread_stop(thread), 0);
	tsm_expect_tables(test, 1 + TSM_RACE_PAGES, 1 + TSM_RACE_PAGES);
}

static struct kunit_case tsm_cases[] = {
	TSM_CASE(tsm_domain_is_one_table),
	TSM_CASE(tsm_map_translates),
	TSM_CASE(tsm_ends_of_the_aperture),
	TSM_CASE(tsm_map_highest_page),
	TSM_CASE(tsm_permissions),
	TSM_CASE(tsm_tables_by_span),
	TSM_CASE(tsm_last_unmap_frees_the_table),
	TSM_CASE(tsm_unmap_nothing),
	TSM_CASE(tsm_map_over_a_mapping),
	TSM_CASE(tsm_map_in_atomic_context),
	TSM_CASE(tsm_changes_are_flushed),
	TSM_CASE(tsm_table_goes_after_the_flush),
	TSM_CASE(tsm_free_takes_live_tables),
	TSM_CASE(tsm_free_flushes_the_ptc),
	TSM_CASE(tsm_many_domains),
	TSM_CASE(tsm_table_cannot_be_mapped),
	TSM_CASE(tsm_table_out_of_reach),
	TSM_CASE(tsm_two_threads_want_one_table),
	{}
};

static struct kunit_suite tsm_suite = {
	.name = "tegra-smmu",
	.init = tsm_init,
	.exit = tsm_exit,
	.test_cases = tsm_cases,
};

kunit_test_suite(tsm_suite);
