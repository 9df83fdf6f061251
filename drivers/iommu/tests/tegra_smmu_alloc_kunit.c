// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the Tegra SMMU's allocations: every one of them fails once,
 * and one is lost to a rival. tegra_smmu_test.h has the model.
 */

#include <linux/sizes.h>
#include <trace/events/iommu.h>

#include "iommu_fail_nth.h"
#include "iommu_fail_slab.h"
#include "tegra_smmu_test.h"

/* The domain, its directory, and two arrays: counts, and addresses of tables */
#define TSM_DOMAIN_ALLOCATIONS	4

static void tsm_alloc_needs_failures(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "needs FAIL_IOMMU_PAGES to fail a table");
}

static void tsm_alloc_domain_fails(struct kunit *test)
{
	unsigned int n = 1, failures = 0, tries = 0;
	struct iommu_domain *domain;
	bool injected;

	tsm_alloc_needs_failures(test);
	iommu_fail_slab_sleeping(test);

	do {
		iommu_fail_nth_begin(n);
		domain = tegra_smmu_domain_alloc_paging(NULL);
		injected = iommu_fail_nth_end();
		if (domain)
			tegra_smmu_domain_free(domain);
		else
			failures++;
		n = iommu_fail_nth_next(n, !domain, &tries);
		tsm_expect_tables(test, 1, 0);
	} while (injected && n < 100);
	KUNIT_EXPECT_FALSE(test, injected);
	KUNIT_EXPECT_NOT_NULL(test, domain);
	KUNIT_EXPECT_EQ(test, failures, TSM_DOMAIN_ALLOCATIONS);
}

static void tsm_alloc_map_fails(struct kunit *test, gfp_t gfp)
{
	struct tsm_test *ctx = test->priv;
	bool injected;
	int ret;

	tsm_alloc_needs_failures(test);
	tsm_attach(test);
	iommu_fail_nth_begin(1);
	ret = tsm_map_gfp(ctx, TSM_IOVA, TSM_PADDR, gfp);
	injected = iommu_fail_nth_end();
	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
	KUNIT_EXPECT_TRUE(test, injected);
	tsm_expect_phys(test, TSM_IOVA, 0);
	tsm_expect_tables(test, 1, 1);

	/* There is no second allocation */
	iommu_fail_nth_begin(2);
	ret = tsm_map_gfp(ctx, TSM_IOVA, TSM_PADDR, gfp);
	injected = iommu_fail_nth_end();
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_FALSE(test, injected);
	tsm_expect_phys(test, TSM_IOVA, TSM_PADDR);
	tsm_expect_tables(test, 2, 2);
}

static void tsm_alloc_table_fails(struct kunit *test)
{
	tsm_alloc_map_fails(test, GFP_KERNEL);
}

static void tsm_alloc_table_fails_atomic(struct kunit *test)
{
	tsm_alloc_map_fails(test, GFP_ATOMIC);
}

/* A table that is there needs no memory */
static void tsm_alloc_neighbour_needs_none(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;
	int ret;

	tsm_alloc_needs_failures(test);
	tsm_attach(test);
	tsm_map(test, TSM_IOVA, TSM_PADDR);
	iommu_fail_nth_begin(1);
	ret = tsm_map_gfp(ctx, TSM_IOVA + SZ_4K, TSM_PADDR, GFP_KERNEL);
	KUNIT_EXPECT_FALSE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_EQ(test, ret, 0);
}

/* Called while the table of TSM_IOVA is allocated, with the lock dropped */
static void tsm_alloc_rival(void *data, const void *virt, size_t size,
			    gfp_t gfp, unsigned long caller)
{
	struct tsm_test *ctx = data;

	if (to_smmu_as(ctx->domain)->pts[TSM_IOVA >> 22] || ctx->rival)
		return;
	ctx->rival = true;
	ctx->rival_ret = tsm_map_gfp(ctx, TSM_IOVA + SZ_4K, TSM_PADDR + SZ_4K,
				     GFP_ATOMIC);
}

static void tsm_alloc_stop_rival(void *data)
{
	unregister_trace_iommu_pages_alloc(tsm_alloc_rival, data);
	tracepoint_synchronize_unregister();
}

/* As the thread that comes second: its table goes, the other's stays */
static void tsm_alloc_lost_to_a_rival(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;
	u32 *winner;

	tsm_attach(test);
	if (register_trace_iommu_pages_alloc(tsm_alloc_rival, ctx))
		kunit_skip(test, "needs TRACEPOINTS to get in between");
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test,
							tsm_alloc_stop_rival,
							ctx), 0);

	tsm_map(test, TSM_IOVA, TSM_PADDR);
	KUNIT_EXPECT_TRUE(test, ctx->rival);
	KUNIT_EXPECT_EQ(test, ctx->rival_ret, 0);
	winner = to_smmu_as(ctx->domain)->pts[TSM_IOVA >> 22];
	KUNIT_EXPECT_EQ(test, winner[(TSM_IOVA >> 12 & 0x3ff) + 1] &
			ctx->smmu.pfn_mask, (TSM_PADDR + SZ_4K) >> 12);
	tsm_expect_phys(test, TSM_IOVA, TSM_PADDR);
	tsm_expect_phys(test, TSM_IOVA + SZ_4K, TSM_PADDR + SZ_4K);
	tsm_expect_tables(test, 2, 2);
}

static struct kunit_case tsm_alloc_cases[] = {
	TSM_CASE(tsm_alloc_domain_fails),
	TSM_CASE(tsm_alloc_table_fails),
	TSM_CASE(tsm_alloc_table_fails_atomic),
	TSM_CASE(tsm_alloc_neighbour_needs_none),
	TSM_CASE(tsm_alloc_lost_to_a_rival),
	{}
};

static struct kunit_suite tsm_alloc_suite = {
	.name = "tegra-smmu-alloc",
	.init = tsm_init,
	.exit = tsm_exit,
	.test_cases = tsm_alloc_cases,
};

kunit_test_suite(tsm_alloc_suite);
