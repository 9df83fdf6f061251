// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the AMD guest CR3 tables (AMD I/O Virtualization Technology
 * Specification, 2.2.6.3 "Guest CR3 Table"), without hardware.
 *
 * A GCR3 table has glx + 1 levels of 4 KiB tables with 512 entries. Level 0
 * holds the GCR3 of each PASID, the levels above point to the next one down.
 * A table is expected to cost exactly one page, on both counters, from the
 * moment that a PASID below it is looked up for writing until the whole tree
 * is freed.
 */

#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/device.h>
#include <linux/nodemask.h>
#include <linux/pci.h>
#include <linux/sched.h>

#include "../amd/amd_iommu.h"
#include "iommu_counters.h"

#define GCR3_ENTRIES	512U

struct gcr3_test {
	struct gcr3_tbl_info info;
	struct iommu_counters base;
	unsigned int domids;		/* domain ids in use before the case */
	unsigned long *own_bitmap;	/* in place of a live IOMMU's */
	int saved_max_glx;
};

static const int gcr3_glx[] = { 0, 1, 2 };

static void gcr3_desc(const int *glx, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "glx %d", *glx);
}

KUNIT_ARRAY_PARAM(gcr3_glx, gcr3_glx, gcr3_desc);

/* One PASID more than a level less can hold */
static int gcr3_pasids(int glx)
{
	return glx ? (1 << (9 * glx)) + 1 : 1;
}

static unsigned int gcr3_domids(void)
{
	return bitmap_weight(amd_iommu_pd_alloc_bitmap, MAX_DOMAIN_ID);
}

/* Skips what a live IOMMU of this machine does not have */
static int gcr3_setup(struct kunit *test, int glx)
{
	struct gcr3_test *ctx = test->priv;

	if (glx > amd_iommu_max_glx_val)
		kunit_skip(test, "the IOMMU has %d GCR3 levels above the first",
			   amd_iommu_max_glx_val);

	return setup_gcr3_table(&ctx->info, NULL, gcr3_pasids(glx));
}

static void gcr3_free(struct gcr3_test *ctx)
{
	if (ctx->info.gcr3_tbl)
		free_gcr3_table(&ctx->info);
}

static long gcr3_pages(struct kunit *test)
{
	struct gcr3_test *ctx = test->priv;

	return iommu_counters_grown(&ctx->base);
}

static u64 *gcr3_touch(struct kunit *test, ioasid_t pasid)
{
	struct gcr3_test *ctx = test->priv;

	return __get_gcr3_pte(&ctx->info, pasid, true);
}

static u64 *gcr3_lookup(struct kunit *test, ioasid_t pasid)
{
	struct gcr3_test *ctx = test->priv;

	return __get_gcr3_pte(&ctx->info, pasid, false);
}

static int param_glx(struct kunit *test)
{
	return *(const int *)test->param_value;
}

static int gcr3_init(struct kunit *test)
{
	struct gcr3_test *ctx;

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	test->priv = ctx;

	ctx->saved_max_glx = amd_iommu_max_glx_val;
	if (!amd_iommu_pd_alloc_bitmap) {
		ctx->own_bitmap = bitmap_zalloc(MAX_DOMAIN_ID, GFP_KERNEL);
		if (!ctx->own_bitmap)
			return -ENOMEM;
		__set_bit(0, ctx->own_bitmap);
		amd_iommu_pd_alloc_bitmap = ctx->own_bitmap;
		amd_iommu_max_glx_val = 2;
	}

	ctx->domids = gcr3_domids();
	iommu_counters_read(&ctx->base);

	return 0;
}

static void gcr3_exit(struct kunit *test)
{
	struct gcr3_test *ctx = test->priv;

	if (!ctx || !amd_iommu_pd_alloc_bitmap)
		return;

	gcr3_free(ctx);
	KUNIT_EXPECT_EQ(test, gcr3_pages(test), 0);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&ctx->base));
	KUNIT_EXPECT_EQ(test, gcr3_domids(), ctx->domids);

	if (ctx->own_bitmap) {
		amd_iommu_pd_alloc_bitmap = NULL;
		amd_iommu_max_glx_val = ctx->saved_max_glx;
		bitmap_free(ctx->own_bitmap);
	}
}

static void gcr3_levels_follow_pasids(struct kunit *test)
{
	static const struct {
		int pasids;
		int glx;
	} expect[] = {
		{ 1, 0 }, { 512, 0 }, { 513, 1 }, { 1 << 16, 1 },
		{ 1 << 18, 1 }, { (1 << 18) + 1, 2 }, { 1 << 20, 2 },
	};
	struct gcr3_test *ctx = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(expect); i++) {
		if (expect[i].glx > amd_iommu_max_glx_val)
			continue;
		KUNIT_ASSERT_EQ(test, setup_gcr3_table(&ctx->info, NULL,
						       expect[i].pasids), 0);
		KUNIT_EXPECT_EQ(test, ctx->info.glx, expect[i].glx);
		gcr3_free(ctx);
	}
}

static void gcr3_too_many_pasids(struct kunit *test)
{
	struct gcr3_test *ctx = test->priv;
	int glx = amd_iommu_max_glx_val + 1;

	KUNIT_EXPECT_EQ(test, setup_gcr3_table(&ctx->info, NULL,
					       gcr3_pasids(glx)), -EINVAL);
	KUNIT_EXPECT_NULL(test, ctx->info.gcr3_tbl);
	KUNIT_EXPECT_EQ(test, gcr3_pages(test), 0);
}

static void gcr3_second_setup_is_busy(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, gcr3_setup(test, 0), 0);
	KUNIT_EXPECT_EQ(test, gcr3_setup(test, 0), -EBUSY);
	KUNIT_EXPECT_EQ(test, gcr3_pages(test), 1);
}

static void gcr3_root_alone(struct kunit *test)
{
	struct gcr3_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, gcr3_setup(test, param_glx(test)), 0);
	KUNIT_EXPECT_EQ(test, ctx->info.glx, param_glx(test));
	KUNIT_EXPECT_EQ(test, gcr3_pages(test), 1);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)ctx->info.gcr3_tbl,
					   SZ_4K));
	KUNIT_EXPECT_NULL(test, memchr_inv(ctx->info.gcr3_tbl, 0, SZ_4K));
}

static void gcr3_one_pasid_one_table_per_level(struct kunit *test)
{
	int glx = param_glx(test);

	KUNIT_ASSERT_EQ(test, gcr3_setup(test, glx), 0);
	KUNIT_ASSERT_NOT_NULL(test, gcr3_touch(test, 0));
	KUNIT_EXPECT_EQ(test, gcr3_pages(test), glx + 1);

	gcr3_free(test->priv);
	KUNIT_EXPECT_EQ(test, gcr3_pages(test), 0);
}

static void gcr3_neighbours_share_tables(struct kunit *test)
{
	int glx = param_glx(test);
	u64 *first;
	int pasid;

	KUNIT_ASSERT_EQ(test, gcr3_setup(test, glx), 0);
	first = gcr3_touch(test, 0);
	KUNIT_ASSERT_NOT_NULL(test, first);
	for (pasid = 1; pasid < GCR3_ENTRIES; pasid++)
		KUNIT_ASSERT_PTR_EQ(test, gcr3_touch(test, pasid),
				    first + pasid);

	KUNIT_EXPECT_EQ(test, gcr3_pages(test), glx + 1);
}

/* The highest number of tables that one table of pointers can lead to */
static void gcr3_full_table_of_pointers(struct kunit *test)
{
	unsigned int i;

	KUNIT_ASSERT_EQ(test, gcr3_setup(test, 1), 0);
	for (i = 0; i < GCR3_ENTRIES; i++)
		KUNIT_ASSERT_NOT_NULL(test, gcr3_touch(test, i << 9));

	KUNIT_EXPECT_EQ(test, gcr3_pages(test), 1 + GCR3_ENTRIES);
	gcr3_free(test->priv);
	KUNIT_EXPECT_EQ(test, gcr3_pages(test), 0);
}

/* Root, four middle tables, three last-level tables below each of them */
static void gcr3_branches_of_three_levels(struct kunit *test)
{
	ioasid_t middle, last;

	KUNIT_ASSERT_EQ(test, gcr3_setup(test, 2), 0);
	for (middle = 0; middle < 4; middle++)
		for (last = 0; last < 3; last++)
			KUNIT_ASSERT_NOT_NULL(test,
					      gcr3_touch(test, middle << 18 |
							 last << 9));

	KUNIT_EXPECT_EQ(test, gcr3_pages(test), 1 + 4 + 4 * 3);
	gcr3_free(test->priv);
	KUNIT_EXPECT_EQ(test, gcr3_pages(test), 0);
}

static void gcr3_lookup_allocates_nothing(struct kunit *test)
{
	int glx = param_glx(test);

	KUNIT_ASSERT_EQ(test, gcr3_setup(test, glx), 0);
	if (glx)
		KUNIT_EXPECT_NULL(test, gcr3_lookup(test, 0));
	else
		KUNIT_EXPECT_NOT_NULL(test, gcr3_lookup(test, 0));

	KUNIT_EXPECT_EQ(test, gcr3_pages(test), 1);
}

static void gcr3_lookup_finds_what_was_set(struct kunit *test)
{
	int glx = param_glx(test);
	ioasid_t last = gcr3_pasids(glx) - 1;
	u64 *pte;

	KUNIT_ASSERT_EQ(test, gcr3_setup(test, glx), 0);
	pte = gcr3_touch(test, last);
	KUNIT_ASSERT_NOT_NULL(test, pte);
	KUNIT_EXPECT_EQ(test, *pte, 0);

	*pte = 0x1234000ULL | GCR3_VALID;
	KUNIT_EXPECT_PTR_EQ(test, gcr3_lookup(test, last), pte);

	/* It is a guest address: freeing must not follow a last-level entry */
	gcr3_free(test->priv);
	KUNIT_EXPECT_EQ(test, gcr3_pages(test), 0);
}

static void gcr3_cycles_do_not_drift(struct kunit *test)
{
	int i;

	for (i = 0; i < 100; i++) {
		KUNIT_ASSERT_EQ(test, gcr3_setup(test, param_glx(test)), 0);
		KUNIT_ASSERT_NOT_NULL(test, gcr3_touch(test, 0));
		gcr3_free(test->priv);
	}
	KUNIT_EXPECT_EQ(test, gcr3_pages(test), 0);
}

/* The root is on the node of the IOMMU, wherever this CPU is */
static void gcr3_root_on_the_node_of_the_iommu(struct kunit *test)
{
	struct gcr3_test *ctx = test->priv;
	struct amd_iommu *iommu;
	int nid;

	iommu = kunit_kzalloc(test, sizeof(*iommu), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, iommu);
	iommu->dev = kunit_kzalloc(test, sizeof(*iommu->dev), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, iommu->dev);

	for_each_node_state(nid, N_MEMORY) {
		set_dev_node(&iommu->dev->dev, nid);
		KUNIT_ASSERT_EQ(test, setup_gcr3_table(&ctx->info, iommu, 1),
				0);
		KUNIT_EXPECT_EQ(test,
				iommu_counters_grown_node(&ctx->base, nid), 1);
		gcr3_free(ctx);
	}
}

#ifdef CONFIG_FAIL_IOMMU_PAGES
/* Returns true if the @nth allocation happened, and therefore failed */
static bool gcr3_build_failing(struct kunit *test, int glx, int nth, int *ret)
{
	bool reached;

	current->fail_nth = nth;
	*ret = gcr3_setup(test, glx);
	if (!*ret && !gcr3_touch(test, 0))
		*ret = -ENOMEM;
	reached = !current->fail_nth;
	current->fail_nth = 0;

	return reached;
}

static void gcr3_every_allocation_fails_once(struct kunit *test)
{
	int glx = param_glx(test);
	int ret, nth = 1;

	while (gcr3_build_failing(test, glx, nth, &ret)) {
		KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
		KUNIT_EXPECT_EQ(test, gcr3_pages(test), nth - 1);
		gcr3_free(test->priv);
		KUNIT_EXPECT_EQ(test, gcr3_pages(test), 0);
		KUNIT_ASSERT_LE(test, nth++, glx + 1);
	}
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, nth, glx + 2);
	KUNIT_EXPECT_EQ(test, gcr3_pages(test), glx + 1);
}
#else
static void gcr3_every_allocation_fails_once(struct kunit *test)
{
	kunit_skip(test, "needs FAIL_IOMMU_PAGES to fail a 4 KiB allocation");
}
#endif

static struct kunit_case gcr3_cases[] = {
	KUNIT_CASE(gcr3_levels_follow_pasids),
	KUNIT_CASE(gcr3_too_many_pasids),
	KUNIT_CASE(gcr3_second_setup_is_busy),
	KUNIT_CASE_PARAM(gcr3_root_alone, gcr3_glx_gen_params),
	KUNIT_CASE_PARAM(gcr3_one_pasid_one_table_per_level,
			 gcr3_glx_gen_params),
	KUNIT_CASE_PARAM(gcr3_neighbours_share_tables, gcr3_glx_gen_params),
	KUNIT_CASE(gcr3_full_table_of_pointers),
	KUNIT_CASE(gcr3_branches_of_three_levels),
	KUNIT_CASE_PARAM(gcr3_lookup_allocates_nothing, gcr3_glx_gen_params),
	KUNIT_CASE_PARAM(gcr3_lookup_finds_what_was_set, gcr3_glx_gen_params),
	KUNIT_CASE_PARAM(gcr3_cycles_do_not_drift, gcr3_glx_gen_params),
	KUNIT_CASE(gcr3_root_on_the_node_of_the_iommu),
	KUNIT_CASE_PARAM(gcr3_every_allocation_fails_once,
			 gcr3_glx_gen_params),
	{}
};

static struct kunit_suite gcr3_suite = {
	.name = "amd_gcr3",
	.init = gcr3_init,
	.exit = gcr3_exit,
	.test_cases = gcr3_cases,
};

kunit_test_suite(gcr3_suite);

MODULE_DESCRIPTION("KUnit tests of the AMD guest CR3 tables");
MODULE_LICENSE("GPL");
