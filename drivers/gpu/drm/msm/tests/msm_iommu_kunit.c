// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the per-process page tables of Adreno GPUs, part of
 * msm_iommu.c: arm-smmu is told of the first one and of the end of the last
 * one, and if it refuses, nothing is left of the attempt.
 *
 * In the place of arm-smmu there are functions that count, in that of the GPU
 * and its SMMU two devices.
 */

#include <kunit/device.h>
#include <linux/pm_runtime.h>

#include "../../../../iommu/tests/iommu_fake_dev.h"

struct gm_test {
	struct iommu_fake_dev *smmu;
	struct device *gpu;
	struct adreno_smmu_priv adreno;
	struct io_pgtable_cfg ttbr1_cfg;
	struct msm_iommu parent;
	int set_error;
	unsigned int sets;
	unsigned int clears;
	unsigned int flushes;
	u64 ttbr0;
};

static void gm_flush_all(void *cookie)
{
	struct gm_test *gm = cookie;

	gm->flushes++;
}

static void gm_flush_walk(unsigned long iova, size_t size, size_t granule,
			  void *cookie)
{
	gm_flush_all(cookie);
}

static const struct iommu_flush_ops gm_flush_ops = {
	.tlb_flush_all = gm_flush_all,
	.tlb_flush_walk = gm_flush_walk,
};

static const struct io_pgtable_cfg *gm_get_ttbr1_cfg(const void *cookie)
{
	const struct gm_test *gm = cookie;

	return &gm->ttbr1_cfg;
}

static int gm_set_ttbr0_cfg(const void *cookie,
			    const struct io_pgtable_cfg *cfg)
{
	struct gm_test *gm = (void *)cookie;

	if (!cfg) {
		gm->clears++;
		gm->ttbr0 = 0;
		return 0;
	}
	gm->sets++;
	if (!gm->set_error)
		gm->ttbr0 = cfg->arm_lpae_s1_cfg.ttbr;
	return gm->set_error;
}

static int gm_init(struct kunit *test)
{
	struct gm_test *gm;

	gm = kunit_kzalloc(test, sizeof(*gm), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, gm);
	test->priv = gm;

	gm->smmu = iommu_fake_dev_create(test, SZ_4K);
	gm->gpu = kunit_device_register(test, "gpu");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, gm->gpu);
	pm_runtime_enable(gm->smmu->dev);
	KUNIT_EXPECT_GE(test, pm_runtime_get_sync(gm->smmu->dev), 0);

	gm->ttbr1_cfg.quirks = IO_PGTABLE_QUIRK_ARM_TTBR1;
	gm->ttbr1_cfg.pgsize_bitmap = SZ_4K | SZ_2M;
	gm->ttbr1_cfg.ias = 48;
	gm->ttbr1_cfg.oas = 48;
	gm->ttbr1_cfg.tlb = &gm_flush_ops;
	gm->ttbr1_cfg.iommu_dev = gm->smmu->dev;

	gm->adreno.cookie = gm;
	gm->adreno.get_ttbr1_cfg = gm_get_ttbr1_cfg;
	gm->adreno.set_ttbr0_cfg = gm_set_ttbr0_cfg;
	dev_set_drvdata(gm->gpu, &gm->adreno);
	msm_mmu_init(&gm->parent.base, gm->gpu, &funcs, MSM_MMU_IOMMU);
	return 0;
}

static void gm_exit(struct kunit *test)
{
	struct gm_test *gm = test->priv;

	KUNIT_EXPECT_EQ(test, atomic_read(&gm->parent.pagetables), 0);
	iommu_fake_dev_check(test, gm->smmu);
	pm_runtime_put_sync(gm->smmu->dev);
	pm_runtime_disable(gm->smmu->dev);
}

static struct msm_mmu *gm_create(struct gm_test *gm)
{
	return msm_iommu_pagetable_create(&gm->parent.base);
}

static void gm_destroy(struct msm_mmu *mmu)
{
	mmu->funcs->destroy(mmu);
}

static void gm_one(struct kunit *test)
{
	struct gm_test *gm = test->priv;
	struct msm_mmu *mmu = gm_create(gm);
	phys_addr_t ttbr = 0;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, mmu);
	KUNIT_EXPECT_EQ(test, gm->smmu->live, 1);
	KUNIT_EXPECT_EQ(test, gm->sets, 1);
	KUNIT_EXPECT_EQ(test, msm_iommu_pagetable_params(mmu, &ttbr, NULL), 0);
	KUNIT_EXPECT_EQ(test, ttbr, gm->ttbr0);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_mapped(gm->smmu, ttbr, SZ_4K));

	gm_destroy(mmu);
	KUNIT_EXPECT_EQ(test, gm->clears, 1);
	KUNIT_EXPECT_EQ(test, gm->flushes, 1);
	KUNIT_EXPECT_EQ(test, gm->smmu->live, 0);
}

static void gm_last_one_clears(struct kunit *test)
{
	struct gm_test *gm = test->priv;
	struct msm_mmu *a = gm_create(gm);
	struct msm_mmu *b = gm_create(gm);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, a);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, b);
	KUNIT_EXPECT_EQ(test, gm->sets, 1);
	KUNIT_EXPECT_EQ(test, gm->smmu->live, 2);

	gm_destroy(a);
	KUNIT_EXPECT_EQ(test, gm->clears, 0);
	gm_destroy(b);
	KUNIT_EXPECT_EQ(test, gm->clears, 1);
}

static void gm_expect_refused(struct kunit *test)
{
	struct gm_test *gm = test->priv;

	gm->set_error = -EIO;
	KUNIT_EXPECT_PTR_EQ(test, gm_create(gm), ERR_PTR(-EIO));
	gm->set_error = 0;
	KUNIT_EXPECT_EQ(test, gm->smmu->live, 0);
}

/* The flush that belongs to the free is the SMMU's. */
static void gm_refused(struct kunit *test)
{
	struct gm_test *gm = test->priv;

	gm_expect_refused(test);
	KUNIT_EXPECT_EQ(test, gm->flushes, 1);
	KUNIT_EXPECT_EQ(test, gm->clears, 0);
}

static void gm_again_after_refused(struct kunit *test)
{
	struct gm_test *gm = test->priv;
	struct msm_mmu *mmu;

	gm_expect_refused(test);
	KUNIT_EXPECT_EQ(test, atomic_read(&gm->parent.pagetables), 0);
	mmu = gm_create(gm);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, mmu);
	KUNIT_EXPECT_EQ(test, gm->sets, 2);
	KUNIT_EXPECT_NE(test, gm->ttbr0, 0);
	gm_destroy(mmu);
	KUNIT_EXPECT_EQ(test, gm->clears, 1);
}

static void gm_no_memory(struct kunit *test)
{
	struct gm_test *gm = test->priv;

	iommu_fake_dev_fail_begin(gm->smmu, 1);
	KUNIT_EXPECT_PTR_EQ(test, gm_create(gm), ERR_PTR(-ENOMEM));
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(gm->smmu));
	KUNIT_EXPECT_EQ(test, gm->sets, 0);
}

static struct kunit_case gm_cases[] = {
	KUNIT_CASE(gm_one),
	KUNIT_CASE(gm_last_one_clears),
	KUNIT_CASE(gm_refused),
	KUNIT_CASE(gm_again_after_refused),
	KUNIT_CASE(gm_no_memory),
	{}
};

static struct kunit_suite gm_suite = {
	.name = "drm-msm-pagetable",
	.init = gm_init,
	.exit = gm_exit,
	.test_cases = gm_cases,
};

kunit_test_suite(gm_suite);
