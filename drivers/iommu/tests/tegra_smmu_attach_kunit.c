// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of what the Tegra SMMU does when devices come to a domain and go:
 * ASIDs, registers, and the directory's DMA mapping. tegra_smmu_test.h has the
 * model.
 */

#include "tegra_smmu_test.h"

static void tsm_attach_tells_the_hardware(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	tsm_expect_tables(test, 1, 1);
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, SMMU_PTB_ASID), 0);
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, SMMU_PTB_DATA) >> 29, 7);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_mapped(ctx->fake, tsm_pd(ctx),
						      SMMU_SIZE_PD));
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, TSM_SWG_REG(TSM_SWG_A)), BIT(31));
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, TSM_SWG_REG(TSM_SWG_B)), BIT(31));
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, TSM_SWG_REG(TSM_SWG_C)), 0);
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, TSM_CLIENT_REG),
			BIT(TSM_SWG_A) | BIT(TSM_SWG_B));
	KUNIT_EXPECT_EQ(test, tsm_asids(ctx), 1);
}

static void tsm_detach_tells_the_hardware(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->one), 0);
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, TSM_SWG_REG(TSM_SWG_A)), 0);
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, TSM_SWG_REG(TSM_SWG_B)), 0);
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, TSM_CLIENT_REG), 0);
	KUNIT_EXPECT_EQ(test, tsm_asids(ctx), 0);
	KUNIT_EXPECT_EQ(test, to_smmu_as(ctx->domain)->use_count, 0);
}

static void tsm_two_devices_share_an_asid(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	KUNIT_ASSERT_EQ(test, tegra_smmu_attach_dev(ctx->domain, &ctx->two.dev),
			0);
	KUNIT_EXPECT_EQ(test, tsm_asids(ctx), 1);
	tsm_expect_tables(test, 1, 1);

	KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->one), 0);
	KUNIT_EXPECT_EQ(test, tsm_asids(ctx), 1);
	KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->two), 0);
	KUNIT_EXPECT_EQ(test, tsm_asids(ctx), 0);
}

static void tsm_attach_again_counts_once(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	tsm_attach(test);
	KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->one), 0);
	KUNIT_EXPECT_EQ(test, tsm_asids(ctx), 0);
	KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->one), 0);
}

/* As from the blocking domain of a device's owner to one that he made */
static void tsm_attach_leaves_the_previous_domain(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;
	struct iommu_domain *other = tsm_domain(test);

	tsm_attach(test);
	KUNIT_EXPECT_EQ(test, tegra_smmu_attach_dev(other, &ctx->one.dev), 0);
	KUNIT_EXPECT_EQ(test, to_smmu_as(ctx->domain)->use_count, 0);
	KUNIT_EXPECT_EQ(test, tsm_asids(ctx), 1);
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, TSM_SWG_REG(TSM_SWG_A)),
			BIT(31) | to_smmu_as(other)->id);

	KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->one), 0);
	KUNIT_EXPECT_EQ(test, tsm_asids(ctx), 0);
	if (!to_smmu_as(other)->use_count)
		tegra_smmu_domain_free(other);
}

static void tsm_failed_attach_changes_nothing(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;
	struct iommu_domain *other = tsm_domain(test);
	u32 reg;

	tsm_attach(test);
	reg = tsm_reg(ctx, TSM_SWG_REG(TSM_SWG_A));
	iommu_fake_dev_fail_begin(ctx->fake, 1);
	KUNIT_EXPECT_EQ(test, tegra_smmu_attach_dev(other, &ctx->one.dev),
			-ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->fake));

	KUNIT_EXPECT_EQ(test, to_smmu_as(ctx->domain)->use_count, 1);
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, TSM_SWG_REG(TSM_SWG_A)), reg);
	tsm_expect_tables(test, 2, 1);
	tegra_smmu_domain_free(other);
	tsm_expect_tables(test, 1, 1);
}

static void tsm_directory_out_of_reach(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_map_far(test);
	KUNIT_EXPECT_EQ(test, tegra_smmu_attach_dev(ctx->domain, &ctx->one.dev),
			-ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(ctx->fake));
	tsm_expect_tables(test, 1, 0);
	KUNIT_EXPECT_EQ(test, tsm_asids(ctx), 0);
	tsm_attach(test);
	tsm_expect_tables(test, 1, 1);
}

static void tsm_out_of_asids(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	bitmap_fill(ctx->smmu.asids, ctx->soc->asids);
	KUNIT_EXPECT_EQ(test, tegra_smmu_attach_dev(ctx->domain, &ctx->one.dev),
			-ENOSPC);
	KUNIT_EXPECT_EQ(test, tsm_reg(ctx, TSM_SWG_REG(TSM_SWG_A)), 0);
	bitmap_zero(ctx->smmu.asids, ctx->soc->asids);
	tsm_attach(test);
	tsm_expect_tables(test, 1, 1);
}

static void tsm_device_without_ids(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	ctx->two.fwspec->num_ids = 0;
	KUNIT_EXPECT_EQ(test, tegra_smmu_attach_dev(ctx->domain, &ctx->two.dev),
			-ENODEV);
	KUNIT_EXPECT_EQ(test, tsm_asids(ctx), 0);
}

/* iommufd may fill a domain that it has not attached yet */
static void tsm_map_before_attach(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, tsm_map_gfp(ctx, TSM_IOVA, TSM_PADDR, GFP_KERNEL),
			-ENODEV);
	KUNIT_EXPECT_EQ(test, tsm_unmap(ctx, TSM_IOVA), 0);
	KUNIT_EXPECT_EQ(test, tegra_smmu_iova_to_phys(ctx->domain, TSM_IOVA),
			0);
	tsm_expect_tables(test, 1, 0);
	tsm_attach(test);
	tsm_map(test, TSM_IOVA, TSM_PADDR);
	tsm_expect_phys(test, TSM_IOVA, TSM_PADDR);
}

/* VFIO detaches first and asks and unmaps after that */
static void tsm_unmap_after_detach(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	tsm_map(test, TSM_IOVA, TSM_PADDR);
	KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->one), 0);

	KUNIT_EXPECT_EQ(test, tegra_smmu_iova_to_phys(ctx->domain, TSM_IOVA),
			TSM_PADDR);
	KUNIT_EXPECT_EQ(test, tsm_unmap(ctx, TSM_IOVA), SZ_4K);
	KUNIT_EXPECT_EQ(test, tegra_smmu_iova_to_phys(ctx->domain, TSM_IOVA),
			0);
	tsm_expect_tables(test, 1, 1);
}

static void tsm_mappings_survive_a_detach(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	tsm_attach(test);
	tsm_map(test, TSM_IOVA, TSM_PADDR);
	KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->one), 0);
	tsm_attach(test);
	tsm_expect_phys(test, TSM_IOVA, TSM_PADDR);
	tsm_map(test, TSM_IOVA + SZ_4K, TSM_PADDR + SZ_4K);
	tsm_expect_phys(test, TSM_IOVA + SZ_4K, TSM_PADDR + SZ_4K);
	tsm_expect_tables(test, 2, 2);
}

static struct kunit_case tsm_attach_cases[] = {
	TSM_CASE(tsm_attach_tells_the_hardware),
	TSM_CASE(tsm_detach_tells_the_hardware),
	TSM_CASE(tsm_two_devices_share_an_asid),
	TSM_CASE(tsm_attach_again_counts_once),
	TSM_CASE(tsm_attach_leaves_the_previous_domain),
	TSM_CASE(tsm_failed_attach_changes_nothing),
	TSM_CASE(tsm_directory_out_of_reach),
	TSM_CASE(tsm_out_of_asids),
	TSM_CASE(tsm_device_without_ids),
	TSM_CASE(tsm_map_before_attach),
	TSM_CASE(tsm_unmap_after_detach),
	TSM_CASE(tsm_mappings_survive_a_detach),
	{}
};

static struct kunit_suite tsm_attach_suite = {
	.name = "tegra-smmu-attach",
	.init = tsm_init,
	.exit = tsm_exit,
	.test_cases = tsm_attach_cases,
};

kunit_test_suite(tsm_attach_suite);
