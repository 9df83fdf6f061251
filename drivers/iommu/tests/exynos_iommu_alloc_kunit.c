// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the Exynos SysMMU's allocations: size, alignment and zone of
 * the tables, what is counted, and that every one of them fails once.
 * exynos_iommu_kunit.c has the model.
 */

#include <trace/events/iommu.h>

#include "iommu_fail_nth.h"
#include "iommu_fail_slab.h"

/* The domain, its first-level table, and an array of counts */
#define EXS_DOMAIN_ALLOCATIONS	3

static void exs_alloc_needs_failures(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "needs FAIL_IOMMU_PAGES to fail a table");
}

/* 16 KiB for the hardware, and nothing for the software's counts */
static void exs_alloc_domain_is_counted(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	struct iommu_domain *other;
	struct iommu_counters *now;

	now = kunit_kzalloc(test, sizeof(*now), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, now);
	iommu_counters_read(now);
	other = exs_domain(test);
	if (PAGE_SIZE <= LV1TABLE_SIZE)
		KUNIT_EXPECT_EQ(test, iommu_counters_grown(now),
				SZ_16K / PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)
					   to_exynos_domain(other)->pgtable,
					   SZ_16K));
	exynos_iommu_domain_free(other);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(now));
	exs_expect_tables(test, 0);
	KUNIT_EXPECT_GT(test, iommu_counters_grown(&ctx->base), 0);
}

/*
 * At least what they take, and not much more: each CPU that this runs on may
 * leave a few pages with room for more. Without sharing, a page for each.
 */
static void exs_alloc_tables_are_counted(struct kunit *test)
{
	struct iommu_counters *now;
	long pages;
	int i;

	now = kunit_kzalloc(test, sizeof(*now), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, now);
	iommu_counters_read(now);
	for (i = 0; i < 256; i++)
		exs_map(test, i * SZ_1M, EXS_PADDR, SZ_4K);
	pages = iommu_counters_grown(now);
	KUNIT_EXPECT_GE(test, pages, 256 * SZ_1K / PAGE_SIZE - 1);
	KUNIT_EXPECT_LE(test, pages, IS_ENABLED(CONFIG_IOMMU_PAGES_PARTS) ?
			256 * SZ_1K / PAGE_SIZE + 4 * num_online_cpus() : 256);
	exs_expect_tables(test, 256);
}

static void exs_alloc_table_is_aligned(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	struct exynos_iommu_domain *domain = to_exynos_domain(ctx->domain);
	sysmmu_pte_t *table;

	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	table = page_entry(section_entry(domain->pgtable, EXS_IOVA), 0);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)table, SZ_1K));
	KUNIT_EXPECT_NULL(test, memchr_inv(table + 1, 0, SZ_1K - 4));
}

static void exs_alloc_domain_fails(struct kunit *test)
{
	unsigned int n = 1, failures = 0, tries = 0;
	struct iommu_domain *domain;
	bool injected;

	exs_alloc_needs_failures(test);
	iommu_fail_slab_sleeping(test);

	do {
		iommu_fail_nth_begin(n);
		domain = exynos_iommu_domain_alloc_paging(NULL);
		injected = iommu_fail_nth_end();
		if (domain)
			exynos_iommu_domain_free(domain);
		else
			failures++;
		n = iommu_fail_nth_next(n, !domain, &tries);
		exs_expect_tables(test, 0);
	} while (injected && n < 100);
	KUNIT_EXPECT_FALSE(test, injected);
	KUNIT_EXPECT_NOT_NULL(test, domain);
	KUNIT_EXPECT_EQ(test, failures, EXS_DOMAIN_ALLOCATIONS);
}

static void exs_alloc_table_fails(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	bool injected;
	int ret;

	exs_alloc_needs_failures(test);
	iommu_fail_nth_begin(1);
	ret = exs_try_map(ctx, EXS_IOVA, EXS_PADDR, SZ_4K);
	injected = iommu_fail_nth_end();
	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
	KUNIT_EXPECT_TRUE(test, injected);
	KUNIT_EXPECT_EQ(test, exs_read_lv1(ctx, EXS_IOVA), ZERO_LV2LINK);
	KUNIT_EXPECT_EQ(test, exs_free_entries(ctx), 0);
	exs_expect_tables(test, 0);

	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	exs_expect_phys(test, EXS_IOVA, EXS_PADDR);
	exs_expect_tables(test, 1);
}

static void exs_alloc_section_needs_none(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	int ret;

	exs_alloc_needs_failures(test);
	iommu_fail_nth_begin(1);
	ret = exs_try_map(ctx, EXS_IOVA, EXS_PADDR, SZ_1M);
	KUNIT_EXPECT_FALSE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_EQ(test, ret, 0);
}

static void exs_alloc_zero_table_fails(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	int ret;

	exs_alloc_needs_failures(test);
	KUNIT_EXPECT_EQ(test, exs_detach(&ctx->one), 0);
	exs_free(ctx);
	exynos_iommu_release_tables();

	iommu_fail_nth_begin(1);
	ret = exynos_iommu_setup_tables(ctx->one.fake->dev);
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
	KUNIT_EXPECT_NULL(test, dma_dev);
}

/* What was asked for: a small machine has nothing beyond 4 GiB to give */
struct exs_zones {
	struct task_struct *task;
	unsigned int any;
	unsigned int dma32;
};

static void exs_alloc_see(void *data, const void *virt, size_t size,
			  gfp_t gfp, unsigned long caller)
{
	struct exs_zones *zones = data;

	if (current != zones->task)
		return;
	if (gfp & GFP_DMA32)
		zones->dma32++;
	else
		zones->any++;
}

static void exs_alloc_see_no_more(void *zones)
{
	unregister_trace_iommu_pages_alloc(exs_alloc_see, zones);
	tracepoint_synchronize_unregister();
}

static void exs_alloc_in_reach(struct kunit *test)
{
	struct exs_test *ctx = test->priv;
	struct iommu_domain *other;
	struct exs_zones *zones;

	zones = kunit_kzalloc(test, sizeof(*zones), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, zones);
	zones->task = current;
	if (register_trace_iommu_pages_alloc(exs_alloc_see, zones))
		kunit_skip(test, "needs TRACEPOINTS to see the zone");
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test,
							exs_alloc_see_no_more,
							zones), 0);

	other = exs_domain(test);
	exs_map(test, EXS_IOVA, EXS_PADDR, SZ_4K);
	exynos_iommu_domain_free(other);
	if (ctx->version->phys_bits > 32) {
		KUNIT_EXPECT_EQ(test, zones->dma32, 0);
		KUNIT_EXPECT_EQ(test, zones->any, 2);
	} else {
		KUNIT_EXPECT_EQ(test, zones->any, 0);
		KUNIT_EXPECT_EQ(test, zones->dma32, 2);
	}
}

static struct kunit_case exs_alloc_cases[] = {
	EXS_CASE(exs_alloc_domain_is_counted),
	EXS_CASE(exs_alloc_tables_are_counted),
	EXS_CASE(exs_alloc_table_is_aligned),
	EXS_CASE(exs_alloc_domain_fails),
	EXS_CASE(exs_alloc_table_fails),
	EXS_CASE(exs_alloc_section_needs_none),
	EXS_CASE(exs_alloc_zero_table_fails),
	EXS_CASE(exs_alloc_in_reach),
	{}
};

static struct kunit_suite exs_alloc_suite = {
	.name = "exynos-iommu-alloc",
	.init = exs_init,
	.exit = exs_exit,
	.test_cases = exs_alloc_cases,
};

kunit_test_suite(exs_alloc_suite);
