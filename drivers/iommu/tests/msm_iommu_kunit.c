// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the MSM IOMMU, part of msm_iommu.c: a domain has one page
 * table, from its first attach until it is freed, whatever masters come and go;
 * a master takes its contexts, and nobody else's, along.
 *
 * An IOMMU is registers in ordinary memory and a clock that counts. It has one
 * master, as all of them do.
 */

#include <linux/clk-provider.h>
#include <linux/of.h>

#include "iommu_fake_dev.h"
#include "iommu_fake_master.h"

#define MS_REGS_SIZE	SZ_1M
#define MS_CONTEXTS	4

struct ms_iommu {
	struct iommu_fake_dev *fake;
	struct msm_iommu_dev iommu;
	struct msm_iommu_ctx_dev ctx;
	struct iommu_fake_master *master;
	struct device_node node;	/* tells masters apart, nothing else */
	struct clk_hw clk;
	int enabled;
	int clk_error;
};

struct ms_test {
	struct ms_iommu *a, *b;
};

#ifdef CONFIG_COMMON_CLK
static int ms_clk_enable(struct clk_hw *clk)
{
	struct ms_iommu *ms = container_of(clk, struct ms_iommu, clk);

	if (ms->clk_error)
		return ms->clk_error;
	ms->enabled++;
	return 0;
}

static void ms_clk_disable(struct clk_hw *clk)
{
	container_of(clk, struct ms_iommu, clk)->enabled--;
}

static const struct clk_ops ms_clk_ops = {
	.enable = ms_clk_enable,
	.disable = ms_clk_disable,
};

static void ms_free_clk(void *data)
{
	struct ms_iommu *ms = data;

	clk_unprepare(ms->iommu.pclk);
	clk_put(ms->iommu.pclk);
	clk_hw_unregister(&ms->clk);
}

static void ms_make_clk(struct kunit *test, struct ms_iommu *ms)
{
	struct clk_init_data init = {
		.name = dev_name(ms->fake->dev),
		.ops = &ms_clk_ops,
	};

	ms->clk.init = &init;
	KUNIT_ASSERT_EQ(test, clk_hw_register(NULL, &ms->clk), 0);
	ms->iommu.pclk = clk_hw_get_clk(&ms->clk, "smmu_pclk");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ms->iommu.pclk);
	KUNIT_ASSERT_EQ(test, clk_prepare(ms->iommu.pclk), 0);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, ms_free_clk, ms));
}
#else
static void ms_make_clk(struct kunit *test, struct ms_iommu *ms)
{
}
#endif

static void ms_remove(void *data)
{
	struct ms_iommu *ms = data;

	list_del(&ms->iommu.dev_node);
}

static struct ms_iommu *ms_make(struct kunit *test)
{
	struct ms_iommu *ms;

	ms = kunit_kzalloc(test, sizeof(*ms), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ms);
	ms->fake = iommu_fake_dev_create(test, MS_REGS_SIZE);
	ms_make_clk(test, ms);

	ms->iommu.dev = ms->fake->dev;
	ms->iommu.base = ms->fake->regs;
	ms->iommu.ncb = MS_CONTEXTS;
	ms->ctx.of_node = &ms->node;
	INIT_LIST_HEAD(&ms->iommu.dom_node);
	INIT_LIST_HEAD(&ms->iommu.ctx_list);
	list_add(&ms->ctx.list, &ms->iommu.ctx_list);
	list_add_tail(&ms->iommu.dev_node, &qcom_iommu_devices);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, ms_remove, ms));

	ms->master = iommu_fake_master_create(test, &ms->iommu.iommu,
					      &msm_iommu_ops, &ms->ctx, NULL,
					      0);
	ms->master->dev->of_node = &ms->node;
	return ms;
}

static int ms_init(struct kunit *test)
{
	struct ms_test *mst;

	mst = kunit_kzalloc(test, sizeof(*mst), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, mst);
	test->priv = mst;
	mst->a = ms_make(test);
	mst->b = ms_make(test);
	return 0;
}

static void ms_exit_one(struct kunit *test, struct ms_iommu *ms)
{
	iommu_fake_dev_check(test, ms->fake);
	KUNIT_EXPECT_EQ(test, ms->enabled, 0);
}

static void ms_exit(struct kunit *test)
{
	struct ms_test *mst = test->priv;

	ms_exit_one(test, mst->a);
	ms_exit_one(test, mst->b);
}

static struct iommu_domain *ms_domain(struct kunit *test)
{
	struct ms_test *mst = test->priv;

	return iommu_fake_master_domain(test, mst->a->master);
}

static int ms_attach(struct ms_iommu *ms, struct iommu_domain *domain)
{
	return iommu_fake_master_attach(ms->master, domain);
}

static int ms_detach(struct ms_iommu *ms)
{
	return ms_attach(ms, &msm_iommu_identity_domain);
}

/* Detach whoever is still attached, and free */
static void ms_free(struct kunit *test, struct iommu_domain *domain)
{
	struct ms_test *mst = test->priv;

	KUNIT_EXPECT_EQ(test, ms_detach(mst->a), 0);
	KUNIT_EXPECT_EQ(test, ms_detach(mst->b), 0);
	iommu_domain_free(domain);
}

/* The master's context is on and walks the domain's table */
static bool ms_translates(struct ms_iommu *ms, struct iommu_domain *domain)
{
	u32 ttbr = to_msm_priv(domain)->cfg.arm_v7s_cfg.ttbr;
	int num = ms->ctx.num;

	return !list_empty(&ms->iommu.dom_node) &&
	       test_bit(num, ms->iommu.context_map) &&
	       GET_M(ms->iommu.base, num) &&
	       GET_TTBR0(ms->iommu.base, num) == ttbr;
}

static bool ms_is_off(struct ms_iommu *ms)
{
	int ctx;

	for (ctx = 0; ctx < MS_CONTEXTS; ctx++) {
		if (GET_M(ms->iommu.base, ctx) ||
		    GET_TTBR0(ms->iommu.base, ctx))
			return false;
	}
	return list_empty(&ms->iommu.dom_node) &&
	       bitmap_empty(ms->iommu.context_map, IOMMU_MAX_CBS);
}

/* Tables of all domains: they belong to the IOMMU of the first attach */
static unsigned int ms_tables(struct kunit *test)
{
	struct ms_test *mst = test->priv;

	return mst->a->fake->live + mst->b->fake->live;
}

static void ms_attach_and_free(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;

	KUNIT_EXPECT_EQ(test, ms_tables(test), 0);
	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->a, domain));
	KUNIT_EXPECT_EQ(test, ms_tables(test), 1);
	KUNIT_EXPECT_EQ(test, mst->a->enabled, 0);

	ms_free(test, domain);
	KUNIT_EXPECT_TRUE(test, ms_is_off(mst->a));
	KUNIT_EXPECT_EQ(test, ms_tables(test), 0);
}

static void ms_free_unattached(struct kunit *test)
{
	iommu_domain_free(ms_domain(test));
	KUNIT_EXPECT_EQ(test, ms_tables(test), 0);
}

static void ms_one_table(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;
	struct io_pgtable_ops *iop;

	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
	iop = to_msm_priv(domain)->iop;
	KUNIT_EXPECT_EQ(test, ms_attach(mst->b, domain), 0);
	KUNIT_EXPECT_PTR_EQ(test, to_msm_priv(domain)->iop, iop);
	KUNIT_EXPECT_EQ(test, ms_tables(test), 1);
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->a, domain));
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->b, domain));
	ms_free(test, domain);
}

static void ms_no_table(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;

	iommu_fake_dev_fail_begin(mst->a->fake, 1);
	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(mst->a->fake));
	KUNIT_EXPECT_TRUE(test, ms_is_off(mst->a));

	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->a, domain));
	ms_free(test, domain);
}

static int ms_map(struct iommu_domain *domain)
{
	return iommu_map(domain, SZ_16M, SZ_1M, SZ_4K, IOMMU_READ, GFP_KERNEL);
}

/* The table is the domain's: mappings are there with or without a master. */
static void ms_detach_keeps_table(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;

	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
	KUNIT_EXPECT_EQ(test, ms_map(domain), 0);
	KUNIT_EXPECT_EQ(test, ms_tables(test), 2);

	KUNIT_EXPECT_EQ(test, ms_detach(mst->a), 0);
	KUNIT_EXPECT_EQ(test, ms_tables(test), 2);
	KUNIT_EXPECT_EQ(test, ms_attach(mst->b, domain), 0);
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->b, domain));
	KUNIT_EXPECT_EQ(test, iommu_unmap(domain, SZ_16M, SZ_4K), SZ_4K);
	ms_free(test, domain);
}

static void ms_free_mapped(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;

	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
	KUNIT_EXPECT_EQ(test, ms_map(domain), 0);
	ms_free(test, domain);
	KUNIT_EXPECT_EQ(test, ms_tables(test), 0);
}

static void ms_detach_one_of_two(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;

	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
	KUNIT_EXPECT_EQ(test, ms_attach(mst->b, domain), 0);
	KUNIT_EXPECT_EQ(test, ms_detach(mst->a), 0);
	KUNIT_EXPECT_TRUE(test, ms_is_off(mst->a));
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->b, domain));
	KUNIT_EXPECT_EQ(test, ms_detach(mst->b), 0);
	KUNIT_EXPECT_TRUE(test, ms_is_off(mst->b));
	ms_free(test, domain);
}

static void ms_come_and_go(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;
	int i;

	for (i = 0; i < 2 * MS_CONTEXTS; i++) {
		KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
		KUNIT_EXPECT_TRUE(test, ms_translates(mst->a, domain));
		KUNIT_EXPECT_EQ(test, ms_tables(test), 1);
		KUNIT_EXPECT_EQ(test, ms_detach(mst->a), 0);
		KUNIT_EXPECT_TRUE(test, ms_is_off(mst->a));
	}
	ms_free(test, domain);
}

/* Also a master whose context is not the first one */
static void ms_come_again(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;

	__set_bit(0, mst->a->iommu.context_map);
	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
	KUNIT_EXPECT_EQ(test, mst->a->ctx.num, 1);
	KUNIT_EXPECT_EQ(test, ms_detach(mst->a), 0);
	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->a, domain));
	ms_free(test, domain);
	KUNIT_EXPECT_EQ(test, bitmap_weight(mst->a->iommu.context_map,
					    IOMMU_MAX_CBS), 1);
}

/* The core goes from one domain to the next without a detach in between. */
static void ms_change_domain(struct kunit *test)
{
	struct iommu_domain *old = ms_domain(test);
	struct iommu_domain *new = ms_domain(test);
	struct ms_test *mst = test->priv;

	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, old), 0);
	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, new), 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&to_msm_priv(old)->list_attached));
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->a, new));
	KUNIT_EXPECT_EQ(test, bitmap_weight(mst->a->iommu.context_map,
					    IOMMU_MAX_CBS), 1);

	iommu_domain_free(old);
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->a, new));
	KUNIT_EXPECT_EQ(test, ms_tables(test), 1);
	ms_free(test, new);
}

static void ms_attach_twice(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;

	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->a, domain));
	KUNIT_EXPECT_EQ(test, bitmap_weight(mst->a->iommu.context_map,
					    IOMMU_MAX_CBS), 1);
	ms_free(test, domain);
}

static void ms_no_context(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;

	bitmap_fill(mst->a->iommu.context_map, MS_CONTEXTS);
	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), -ENODEV);
	KUNIT_EXPECT_EQ(test, mst->a->enabled, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&mst->a->iommu.dom_node));

	bitmap_zero(mst->a->iommu.context_map, MS_CONTEXTS);
	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->a, domain));
	ms_free(test, domain);
}

static void ms_no_clock(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;

	if (!IS_ENABLED(CONFIG_COMMON_CLK))
		kunit_skip(test, "needs CONFIG_COMMON_CLK");
	mst->a->clk_error = -EIO;
	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), -EIO);
	mst->a->clk_error = 0;
	KUNIT_EXPECT_TRUE(test, ms_is_off(mst->a));
	ms_free(test, domain);
}

/* A master behind two IOMMUs, of which the second has no context left */
static void ms_half_attach(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;

	mst->b->ctx.of_node = &mst->a->node;
	bitmap_fill(mst->b->iommu.context_map, MS_CONTEXTS);
	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), -ENODEV);
	KUNIT_EXPECT_TRUE(test, ms_is_off(mst->a));
	KUNIT_EXPECT_TRUE(test, list_empty(&mst->b->iommu.dom_node));

	bitmap_zero(mst->b->iommu.context_map, MS_CONTEXTS);
	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), 0);
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->a, domain));
	KUNIT_EXPECT_TRUE(test, ms_translates(mst->b, domain));
	KUNIT_EXPECT_EQ(test, ms_detach(mst->a), 0);
	KUNIT_EXPECT_TRUE(test, ms_is_off(mst->b));
	ms_free(test, domain);
}

static void ms_no_iommu(struct kunit *test)
{
	struct iommu_domain *domain = ms_domain(test);
	struct ms_test *mst = test->priv;

	mst->a->ctx.of_node = NULL;
	KUNIT_EXPECT_EQ(test, ms_attach(mst->a, domain), -ENODEV);
	KUNIT_EXPECT_EQ(test, ms_tables(test), 0);
	iommu_domain_free(domain);
}

static struct kunit_case ms_cases[] = {
	KUNIT_CASE(ms_attach_and_free),
	KUNIT_CASE(ms_free_unattached),
	KUNIT_CASE(ms_one_table),
	KUNIT_CASE(ms_no_table),
	KUNIT_CASE(ms_detach_keeps_table),
	KUNIT_CASE(ms_free_mapped),
	KUNIT_CASE(ms_detach_one_of_two),
	KUNIT_CASE(ms_come_and_go),
	KUNIT_CASE(ms_come_again),
	KUNIT_CASE(ms_change_domain),
	KUNIT_CASE(ms_attach_twice),
	KUNIT_CASE(ms_no_context),
	KUNIT_CASE(ms_no_clock),
	KUNIT_CASE(ms_half_attach),
	KUNIT_CASE(ms_no_iommu),
	{}
};

static struct kunit_suite ms_suite = {
	.name = "msm-iommu",
	.init = ms_init,
	.exit = ms_exit,
	.test_cases = ms_cases,
};

kunit_test_suite(ms_suite);
