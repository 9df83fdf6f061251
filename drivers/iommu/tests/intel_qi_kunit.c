// SPDX-License-Identifier: GPL-2.0-only
/*
 * The invalidation queue of VT-d: what is allocated for it goes back, to the
 * page, on every way out of dmar_enable_qi() and in free_iommu().
 *
 * No remapping hardware is involved. The unit is a struct intel_iommu whose
 * registers are ordinary memory: the global status register says from the start
 * that queued invalidation is enabled, so the driver's wait for it ends at
 * once, and what the driver wrote to the other registers can be read back.
 */

#include <kunit/test.h>
#include <linux/dmar.h>
#include <linux/slab.h>

#include "../intel/iommu.h"
#include "iommu_counters.h"
#include "iommu_fail_nth.h"

/* VT-d 4.0, 6.5.2: 256 descriptors of 128 bits, or of 256 in scalable mode. */
#define RING_SIZE_LEGACY	SZ_4K
#define RING_SIZE_SCALABLE	SZ_8K

/* VT-d 4.0, 11.4.9.6: width and size in the queue address register */
#define IQA_SCALABLE		(BIT_ULL(11) | BIT_ULL(0))

#define ECAP_QI			BIT_ULL(1)
#define ECAP_SMTS		BIT_ULL(43)

struct qi_mode {
	const char *name;
	u64 ecap;
	u64 iqa_flags;
	size_t ring_size;
};

static const struct qi_mode qi_modes[] = {
	{ "legacy", ECAP_QI, 0, RING_SIZE_LEGACY },
	{ "scalable", ECAP_QI | ECAP_SMTS, IQA_SCALABLE, RING_SIZE_SCALABLE },
};

static void qi_mode_desc(const struct qi_mode *mode, char *desc)
{
	strscpy(desc, mode->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(qi_mode, qi_modes, qi_mode_desc);

struct qi_unit {
	struct iommu_counters before;
	struct dmar_drhd_unit drhd;
	struct intel_iommu *iommu;	/* NULL once free_iommu() had it */
	void __iomem *regs;
};

static u64 qi_read_reg(struct qi_unit *unit, int offset)
{
	return dmar_readq(unit->regs + offset);
}

/* Not KUnit's memory: free_iommu() passes it to kfree(). */
static void qi_make_iommu(struct kunit *test)
{
	const struct qi_mode *mode = test->param_value;
	struct qi_unit *unit = test->priv;
	struct intel_iommu *iommu;

	iommu = kzalloc(sizeof(*iommu), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, iommu);
	unit->iommu = iommu;
	raw_spin_lock_init(&iommu->register_lock);
	iommu->drhd = &unit->drhd;
	iommu->ecap = mode ? mode->ecap : 0;
	iommu->node = NUMA_NO_NODE;
	iommu->reg = unit->regs;
	iommu->seq_id = -1;
}

static void qi_free_iommu(struct qi_unit *unit)
{
	if (!unit->iommu)
		return;
	/* The registers are not the driver's to unmap. */
	unit->iommu->reg = NULL;
	free_iommu(unit->iommu);
	unit->iommu = NULL;
}

static int qi_init(struct kunit *test)
{
	struct qi_unit *unit;
	void *regs;

	unit = kunit_kzalloc(test, sizeof(*unit), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, unit);
	test->priv = unit;
	iommu_counters_read(&unit->before);

	regs = kunit_kzalloc(test, VTD_PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, regs);
	unit->regs = (void __force __iomem *)regs;
	writel(DMA_GSTS_QIES, unit->regs + DMAR_GSTS_REG);

	unit->drhd.ignored = 1;
	qi_make_iommu(test);
	return 0;
}

/* Whatever a case did: afterwards every page is back. */
static void qi_exit(struct kunit *test)
{
	struct qi_unit *unit = test->priv;

	if (!unit)
		return;
	qi_free_iommu(unit);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&unit->before));
}

static long qi_pages(const struct qi_mode *mode)
{
	return mode->ring_size / PAGE_SIZE;
}

static void qi_test_ring_counted(struct kunit *test)
{
	const struct qi_mode *mode = test->param_value;
	struct qi_unit *unit = test->priv;

	KUNIT_ASSERT_EQ(test, dmar_enable_qi(unit->iommu), 0);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&unit->before),
			qi_pages(mode));
}

static void qi_test_ring_clean(struct kunit *test)
{
	const struct qi_mode *mode = test->param_value;
	struct qi_unit *unit = test->priv;
	void *ring;

	KUNIT_ASSERT_EQ(test, dmar_enable_qi(unit->iommu), 0);
	ring = unit->iommu->qi->desc;
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)ring,
					   mode->ring_size));
	KUNIT_EXPECT_NULL(test, memchr_inv(ring, 0, mode->ring_size));
}

static void qi_test_registers(struct kunit *test)
{
	const struct qi_mode *mode = test->param_value;
	struct qi_unit *unit = test->priv;
	u64 ring;

	KUNIT_ASSERT_EQ(test, dmar_enable_qi(unit->iommu), 0);
	ring = virt_to_phys(unit->iommu->qi->desc);
	KUNIT_EXPECT_EQ(test, qi_read_reg(unit, DMAR_IQA_REG),
			ring | mode->iqa_flags);
	KUNIT_EXPECT_EQ(test, readl(unit->regs + DMAR_GCMD_REG), DMA_GCMD_QIE);
}

static void qi_test_enable_twice(struct kunit *test)
{
	const struct qi_mode *mode = test->param_value;
	struct qi_unit *unit = test->priv;
	struct q_inval *qi;

	KUNIT_ASSERT_EQ(test, dmar_enable_qi(unit->iommu), 0);
	qi = unit->iommu->qi;
	KUNIT_EXPECT_EQ(test, dmar_enable_qi(unit->iommu), 0);
	KUNIT_EXPECT_PTR_EQ(test, unit->iommu->qi, qi);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&unit->before),
			qi_pages(mode));
}

static void qi_test_free_iommu(struct kunit *test)
{
	struct qi_unit *unit = test->priv;

	KUNIT_ASSERT_EQ(test, dmar_enable_qi(unit->iommu), 0);
	qi_free_iommu(unit);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&unit->before), 0);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&unit->before));
}

static void qi_test_free_iommu_without_queue(struct kunit *test)
{
	struct qi_unit *unit = test->priv;

	qi_free_iommu(unit);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&unit->before));
}

static void qi_expect_clean_failure(struct kunit *test, int ret, unsigned int n)
{
	struct qi_unit *unit = test->priv;

	KUNIT_EXPECT_EQ_MSG(test, ret, -ENOMEM, "allocation %u failed", n);
	KUNIT_EXPECT_NULL_MSG(test, unit->iommu->qi, "allocation %u failed", n);
	KUNIT_EXPECT_EQ_MSG(test, qi_read_reg(unit, DMAR_IQA_REG), 0,
			    "allocation %u failed", n);
	KUNIT_EXPECT_EQ_MSG(test, iommu_counters_grown(&unit->before), 0,
			    "allocation %u failed", n);
}

/*
 * Two of the allocations are slab objects, the queue and its array of states.
 * The third is the ring, which fails if page-table memory can, or blocks above
 * order 0. The slab may ask for pages in between. Each round has a fresh unit.
 */
static void qi_test_allocation_failures(struct kunit *test)
{
	const struct qi_mode *mode = test->param_value;
	unsigned int expected = 2 + (IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES) ||
				     (IS_ENABLED(CONFIG_FAIL_PAGE_ALLOC) &&
				      mode->ring_size > PAGE_SIZE));
	struct qi_unit *unit = test->priv;
	unsigned int n, failures = 0;
	bool injected;
	int ret;

	if (!IS_ENABLED(CONFIG_FAILSLAB))
		kunit_skip(test, "needs CONFIG_FAILSLAB to fail allocations");

	for (n = 1; ; n++) {
		iommu_fail_nth_begin(n);
		ret = dmar_enable_qi(unit->iommu);
		injected = iommu_fail_nth_end();
		if (!injected)
			break;
		if (ret) {
			qi_expect_clean_failure(test, ret, n);
			failures++;
		}
		dmar_writeq(unit->regs + DMAR_IQA_REG, 0);
		qi_free_iommu(unit);
		qi_make_iommu(test);
		/* What one round lost is that round's to report. */
		iommu_counters_read(&unit->before);
	}

	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_GE(test, failures, expected);
}

static void qi_test_not_supported(struct kunit *test)
{
	struct qi_unit *unit = test->priv;

	KUNIT_EXPECT_EQ(test, dmar_enable_qi(unit->iommu), -ENOENT);
	KUNIT_EXPECT_NULL(test, unit->iommu->qi);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&unit->before));
}

static struct kunit_case qi_cases[] = {
	KUNIT_CASE_PARAM(qi_test_ring_counted, qi_mode_gen_params),
	KUNIT_CASE_PARAM(qi_test_ring_clean, qi_mode_gen_params),
	KUNIT_CASE_PARAM(qi_test_registers, qi_mode_gen_params),
	KUNIT_CASE_PARAM(qi_test_enable_twice, qi_mode_gen_params),
	KUNIT_CASE_PARAM(qi_test_free_iommu, qi_mode_gen_params),
	KUNIT_CASE_PARAM(qi_test_free_iommu_without_queue, qi_mode_gen_params),
	KUNIT_CASE_PARAM(qi_test_allocation_failures, qi_mode_gen_params),
	KUNIT_CASE(qi_test_not_supported),
	{}
};

static struct kunit_suite qi_suite = {
	.name = "intel-qi",
	.init = qi_init,
	.exit = qi_exit,
	.test_cases = qi_cases,
};

kunit_test_suite(qi_suite);

MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
MODULE_DESCRIPTION("KUnit tests of the VT-d invalidation queue's memory");
MODULE_LICENSE("GPL");
