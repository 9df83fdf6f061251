// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the AMD guest CR3 tables on machines with several memory
 * nodes: all levels are on the node of the IOMMU, wherever the CPU is that
 * attaches the device. With one node it can only see that none gets lost.
 */

#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/device.h>
#include <linux/nodemask.h>
#include <linux/pci.h>

#include "../amd/amd_iommu.h"
#include "iommu_counters.h"

struct gcr3_node_test {
	struct gcr3_tbl_info info;
	struct amd_iommu *iommu;
	struct iommu_counters base;
	unsigned long *own_bitmap;	/* in place of a live IOMMU's */
	int saved_max_glx;
};

static const int gcr3_node_pasids[] = { 1, 1 << 16, 1 << 20 };

static void gcr3_node_desc(const int *pasids, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%d pasids", *pasids);
}

KUNIT_ARRAY_PARAM(gcr3_node, gcr3_node_pasids, gcr3_node_desc);

static int gcr3_node_init(struct kunit *test)
{
	struct gcr3_node_test *ctx;

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ctx);
	ctx->iommu = kunit_kzalloc(test, sizeof(*ctx->iommu), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ctx->iommu);
	ctx->iommu->dev = kunit_kzalloc(test, sizeof(*ctx->iommu->dev),
					GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ctx->iommu->dev);

	ctx->saved_max_glx = amd_iommu_max_glx_val;
	if (!amd_iommu_pd_alloc_bitmap) {
		ctx->own_bitmap = bitmap_zalloc(MAX_DOMAIN_ID, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, ctx->own_bitmap);
		__set_bit(0, ctx->own_bitmap);
		amd_iommu_pd_alloc_bitmap = ctx->own_bitmap;
		amd_iommu_max_glx_val = 2;
	}
	iommu_counters_read(&ctx->base);
	test->priv = ctx;

	return 0;
}

static void gcr3_node_exit(struct kunit *test)
{
	struct gcr3_node_test *ctx = test->priv;

	if (!ctx)
		return;

	if (ctx->info.gcr3_tbl)
		free_gcr3_table(&ctx->info);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&ctx->base));

	if (ctx->own_bitmap) {
		amd_iommu_pd_alloc_bitmap = NULL;
		amd_iommu_max_glx_val = ctx->saved_max_glx;
		bitmap_free(ctx->own_bitmap);
	}
}

static void gcr3_all_levels_on_the_node_of_the_iommu(struct kunit *test)
{
	struct gcr3_node_test *ctx = test->priv;
	int pasids = *(const int *)test->param_value;
	int nid, ret;

	for_each_node_state(nid, N_MEMORY) {
		set_dev_node(&ctx->iommu->dev->dev, nid);
		ret = setup_gcr3_table(&ctx->info, ctx->iommu, pasids);
		if (ret == -EINVAL)
			kunit_skip(test, "the IOMMU has fewer GCR3 levels");
		KUNIT_ASSERT_EQ(test, ret, 0);
		KUNIT_ASSERT_NOT_NULL(test, __get_gcr3_pte(&ctx->info, 0,
							   true));
		KUNIT_EXPECT_EQ(test,
				iommu_counters_grown_node(&ctx->base, nid),
				ctx->info.glx + 1);
		free_gcr3_table(&ctx->info);
	}
}

static struct kunit_case gcr3_node_cases[] = {
	KUNIT_CASE_PARAM(gcr3_all_levels_on_the_node_of_the_iommu,
			 gcr3_node_gen_params),
	{}
};

static struct kunit_suite gcr3_node_suite = {
	.name = "amd_gcr3_node",
	.init = gcr3_node_init,
	.exit = gcr3_node_exit,
	.test_cases = gcr3_node_cases,
};

kunit_test_suite(gcr3_node_suite);

MODULE_DESCRIPTION("KUnit tests of the nodes of AMD guest CR3 tables");
MODULE_LICENSE("GPL");
