// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of Qualcomm's secure IOMMUs: an attach that the firmware or the
 * memory fails leaves no page table and no context bank that walks one.
 *
 * The suite has a copy of the driver to itself, whose firmware is a function in
 * here and which binds to nothing. The registers are ordinary memory.
 */

#include <linux/firmware/qcom/qcom_scm.h>
#include <linux/init.h>

#include "iommu_fake_dev.h"
#include "iommu_fake_master.h"

static int qc_restore_sec_cfg(u32 device_id, u32 spare);

#define qcom_scm_restore_sec_cfg qc_restore_sec_cfg
#undef device_initcall
#define device_initcall(fn) static initcall_t qc_initcall __maybe_unused = fn

#include "../arm/arm-smmu/qcom_iommu.c"

#define QC_BANKS	2
#define QC_BANK_SIZE	SZ_4K
#define QC_SEC_ID	18
#define QC_NO_BANK	QC_BANKS

struct qc_test {
	struct iommu_fake_dev *fake;
	struct iommu_fake_master *master;
	struct qcom_iommu_dev *iommu;
	struct qcom_iommu_ctx ctx[QC_BANKS];
	unsigned int refused_bank;	/* by the firmware */
	unsigned int calls;		/* to the firmware */
};

/* The firmware knows the test that runs: it is told no more than numbers. */
static struct qc_test *qc_running;

static int qc_restore_sec_cfg(u32 device_id, u32 spare)
{
	struct qc_test *qc = qc_running;

	qc->calls++;
	if (device_id != QC_SEC_ID || spare >= QC_BANKS ||
	    spare == qc->refused_bank)
		return -EINVAL;
	return 0;
}

static void qc_make_bank(struct qc_test *qc, int i)
{
	struct qcom_iommu_ctx *ctx = &qc->ctx[i];

	ctx->dev = qc->fake->dev;
	ctx->base = qc->fake->regs + i * QC_BANK_SIZE;
	ctx->asid = i;
	qc->iommu->ctxs[i] = ctx;
}

static int qc_init(struct kunit *test)
{
	static const u32 ids[QC_BANKS] = { 0, 1 };
	struct qc_test *qc;
	int i;

	qc = kunit_kzalloc(test, sizeof(*qc), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, qc);
	test->priv = qc;
	qc->iommu = kunit_kzalloc(test, struct_size(qc->iommu, ctxs, QC_BANKS),
				  GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, qc->iommu);

	qc->fake = iommu_fake_dev_create(test, QC_BANKS * QC_BANK_SIZE);
	qc->iommu->dev = qc->fake->dev;
	qc->iommu->max_asid = QC_BANKS - 1;
	qc->iommu->sec_id = QC_SEC_ID;
	qc->refused_bank = QC_NO_BANK;
	qc_running = qc;
	for (i = 0; i < QC_BANKS; i++)
		qc_make_bank(qc, i);
	qc->master = iommu_fake_master_create(test, &qc->iommu->iommu,
					      &qcom_iommu_ops, qc->iommu, ids,
					      QC_BANKS);
	return 0;
}

static void qc_exit(struct kunit *test)
{
	struct qc_test *qc = test->priv;

	iommu_fake_dev_check(test, qc->fake);
}

static struct iommu_domain *qc_domain(struct kunit *test)
{
	struct qc_test *qc = test->priv;

	return iommu_fake_master_domain(test, qc->master);
}

static bool qc_bank_is_off(struct qc_test *qc, int i)
{
	struct qcom_iommu_ctx *ctx = &qc->ctx[i];

	return !(iommu_readl(ctx, ARM_SMMU_CB_SCTLR) & ARM_SMMU_SCTLR_M) &&
	       !ctx->domain;
}

/* Does the bank walk a table that is the domain's and exists? */
static bool qc_bank_walks(struct qc_test *qc, int i,
			  struct iommu_domain *domain)
{
	struct qcom_iommu_ctx *ctx = &qc->ctx[i];
	u64 ttbr = iommu_readq(ctx, ARM_SMMU_CB_TTBR0) &
		   ~ARM_SMMU_TTBRn_ASID;

	return iommu_readl(ctx, ARM_SMMU_CB_SCTLR) & ARM_SMMU_SCTLR_M &&
	       ctx->domain == domain &&
	       iommu_fake_dev_mapped(qc->fake, ttbr, sizeof(u64));
}

static void qc_expect_attached(struct kunit *test, struct iommu_domain *domain)
{
	struct qc_test *qc = test->priv;
	int i;

	for (i = 0; i < QC_BANKS; i++)
		KUNIT_EXPECT_TRUE(test, qc_bank_walks(qc, i, domain));
	KUNIT_EXPECT_EQ(test, qc->fake->live, 1);
}

static void qc_expect_clean(struct kunit *test, struct iommu_domain *domain)
{
	struct qc_test *qc = test->priv;
	int i;

	for (i = 0; i < QC_BANKS; i++)
		KUNIT_EXPECT_TRUE(test, qc_bank_is_off(qc, i));
	KUNIT_EXPECT_EQ(test, qc->fake->live, 0);
	KUNIT_EXPECT_NULL(test, to_qcom_iommu_domain(domain)->iommu);
	KUNIT_EXPECT_NULL(test, to_qcom_iommu_domain(domain)->pgtbl_ops);
}

static void qc_attach(struct kunit *test)
{
	struct iommu_domain *domain = qc_domain(test);
	struct qc_test *qc = test->priv;

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(qc->master, domain), 0);
	qc_expect_attached(test, domain);
	iommu_domain_free(domain);
	KUNIT_EXPECT_EQ(test, qc->fake->live, 0);
}

static void qc_free_unattached(struct kunit *test)
{
	struct qc_test *qc = test->priv;

	iommu_domain_free(qc_domain(test));
	KUNIT_EXPECT_EQ(test, qc->fake->maps, 0);
}

static void qc_detach(struct kunit *test)
{
	struct iommu_domain *domain = qc_domain(test);
	struct qc_test *qc = test->priv;
	int i;

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(qc->master, domain), 0);
	KUNIT_EXPECT_EQ(test, 0,
			iommu_fake_master_attach(qc->master,
						 &qcom_iommu_identity_domain));
	for (i = 0; i < QC_BANKS; i++)
		KUNIT_EXPECT_TRUE(test, qc_bank_is_off(qc, i));
	KUNIT_EXPECT_EQ(test, qc->fake->live, 1);
	iommu_domain_free(domain);
}

/* The default domain is freed with the last device of its group */
static void qc_release(struct kunit *test)
{
	struct iommu_domain *domain = qc_domain(test);
	struct qc_test *qc = test->priv;
	int i;

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(qc->master, domain), 0);
	iommu_fake_master_release(qc->master);
	for (i = 0; i < QC_BANKS; i++)
		KUNIT_EXPECT_TRUE(test, qc_bank_is_off(qc, i));
	iommu_domain_free(domain);
}

/* The bank that the firmware does not set up */
static const int qc_banks[] = { 0, 1 };

static void qc_bank_desc(const int *bank, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "bank %d", *bank);
}

KUNIT_ARRAY_PARAM(qc_bank, qc_banks, qc_bank_desc);

static void qc_secure_init_fails(struct kunit *test)
{
	struct iommu_domain *domain = qc_domain(test);
	const int *bank = test->param_value;
	struct qc_test *qc = test->priv;

	qc->refused_bank = *bank;
	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(qc->master, domain),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, qc->calls, *bank + 1);
	qc_expect_clean(test, domain);

	qc->refused_bank = QC_NO_BANK;
	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(qc->master, domain), 0);
	qc_expect_attached(test, domain);
	iommu_domain_free(domain);
}

/* Once in the life of a bank, whatever domains come and go */
static void qc_secure_init_once(struct kunit *test)
{
	struct qc_test *qc = test->priv;
	struct iommu_domain *domain;
	int i;

	for (i = 0; i < 3; i++) {
		domain = qc_domain(test);
		KUNIT_EXPECT_EQ(test, 0,
				iommu_fake_master_attach(qc->master, domain));
		iommu_domain_free(domain);
	}
	KUNIT_EXPECT_EQ(test, qc->calls, QC_BANKS);
}

static void qc_no_memory(struct kunit *test)
{
	struct iommu_domain *domain = qc_domain(test);
	struct qc_test *qc = test->priv;

	iommu_fake_dev_fail_begin(qc->fake, 1);
	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(qc->master, domain),
			-ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fake_dev_fail_end(qc->fake));
	qc_expect_clean(test, domain);

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(qc->master, domain), 0);
	qc_expect_attached(test, domain);
	iommu_domain_free(domain);
}

static void qc_free_mapped(struct kunit *test)
{
	struct iommu_domain *domain = qc_domain(test);
	struct qc_test *qc = test->priv;

	KUNIT_EXPECT_EQ(test, iommu_fake_master_attach(qc->master, domain), 0);
	KUNIT_EXPECT_EQ(test, iommu_map(domain, SZ_1M, SZ_2M, SZ_4K, IOMMU_READ,
					GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, qc->fake->live, 3);
	iommu_domain_free(domain);
	KUNIT_EXPECT_EQ(test, qc->fake->live, 0);
}

static struct kunit_case qc_cases[] = {
	KUNIT_CASE(qc_attach),
	KUNIT_CASE(qc_free_unattached),
	KUNIT_CASE(qc_detach),
	KUNIT_CASE_PARAM(qc_secure_init_fails, qc_bank_gen_params),
	KUNIT_CASE(qc_secure_init_once),
	KUNIT_CASE(qc_no_memory),
	KUNIT_CASE(qc_free_mapped),
	KUNIT_CASE(qc_release),
	{}
};

static struct kunit_suite qc_suite = {
	.name = "qcom-iommu",
	.init = qc_init,
	.exit = qc_exit,
	.test_cases = qc_cases,
};

kunit_test_suite(qc_suite);

MODULE_DESCRIPTION("KUnit tests of the Qualcomm IOMMU driver");
MODULE_LICENSE("GPL");
