// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the Unisoc IOMMU, part of sprd-iommu.c: the table of a domain
 * goes when the hardware no longer walks it, and hardware that serves another
 * domain is left alone. The registers are ordinary memory.
 */

#include <linux/io.h>
#include <linux/sizes.h>

#include "iommu_fake_dev.h"
#include "iommu_fake_master.h"

#define SP_TABLE_SIZE	SZ_256K		/* 256 MiB in pages of 4 KiB */

struct sp_test {
	struct iommu_fake_dev *fake;
	struct iommu_fake_master *master;
	struct sprd_iommu_device sdev;
	unsigned int freed_while_enabled;
};

struct sp_version {
	const char *name;
	enum sprd_iommu_version ver;
	unsigned int cfg;
	unsigned int first_ppn;
};

static const struct sp_version sp_versions[] = {
	{ "ex", SPRD_IOMMU_EX, SPRD_EX_CFG, SPRD_EX_FIRST_PPN },
	{ "vau", SPRD_IOMMU_VAU, SPRD_VAU_CFG, SPRD_VAU_FIRST_PPN },
};

static void sp_version_desc(const struct sp_version *version, char *desc)
{
	strscpy(desc, version->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sp_version, sp_versions, sp_version_desc);

static bool sp_enabled(struct sp_test *sp, const struct sp_version *version)
{
	return sprd_iommu_read(&sp->sdev, version->cfg) & SPRD_IOMMU_EN;
}

/* The table that the hardware walks is that of the domain */
static bool sp_walks(struct sp_test *sp, const struct sp_version *version,
		     struct iommu_domain *domain)
{
	u32 ppn = sprd_iommu_read(&sp->sdev, version->first_ppn);
	dma_addr_t table = to_sprd_domain(domain)->pgt_pa;

	return sp_enabled(sp, version) && ppn == table >> 12 &&
	       iommu_fake_dev_mapped(sp->fake, table, SP_TABLE_SIZE);
}

static void sp_on_unmap(struct iommu_fake_dev *fake, dma_addr_t dma)
{
	struct kunit *test = fake->priv;
	const struct sp_version *version = test->param_value;
	struct sp_test *sp = test->priv;
	u32 ppn = sprd_iommu_read(&sp->sdev, version->first_ppn);

	if (sp_enabled(sp, version) && ppn == dma >> 12)
		sp->freed_while_enabled++;
}

static int sp_init(struct kunit *test)
{
	const u32 id = 0;
	struct sp_test *sp;

	sp = kunit_kzalloc(test, sizeof(*sp), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, sp);
	test->priv = sp;

	sp->fake = iommu_fake_dev_create(test, SZ_4K);
	sp->fake->on_unmap = sp_on_unmap;
	sp->fake->priv = test;
	sp->sdev.dev = sp->fake->dev;
	sp->sdev.base = sp->fake->regs;
	sp->master = iommu_fake_master_create(test, &sp->sdev.iommu,
					      &sprd_iommu_ops, &sp->sdev,
					      &id, 1);
	return 0;
}

static void sp_exit(struct kunit *test)
{
	struct sp_test *sp = test->priv;

	KUNIT_EXPECT_EQ(test, sp->freed_while_enabled, 0);
	iommu_fake_dev_check(test, sp->fake);
}

static struct iommu_domain *sp_domain(struct kunit *test)
{
	const struct sp_version *version = test->param_value;
	struct sp_test *sp = test->priv;

	sp->sdev.ver = version->ver;
	return iommu_fake_master_domain(test, sp->master);
}

static struct iommu_domain *sp_attached(struct kunit *test)
{
	struct iommu_domain *domain = sp_domain(test);
	struct sp_test *sp = test->priv;

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(sp->master, domain), 0);
	return domain;
}

static void sp_attach_enables(struct kunit *test)
{
	struct iommu_domain *domain = sp_attached(test);
	struct sp_test *sp = test->priv;

	KUNIT_EXPECT_TRUE(test, sp_walks(sp, test->param_value, domain));
	KUNIT_EXPECT_EQ(test, sp->fake->live, 1);
	iommu_domain_free(domain);
}

static void sp_free_disables(struct kunit *test)
{
	struct sp_test *sp = test->priv;

	iommu_domain_free(sp_attached(test));
	KUNIT_EXPECT_FALSE(test, sp_enabled(sp, test->param_value));
	KUNIT_EXPECT_EQ(test, sp->freed_while_enabled, 0);
	KUNIT_EXPECT_EQ(test, sp->fake->live, 0);
}

/* The next domain may well be where this one was, and is to be attached. */
static void sp_free_forgets(struct kunit *test)
{
	struct sp_test *sp = test->priv;

	iommu_domain_free(sp_attached(test));
	KUNIT_EXPECT_NULL(test, sp->sdev.dom);
}

static void sp_free_unattached(struct kunit *test)
{
	struct sp_test *sp = test->priv;

	iommu_domain_free(sp_domain(test));
	KUNIT_EXPECT_EQ(test, sp->fake->maps, 0);
}

static void sp_attach_twice(struct kunit *test)
{
	struct iommu_domain *domain = sp_attached(test);
	struct sp_test *sp = test->priv;

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(sp->master, domain), 0);
	KUNIT_EXPECT_EQ(test, sp->fake->live, 1);
	iommu_domain_free(domain);
}

static void sp_free_replaced(struct kunit *test)
{
	struct iommu_domain *old = sp_attached(test);
	struct iommu_domain *new = sp_attached(test);
	struct sp_test *sp = test->priv;

	KUNIT_EXPECT_TRUE(test, sp_walks(sp, test->param_value, new));
	iommu_domain_free(old);
	KUNIT_EXPECT_TRUE(test, sp_walks(sp, test->param_value, new));
	KUNIT_EXPECT_PTR_EQ(test, sp->sdev.dom, to_sprd_domain(new));
	KUNIT_EXPECT_EQ(test, sp->fake->live, 1);

	iommu_domain_free(new);
	KUNIT_EXPECT_FALSE(test, sp_enabled(sp, test->param_value));
}

static void sp_free_replacement(struct kunit *test)
{
	struct iommu_domain *old = sp_attached(test);
	struct iommu_domain *new = sp_attached(test);
	struct sp_test *sp = test->priv;

	iommu_domain_free(new);
	KUNIT_EXPECT_FALSE(test, sp_enabled(sp, test->param_value));

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(sp->master, old), 0);
	KUNIT_EXPECT_TRUE(test, sp_walks(sp, test->param_value, old));
	iommu_domain_free(old);
}

static void sp_attach_failure(struct kunit *test)
{
	struct iommu_domain *old = sp_attached(test);
	struct iommu_domain *new = sp_domain(test);
	struct sp_test *sp = test->priv;

	iommu_fake_dev_fail_begin(sp->fake, 1);
	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(sp->master, new),
			-ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(sp->fake));
	KUNIT_EXPECT_TRUE(test, sp_walks(sp, test->param_value, old));

	iommu_domain_free(new);
	KUNIT_EXPECT_TRUE(test, sp_walks(sp, test->param_value, old));
	iommu_domain_free(old);
}

static void sp_map_writes_table(struct kunit *test)
{
	struct iommu_domain *domain = sp_attached(test);
	struct sp_test *sp = test->priv;
	dma_addr_t entry = to_sprd_domain(domain)->pgt_pa + 3 * sizeof(u32);

	KUNIT_EXPECT_EQ(test, iommu_map(domain, 3 * SZ_4K, SZ_1M, SZ_4K,
					IOMMU_READ, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, iommu_fake_dev_read32(sp->fake, entry),
			SZ_1M >> 12);
	KUNIT_EXPECT_EQ(test, iommu_unmap(domain, 3 * SZ_4K, SZ_4K), SZ_4K);
	KUNIT_EXPECT_EQ(test, iommu_fake_dev_read32(sp->fake, entry), 0);
	iommu_domain_free(domain);
}

static struct kunit_case sp_cases[] = {
	KUNIT_CASE_PARAM(sp_attach_enables, sp_version_gen_params),
	KUNIT_CASE_PARAM(sp_free_disables, sp_version_gen_params),
	KUNIT_CASE_PARAM(sp_free_forgets, sp_version_gen_params),
	KUNIT_CASE_PARAM(sp_free_unattached, sp_version_gen_params),
	KUNIT_CASE_PARAM(sp_attach_twice, sp_version_gen_params),
	KUNIT_CASE_PARAM(sp_free_replaced, sp_version_gen_params),
	KUNIT_CASE_PARAM(sp_free_replacement, sp_version_gen_params),
	KUNIT_CASE_PARAM(sp_attach_failure, sp_version_gen_params),
	KUNIT_CASE_PARAM(sp_map_writes_table, sp_version_gen_params),
	{}
};

static struct kunit_suite sp_suite = {
	.name = "sprd-iommu",
	.init = sp_init,
	.exit = sp_exit,
	.test_cases = sp_cases,
};

kunit_test_suite(sp_suite);

MODULE_IMPORT_NS(IOMMUFD_INTERNAL);
