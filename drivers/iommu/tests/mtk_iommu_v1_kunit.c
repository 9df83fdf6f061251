// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the first generation of the MediaTek M4U, part of
 * mtk_iommu_v1.c: only the domain of the mapping that the driver makes by
 * itself gets a page table, but any domain can be freed. The registers are
 * ordinary memory.
 */

#include "iommu_fake_dev.h"
#include "iommu_fake_master.h"

struct mv_test {
	struct iommu_fake_dev *fake;
	struct iommu_fake_master *master;
	struct mtk_iommu_v1_data data;
	struct dma_iommu_mapping mapping;
};

static int mv_init(struct kunit *test)
{
	const u32 id = MT2701_M4U_PORT_DISP_OVL_0;
	struct mv_test *mv;

	mv = kunit_kzalloc(test, sizeof(*mv), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, mv);
	test->priv = mv;

	mv->fake = iommu_fake_dev_create(test, SZ_4K);
	mv->data.dev = mv->fake->dev;
	mv->data.base = mv->fake->regs;
	mv->data.mapping = &mv->mapping;
	mv->master = iommu_fake_master_create(test, &mv->data.iommu,
					      &mtk_iommu_v1_ops, &mv->data,
					      &id, 1);
	return 0;
}

static void mv_exit(struct kunit *test)
{
	struct mv_test *mv = test->priv;

	iommu_fake_dev_check(test, mv->fake);
}

static struct iommu_domain *mv_domain(struct kunit *test)
{
	struct mv_test *mv = test->priv;

	return iommu_fake_master_domain(test, mv->master);
}

static struct iommu_domain *mv_internal_domain(struct kunit *test)
{
	struct mv_test *mv = test->priv;

	mv->mapping.domain = mv_domain(test);
	return mv->mapping.domain;
}

static u32 mv_table(struct mv_test *mv)
{
	return readl(mv->data.base + REG_MMU_PT_BASE_ADDR);
}

static void mv_internal(struct kunit *test)
{
	struct iommu_domain *domain = mv_internal_domain(test);
	struct mv_test *mv = test->priv;

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(mv->master, domain), 0);
	KUNIT_EXPECT_EQ(test, mv->fake->live, 1);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_mapped(mv->fake, mv_table(mv),
						      M2701_IOMMU_PGT_SIZE));
	iommu_domain_free(domain);
	KUNIT_EXPECT_EQ(test, mv->fake->live, 0);
}

static void mv_internal_twice(struct kunit *test)
{
	struct iommu_domain *domain = mv_internal_domain(test);
	struct mv_test *mv = test->priv;

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(mv->master, domain), 0);
	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(mv->master, domain), 0);
	KUNIT_EXPECT_EQ(test, mv->fake->live, 1);
	iommu_domain_free(domain);
}

static void mv_map_writes_table(struct kunit *test)
{
	struct iommu_domain *domain = mv_internal_domain(test);
	struct mv_test *mv = test->priv;
	u32 entry;

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(mv->master, domain), 0);
	writel(1, mv->data.base + REG_MMU_CPE_DONE);
	KUNIT_EXPECT_EQ(test, iommu_map(domain, SZ_1M, SZ_64M, SZ_4K,
					IOMMU_READ, GFP_KERNEL), 0);
	entry = iommu_fake_dev_read32(mv->fake, mv_table(mv) +
				      (SZ_1M >> 12) * sizeof(u32));
	KUNIT_EXPECT_EQ(test, entry, SZ_64M | F_DESC_VALID | F_DESC_NONSEC);
	iommu_domain_free(domain);
}

static void mv_free_unattached(struct kunit *test)
{
	struct mv_test *mv = test->priv;

	iommu_domain_free(mv_domain(test));
	KUNIT_EXPECT_EQ(test, mv->fake->maps, 0);
}

/* The core takes its attach for done, but the driver does nothing. */
static void mv_free_foreign(struct kunit *test)
{
	struct iommu_domain *internal = mv_internal_domain(test);
	struct iommu_domain *foreign = mv_domain(test);
	struct mv_test *mv = test->priv;

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(mv->master, internal),
			0);
	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(mv->master, foreign), 0);
	iommu_domain_free(foreign);
	KUNIT_EXPECT_EQ(test, mv->fake->live, 1);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_mapped(mv->fake, mv_table(mv),
						      M2701_IOMMU_PGT_SIZE));
	iommu_domain_free(internal);
}

static void mv_no_memory(struct kunit *test)
{
	struct iommu_domain *domain = mv_internal_domain(test);
	struct mv_test *mv = test->priv;

	iommu_fake_dev_fail_begin(mv->fake, 1);
	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(mv->master, domain),
			-ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(mv->fake));
	KUNIT_EXPECT_NULL(test, mv->data.m4u_dom);
	KUNIT_EXPECT_EQ(test, mv_table(mv), 0);
	iommu_domain_free(domain);
}

static struct kunit_case mv_cases[] = {
	KUNIT_CASE(mv_internal),
	KUNIT_CASE(mv_internal_twice),
	KUNIT_CASE(mv_map_writes_table),
	KUNIT_CASE(mv_free_unattached),
	KUNIT_CASE(mv_free_foreign),
	KUNIT_CASE(mv_no_memory),
	{}
};

static struct kunit_suite mv_suite = {
	.name = "mtk-iommu-v1",
	.init = mv_init,
	.exit = mv_exit,
	.test_cases = mv_cases,
};

kunit_test_suite(mv_suite);

MODULE_IMPORT_NS(IOMMUFD_INTERNAL);
