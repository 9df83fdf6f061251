// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the MediaTek M4U, part of mtk_iommu.c: all domains of the M4Us
 * on one list share a page table. It exists as long as one of them does, and
 * neither the driver nor the hardware knows a domain that is freed.
 *
 * An M4U is registers in ordinary memory and an interrupt that nobody raises.
 */

#include <linux/irq.h>
#include <linux/irqdesc.h>

#include "iommu_fake_dev.h"
#include "iommu_fake_master.h"

#define MT_DOMAINS	3

struct mk_m4u {
	struct iommu_fake_dev *fake;
	struct mtk_iommu_data data;
	struct mtk_iommu_bank_data bank[MTK_IOMMU_BANK_MAX];
	unsigned int irq;
};

struct mk_test {
	struct mk_m4u *m4u;
	struct mk_m4u *other;		/* on the list of @m4u, if it exists */
	struct list_head hw_list;
	struct iommu_domain *domain[MT_DOMAINS];
	unsigned int faults;
};

/* A master for each of the first three regions of the MT8192 */
static const u32 mk_ids[MT_DOMAINS] = {
	MTK_M4U_ID(0, 0), MTK_M4U_ID(4, 0), MTK_M4U_ID(2, 0),
};

/* Banks 0 and 4, and nothing in between */
static const struct mtk_iommu_plat_data mk_two_banks = {
	.flags		= MTK_IOMMU_TYPE_MM,
	.inv_sel_reg	= REG_MMU_INV_SEL_GEN2,
	.banks_num	= 5,
	.banks_enable	= { true, false, false, false, true },
	.banks_portmsk	= { [0] = BIT(0), [4] = BIT(4) },
	.iova_region	= single_domain,
	.iova_region_nr	= ARRAY_SIZE(single_domain),
};

static void mk_free_irq(void *data)
{
	struct mk_m4u *m4u = data;

	irq_free_desc(m4u->irq);
}

/* Before the device: what it requests goes before the interrupt does */
static void mk_make_irq(struct kunit *test, struct mk_m4u *m4u)
{
	int irq = irq_alloc_desc(NUMA_NO_NODE);

	KUNIT_ASSERT_GT(test, irq, 0);
	m4u->irq = irq;
	irq_set_chip_and_handler(irq, &dummy_irq_chip, handle_simple_irq);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, mk_free_irq, m4u));
}

static void mk_make_banks(struct mk_m4u *m4u)
{
	struct mtk_iommu_bank_data *bank;
	int i;

	/* As in the driver, nobody ever writes to a bank that is not there */
	memset(m4u->bank, 0x5a, sizeof(m4u->bank));
	for (i = 0; i < m4u->data.plat_data->banks_num; i++) {
		if (!m4u->data.plat_data->banks_enable[i])
			continue;
		bank = &m4u->bank[i];
		memset(bank, 0, sizeof(*bank));
		bank->id = i;
		bank->irq = m4u->irq;
		bank->base = m4u->fake->regs + i * MTK_IOMMU_BANK_SZ;
		bank->parent_dev = m4u->fake->dev;
		bank->parent_data = &m4u->data;
		spin_lock_init(&bank->tlb_lock);
	}
}

static struct mk_m4u *mk_make(struct kunit *test,
			      const struct mtk_iommu_plat_data *plat_data)
{
	struct mk_test *mt = test->priv;
	struct mk_m4u *m4u;
	int i;

	m4u = kunit_kzalloc(test, sizeof(*m4u), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m4u);
	mk_make_irq(test, m4u);
	m4u->fake = iommu_fake_dev_create(test, MTK_IOMMU_BANK_MAX *
						MTK_IOMMU_BANK_SZ);
	m4u->data.dev = m4u->fake->dev;
	m4u->data.plat_data = plat_data;
	m4u->data.bank = m4u->bank;
	m4u->data.hw_list = &mt->hw_list;
	for (i = 0; i < MTK_LARB_NR_MAX; i++)
		m4u->data.larb_imu[i].dev = m4u->fake->dev;
	mutex_init(&m4u->data.mutex);
	list_add_tail(&m4u->data.list, &mt->hw_list);
	mk_make_banks(m4u);

	dev_set_drvdata(m4u->fake->dev, &m4u->data);
	pm_runtime_enable(m4u->fake->dev);
	return m4u;
}

static int mk_init(struct kunit *test)
{
	struct mk_test *mt;

	mt = kunit_kzalloc(test, sizeof(*mt), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, mt);
	test->priv = mt;
	INIT_LIST_HEAD(&mt->hw_list);
	mt->m4u = mk_make(test, &mt8192_data);
	return 0;
}

/* As before the first attach, and nothing is mapped for the M4U */
static void mk_expect_unused(struct kunit *test, struct mk_m4u *m4u)
{
	int i;

	KUNIT_EXPECT_NULL(test, m4u->data.share_dom);
	KUNIT_EXPECT_FALSE(test, irq_has_action(m4u->irq));
	for (i = 0; i < m4u->data.plat_data->banks_num; i++) {
		if (!m4u->data.plat_data->banks_enable[i])
			continue;
		KUNIT_EXPECT_NULL(test, m4u->bank[i].m4u_dom);
		KUNIT_EXPECT_EQ(test, readl(m4u->bank[i].base +
					    REG_MMU_PT_BASE_ADDR), 0);
	}
	iommu_fake_dev_check(test, m4u->fake);
}

static void mk_exit(struct kunit *test)
{
	struct mk_test *mt = test->priv;

	mk_expect_unused(test, mt->m4u);
	pm_runtime_disable(mt->m4u->fake->dev);
	if (mt->other) {
		mk_expect_unused(test, mt->other);
		pm_runtime_disable(mt->other->fake->dev);
	}
}

static struct iommu_fake_master *mk_master(struct kunit *test,
					   struct mk_m4u *m4u, u32 id)
{
	return iommu_fake_master_create(test, &m4u->data.iommu, &mtk_iommu_ops,
					&m4u->data, &id, 1);
}

/* A domain of its own for a new master */
static struct iommu_domain *mk_attached(struct kunit *test, struct mk_m4u *m4u,
					u32 id)
{
	struct iommu_fake_master *master = mk_master(test, m4u, id);
	struct iommu_domain *domain = iommu_fake_master_domain(test, master);

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(master, domain), 0);
	return domain;
}

static void mk_require_regions(struct kunit *test)
{
	if (mt8192_data.iova_region_nr < MT_DOMAINS)
		kunit_skip(test, "needs DMA addresses of more than 32 bits");
}

static void mk_attach_all(struct kunit *test)
{
	struct mk_test *mt = test->priv;
	int i;

	mk_require_regions(test);
	for (i = 0; i < MT_DOMAINS; i++)
		mt->domain[i] = mk_attached(test, mt->m4u, mk_ids[i]);
}

static void mk_free(struct mk_test *mt, int i)
{
	iommu_domain_free(mt->domain[i]);
	mt->domain[i] = NULL;
}

static bool mk_is_live(struct mk_test *mt, struct mtk_iommu_domain *dom)
{
	int i;

	for (i = 0; i < MT_DOMAINS; i++) {
		if (mt->domain[i] && dom == to_mtk_domain(mt->domain[i]))
			return true;
	}
	return false;
}

/* The bank walks the table of a domain that exists, and so does the table */
static void mk_expect_bank(struct kunit *test, struct mk_m4u *m4u, int bankid)
{
	struct mtk_iommu_bank_data *bank = &m4u->bank[bankid];
	struct mk_test *mt = test->priv;
	u32 ttbr = readl(bank->base + REG_MMU_PT_BASE_ADDR);

	KUNIT_ASSERT_TRUE(test, mk_is_live(mt, bank->m4u_dom));
	KUNIT_EXPECT_EQ(test, ttbr, bank->m4u_dom->cfg.arm_v7s_cfg.ttbr);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_mapped(mt->m4u->fake,
						      ttbr & PAGE_MASK,
						      SZ_4K));
	KUNIT_EXPECT_TRUE(test, mk_is_live(mt, mt->m4u->data.share_dom));
}

static void mk_one_domain(struct kunit *test)
{
	struct mk_test *mt = test->priv;

	mt->domain[0] = mk_attached(test, mt->m4u, mk_ids[0]);
	mk_expect_bank(test, mt->m4u, 0);
	KUNIT_EXPECT_EQ(test, mt->m4u->fake->live, 1);

	mk_free(mt, 0);
	mk_expect_unused(test, mt->m4u);
}

static void mk_one_after_another(struct kunit *test)
{
	struct mk_test *mt = test->priv;
	int i;

	for (i = 0; i < 4; i++) {
		mt->domain[0] = mk_attached(test, mt->m4u, mk_ids[0]);
		mk_expect_bank(test, mt->m4u, 0);
		mk_free(mt, 0);
		mk_expect_unused(test, mt->m4u);
	}
}

static void mk_free_unattached(struct kunit *test)
{
	struct mk_test *mt = test->priv;
	struct iommu_fake_master *master = mk_master(test, mt->m4u, mk_ids[0]);

	iommu_domain_free(iommu_fake_master_domain(test, master));
	KUNIT_EXPECT_EQ(test, mt->m4u->fake->maps, 0);
}

static void mk_identity_keeps_table(struct kunit *test)
{
	struct mk_test *mt = test->priv;
	struct iommu_fake_master *master = mk_master(test, mt->m4u, mk_ids[0]);

	mt->domain[0] = iommu_fake_master_domain(test, master);
	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(master, mt->domain[0]),
			0);
	KUNIT_EXPECT_EQ(test,
			iommu_fake_master_attach(master,
						 &mtk_iommu_identity_domain),
			0);
	KUNIT_EXPECT_EQ(test, mt->m4u->fake->live, 1);
	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(master, mt->domain[0]),
			0);
	mk_expect_bank(test, mt->m4u, 0);
	mk_free(mt, 0);
}

static void mk_share_one_table(struct kunit *test)
{
	struct mk_test *mt = test->priv;
	int i;

	mk_attach_all(test);
	KUNIT_EXPECT_EQ(test, mt->m4u->fake->live, 1);
	for (i = 1; i < MT_DOMAINS; i++)
		KUNIT_EXPECT_PTR_EQ(test, to_mtk_domain(mt->domain[i])->iop,
				    to_mtk_domain(mt->domain[0])->iop);
	for (i = 0; i < MT_DOMAINS; i++)
		mk_free(mt, i);
}

struct mk_order {
	const char *name;
	int freed[MT_DOMAINS];
};

static const struct mk_order mk_orders[] = {
	{ "012", { 0, 1, 2 } }, { "021", { 0, 2, 1 } }, { "102", { 1, 0, 2 } },
	{ "120", { 1, 2, 0 } }, { "201", { 2, 0, 1 } }, { "210", { 2, 1, 0 } },
};

static void mk_order_desc(const struct mk_order *order, char *desc)
{
	strscpy(desc, order->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mk_order, mk_orders, mk_order_desc);

static void mk_free_in_any_order(struct kunit *test)
{
	const struct mk_order *order = test->param_value;
	struct mk_test *mt = test->priv;
	int i;

	mk_attach_all(test);
	for (i = 0; i < MT_DOMAINS; i++) {
		mk_expect_bank(test, mt->m4u, 0);
		KUNIT_EXPECT_EQ(test, mt->m4u->fake->live, 1);
		mk_free(mt, order->freed[i]);
	}
	mk_expect_unused(test, mt->m4u);
}

static int mk_map(struct iommu_domain *domain)
{
	return iommu_map(domain, domain->geometry.aperture_start, SZ_1M, SZ_4K,
			 IOMMU_READ, GFP_KERNEL);
}

static void mk_others_go_on(struct kunit *test)
{
	struct mk_test *mt = test->priv;
	struct iommu_domain *domain;
	unsigned long iova;

	mk_attach_all(test);
	mk_free(mt, 0);
	domain = mt->domain[1];
	iova = domain->geometry.aperture_start;
	KUNIT_EXPECT_EQ(test, mk_map(domain), 0);
	KUNIT_EXPECT_EQ(test, mt->m4u->fake->live, 2);
	KUNIT_EXPECT_EQ(test, iommu_iova_to_phys(domain, iova), SZ_1M);

	mt->domain[0] = mk_attached(test, mt->m4u, mk_ids[0]);
	KUNIT_EXPECT_EQ(test, iommu_iova_to_phys(mt->domain[0], iova), SZ_1M);
	mk_free(mt, 1);
	mk_free(mt, 0);
	mk_free(mt, 2);
	KUNIT_EXPECT_EQ(test, mt->m4u->fake->live, 0);
}

static void mk_free_mapped(struct kunit *test)
{
	struct mk_test *mt = test->priv;

	mt->domain[0] = mk_attached(test, mt->m4u, mk_ids[0]);
	KUNIT_EXPECT_EQ(test, mk_map(mt->domain[0]), 0);
	KUNIT_EXPECT_EQ(test, mt->m4u->fake->live, 2);
	mk_free(mt, 0);
	KUNIT_EXPECT_EQ(test, mt->m4u->fake->live, 0);
}

static int mk_count_fault(struct iommu_domain *domain, struct device *dev,
			  unsigned long iova, int flags, void *token)
{
	struct mk_test *mt = token;

	mt->faults++;
	return 0;
}

static void mk_fault_after_free(struct kunit *test)
{
	struct mk_test *mt = test->priv;
	struct mtk_iommu_bank_data *bank = &mt->m4u->bank[0];

	mk_attach_all(test);
	mk_free(mt, 0);
	iommu_set_fault_handler(mt->domain[1], mk_count_fault, mt);
	iommu_set_fault_handler(mt->domain[2], mk_count_fault, mt);
	writel(1, bank->base + REG_MMU_FAULT_ST1);
	KUNIT_EXPECT_EQ(test, mtk_iommu_isr(bank->irq, bank), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, mt->faults, 1);
	mk_free(mt, 1);
	mk_free(mt, 2);
}

/* What was read before the first suspend tells that there was one. */
static void mk_resume(struct kunit *test)
{
	struct mk_test *mt = test->priv;
	struct mk_m4u *m4u = mt->m4u;

	m4u->data.reg.wr_len_ctrl = 1;
	mt->domain[0] = mk_attached(test, m4u, mk_ids[0]);
	writel(0, m4u->bank[0].base + REG_MMU_PT_BASE_ADDR);
	KUNIT_EXPECT_EQ(test, mtk_iommu_runtime_resume(m4u->fake->dev), 0);
	mk_expect_bank(test, m4u, 0);

	mk_free(mt, 0);
	KUNIT_EXPECT_EQ(test, mtk_iommu_runtime_resume(m4u->fake->dev), 0);
	mk_expect_unused(test, m4u);
}

static void mk_expect_attach_fails(struct kunit *test, int error)
{
	struct mk_test *mt = test->priv;
	struct iommu_fake_master *master = mk_master(test, mt->m4u, mk_ids[0]);
	struct iommu_domain *domain = iommu_fake_master_domain(test, master);

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(master, domain), error);
	KUNIT_EXPECT_NULL(test, mt->m4u->bank[0].m4u_dom);
	iommu_domain_free(domain);
	KUNIT_EXPECT_EQ(test, mt->m4u->fake->live, 0);
	KUNIT_EXPECT_NULL(test, mt->m4u->data.share_dom);
}

static void mk_no_memory(struct kunit *test)
{
	struct mk_test *mt = test->priv;

	iommu_fake_dev_fail_begin(mt->m4u->fake, 1);
	mk_expect_attach_fails(test, -ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(mt->m4u->fake));
}

static void mk_no_power(struct kunit *test)
{
	struct mk_test *mt = test->priv;

	if (!IS_ENABLED(CONFIG_PM))
		kunit_skip(test, "needs CONFIG_PM");
	pm_runtime_disable(mt->m4u->fake->dev);
	mk_expect_attach_fails(test, -EACCES);
	pm_runtime_enable(mt->m4u->fake->dev);
}

static void mk_no_irq(struct kunit *test)
{
	struct mk_test *mt = test->priv;

	mt->m4u->bank[0].irq = INT_MAX;
	mk_expect_attach_fails(test, -ENODEV);
}

/* The table is the first M4U's, whoever is the first to need it. */
static void mk_two_m4us(struct kunit *test)
{
	struct mk_test *mt = test->priv;

	mt->other = mk_make(test, &mt8192_data);
	mt->domain[0] = mk_attached(test, mt->other, mk_ids[0]);
	mt->domain[1] = mk_attached(test, mt->m4u, mk_ids[0]);
	KUNIT_EXPECT_EQ(test, mt->other->fake->live, 0);
	KUNIT_EXPECT_EQ(test, mt->m4u->fake->live, 1);

	mk_free(mt, 0);
	mk_expect_bank(test, mt->m4u, 0);
	mk_expect_bank(test, mt->other, 0);
	mk_free(mt, 1);
	mk_expect_unused(test, mt->m4u);
	mk_expect_unused(test, mt->other);
}

static void mk_domain_of_two_m4us(struct kunit *test)
{
	struct mk_test *mt = test->priv;
	struct iommu_fake_master *master;

	mt->other = mk_make(test, &mt8192_data);
	mt->domain[0] = mk_attached(test, mt->m4u, mk_ids[0]);
	master = mk_master(test, mt->other, mk_ids[0]);
	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(master, mt->domain[0]),
			0);
	mk_expect_bank(test, mt->m4u, 0);
	mk_expect_bank(test, mt->other, 0);
	KUNIT_EXPECT_EQ(test, mt->m4u->fake->live, 1);

	mk_free(mt, 0);
	mk_expect_unused(test, mt->m4u);
	mk_expect_unused(test, mt->other);
}

static void mk_banks(struct kunit *test)
{
	struct mk_test *mt = test->priv;
	struct mk_m4u *m4u = mt->m4u;

	m4u->data.plat_data = &mk_two_banks;
	mk_make_banks(m4u);
	mt->domain[0] = mk_attached(test, m4u, MTK_M4U_ID(0, 0));
	mk_expect_bank(test, m4u, 0);
	KUNIT_EXPECT_NULL(test, m4u->bank[4].m4u_dom);
	mk_free(mt, 0);

	mt->domain[1] = mk_attached(test, m4u, MTK_M4U_ID(0, 4));
	mk_expect_bank(test, m4u, 4);
	KUNIT_EXPECT_NULL(test, m4u->bank[0].m4u_dom);
	mk_free(mt, 1);
	mk_expect_unused(test, m4u);
}

static struct kunit_case mk_cases[] = {
	KUNIT_CASE(mk_one_domain),
	KUNIT_CASE(mk_one_after_another),
	KUNIT_CASE(mk_free_unattached),
	KUNIT_CASE(mk_identity_keeps_table),
	KUNIT_CASE(mk_share_one_table),
	KUNIT_CASE_PARAM(mk_free_in_any_order, mk_order_gen_params),
	KUNIT_CASE(mk_others_go_on),
	KUNIT_CASE(mk_free_mapped),
	KUNIT_CASE(mk_fault_after_free),
	KUNIT_CASE(mk_resume),
	KUNIT_CASE(mk_no_memory),
	KUNIT_CASE(mk_no_power),
	KUNIT_CASE(mk_no_irq),
	KUNIT_CASE(mk_two_m4us),
	KUNIT_CASE(mk_domain_of_two_m4us),
	KUNIT_CASE(mk_banks),
	{}
};

static struct kunit_suite mk_suite = {
	.name = "mtk-iommu",
	.init = mk_init,
	.exit = mk_exit,
	.test_cases = mk_cases,
};

kunit_test_suite(mk_suite);

MODULE_IMPORT_NS(IOMMUFD_INTERNAL);
