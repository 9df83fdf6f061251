// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of VT-d that belong to a remapping unit or a device: root, context
 * and PASID tables, the page request queue and the interrupt remapping table.
 * Each has the size and alignment that the hardware is told, is allocated on
 * the unit's node, and goes back completely.
 *
 * There is no hardware. The registers of the unit are ordinary memory that says
 * "done" to whatever the driver waits for, and the device is a struct pci_dev
 * whose configuration space consists of one word, its PASID capability.
 */

#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "../intel/iommu.h"
#include "../intel/pasid.h"
#include "iommu_counters.h"
#include "iommu_fail_nth.h"

#define ECAP_COHERENT		BIT_ULL(0)
#define ECAP_SMTS		BIT_ULL(43)
#define ECAP_FLTS		BIT_ULL(47)
#define CAP_ESIRTPS		BIT_ULL(62)

/* As far from the units of the machine as ids go: interrupts are named by it */
#define SEQ_ID			(DMAR_UNITS_SUPPORTED - 1)

#define FAKE_PASID_CAP		0x100

struct tb_test {
	struct iommu_counters before;
	struct intel_iommu iommu;
	struct q_inval qi;
	void *regs;
	struct pci_dev pdev;
	struct pci_bus bus;
	struct dev_iommu dev_iommu;
	struct device_domain_info info;
	int pasid_bits;
};

static int tb_config_read(struct pci_bus *bus, unsigned int devfn, int where,
			  int size, u32 *val)
{
	struct tb_test *tb = container_of(bus, struct tb_test, bus);

	if (where != FAKE_PASID_CAP + PCI_PASID_CAP)
		return PCIBIOS_BAD_REGISTER_NUMBER;
	*val = FIELD_PREP(PCI_PASID_CAP_WIDTH, tb->pasid_bits);
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops tb_config_ops = {
	.read = tb_config_read,
};

static void tb_make_device(struct tb_test *tb)
{
	tb->bus.ops = &tb_config_ops;
	tb->pdev.bus = &tb->bus;
	tb->pdev.pasid_cap = FAKE_PASID_CAP;
	tb->pdev.dev.bus = &pci_bus_type;
	tb->pdev.dev.iommu = &tb->dev_iommu;
	tb->dev_iommu.priv = &tb->info;
	tb->info.dev = &tb->pdev.dev;
	tb->info.iommu = &tb->iommu;
	tb->info.pasid_supported = 1;
}

/*
 * Where nothing would be allocated by itself: not on the node of the CPU. The
 * thread stays there. It ends with the case.
 */
static int tb_other_node(void)
{
	int nid;

	set_cpus_allowed_ptr(current, cpumask_of(raw_smp_processor_id()));
	for_each_node_state(nid, N_MEMORY) {
		if (nid != numa_mem_id())
			return nid;
	}
	return numa_mem_id();
}

static int tb_init(struct kunit *test)
{
	struct tb_test *tb;

	tb = kunit_kzalloc(test, sizeof(*tb), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, tb);
	tb->regs = kunit_kzalloc(test, VTD_PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, tb->regs);

	tb->iommu.reg = (void __force __iomem *)tb->regs;
	tb->iommu.seq_id = SEQ_ID;
	tb->iommu.node = tb_other_node();
	tb->iommu.ecap = ECAP_COHERENT | ECAP_FLTS;
	spin_lock_init(&tb->iommu.lock);
	raw_spin_lock_init(&tb->iommu.register_lock);
	tb_make_device(tb);

	iommu_counters_read(&tb->before);
	test->priv = tb;
	return 0;
}

static void tb_exit(struct kunit *test)
{
	struct tb_test *tb = test->priv;

	if (tb)
		KUNIT_EXPECT_TRUE(test, iommu_counters_same(&tb->before));
}

/* All on the unit's node, or the counters of the nodes do not add up */
static void tb_expect_pages(struct kunit *test, long pages)
{
	struct tb_test *tb = test->priv;

	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&tb->before), pages);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown_node(&tb->before,
							tb->iommu.node), pages);
}

static void tb_expect_clean(struct kunit *test, void *table, size_t size)
{
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)table, size));
	KUNIT_EXPECT_NULL(test, memchr_inv(table, 0, size));
}

static void tb_require_injection(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "needs CONFIG_FAIL_IOMMU_PAGES");
}

/* Root and context tables, in legacy and in scalable mode */

struct tb_mode {
	const char *name;
	u64 ecap;
	int tables_per_bus;
};

static const struct tb_mode tb_modes[] = {
	{ "legacy", 0, 1 },
	{ "scalable", ECAP_SMTS, 2 },
};

static void tb_mode_desc(const struct tb_mode *mode, char *desc)
{
	strscpy(desc, mode->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tb_mode, tb_modes, tb_mode_desc);

static void tb_make_root(struct kunit *test)
{
	const struct tb_mode *mode = test->param_value;
	struct tb_test *tb = test->priv;

	if (mode->ecap && !intel_iommu_sm)
		kunit_skip(test, "needs intel_iommu=sm_on for scalable mode");
	tb->iommu.ecap |= mode->ecap;
	KUNIT_ASSERT_EQ(test, iommu_alloc_root_entry(&tb->iommu), 0);
}

static struct context_entry *tb_context(struct tb_test *tb, u8 bus, u8 devfn)
{
	return iommu_context_addr(&tb->iommu, bus, devfn, 1);
}

static void tb_test_root(struct kunit *test)
{
	struct tb_test *tb = test->priv;

	tb_make_root(test);
	tb_expect_pages(test, 1);
	tb_expect_clean(test, tb->iommu.root_entry, SZ_4K);
	KUNIT_EXPECT_NULL(test, iommu_context_addr(&tb->iommu, 3, 0, 0));

	free_context_table(&tb->iommu);
	KUNIT_EXPECT_NULL(test, tb->iommu.root_entry);
	tb_expect_pages(test, 0);
}

static void tb_test_no_root(struct kunit *test)
{
	struct tb_test *tb = test->priv;

	free_context_table(&tb->iommu);
	tb_expect_pages(test, 0);
}

static void tb_test_context(struct kunit *test)
{
	const struct tb_mode *mode = test->param_value;
	struct tb_test *tb = test->priv;
	struct context_entry *first;

	tb_make_root(test);
	first = tb_context(tb, 3, 0);
	KUNIT_ASSERT_NOT_NULL(test, first);
	tb_expect_clean(test, first, SZ_4K);
	tb_expect_pages(test, 2);

	KUNIT_EXPECT_PTR_EQ(test, tb_context(tb, 3, 1),
			    first + mode->tables_per_bus);
	tb_expect_pages(test, 2);
	KUNIT_EXPECT_NOT_NULL(test, tb_context(tb, 3, 0x80));
	tb_expect_pages(test, 1 + mode->tables_per_bus);

	free_context_table(&tb->iommu);
	tb_expect_pages(test, 0);
}

static void tb_test_context_all_buses(struct kunit *test)
{
	const struct tb_mode *mode = test->param_value;
	struct tb_test *tb = test->priv;
	int bus;

	tb_make_root(test);
	for (bus = 0; bus < 256; bus++) {
		KUNIT_EXPECT_NOT_NULL(test, tb_context(tb, bus, 0x7f));
		KUNIT_EXPECT_NOT_NULL(test, tb_context(tb, bus, 0xff));
	}
	tb_expect_pages(test, 1 + 256 * mode->tables_per_bus);

	free_context_table(&tb->iommu);
	tb_expect_pages(test, 0);
}

/* Devices whose entries were copied, before the driver attached them itself */
static void tb_test_context_copied(struct kunit *test)
{
	static const u8 copied[] = { 0, 0x7f, 0x80, 0xff };
	struct tb_test *tb = test->priv;
	int i;

	tb_make_root(test);
	tb->iommu.copied_tables = kunit_kzalloc(test, BIT(16) / BITS_PER_BYTE,
						GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, tb->iommu.copied_tables);
	for (i = 0; i < ARRAY_SIZE(copied); i++) {
		KUNIT_EXPECT_NOT_NULL(test, tb_context(tb, i, copied[i]));
		set_context_copied(&tb->iommu, i, copied[i]);
		KUNIT_EXPECT_NULL(test, iommu_context_addr(&tb->iommu, i,
							   copied[i], 0));
	}
	tb_expect_pages(test, 1 + ARRAY_SIZE(copied));

	free_context_table(&tb->iommu);
	tb_expect_pages(test, 0);
}

static void tb_test_root_failure(struct kunit *test)
{
	struct tb_test *tb = test->priv;

	tb_require_injection(test);
	iommu_fail_nth_begin(1);
	KUNIT_EXPECT_EQ(test, iommu_alloc_root_entry(&tb->iommu), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_NULL(test, tb->iommu.root_entry);
	tb_expect_pages(test, 0);
}

static void tb_test_context_failure(struct kunit *test)
{
	struct tb_test *tb = test->priv;

	tb_require_injection(test);
	tb_make_root(test);
	iommu_fail_nth_begin(1);
	KUNIT_EXPECT_NULL(test, tb_context(tb, 3, 0));
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_EQ(test, tb->iommu.root_entry[3].lo, 0);
	tb_expect_pages(test, 1);

	KUNIT_EXPECT_NOT_NULL(test, tb_context(tb, 3, 0));
	tb_expect_pages(test, 2);
	free_context_table(&tb->iommu);
	tb_expect_pages(test, 0);
}

/* PASID directories and tables */

struct tb_width {
	const char *name;
	int bits;		/* below 0: no PASIDs */
	size_t dir_size;
	u32 max_pasid;
};

/* 8 bytes of the directory for 64 PASIDs, but at least 4KiB of them */
static const struct tb_width tb_widths[] = {
	{ "none", -1, SZ_4K, 1 << 15 },
	{ "1 PASID", 0, SZ_4K, 1 << 15 },
	{ "15 bits", 15, SZ_4K, 1 << 15 },
	{ "16 bits", 16, SZ_8K, 1 << 16 },
	{ "17 bits", 17, SZ_16K, 1 << 17 },
	{ "20 bits", 20, SZ_128K, 1 << 20 },
};

static void tb_width_desc(const struct tb_width *width, char *desc)
{
	strscpy(desc, width->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tb_width, tb_widths, tb_width_desc);

static int tb_make_directory(struct kunit *test)
{
	const struct tb_width *width = test->param_value;
	struct tb_test *tb = test->priv;

	if (width->bits > 0 && BIT(width->bits) > intel_pasid_max_id)
		kunit_skip(test, "needs units that support as many PASIDs");
	tb->pasid_bits = max(width->bits, 0);
	tb->info.pasid_supported = width->bits >= 0;
	return intel_pasid_alloc_table(&tb->pdev.dev);
}

static int tb_use_pasid(struct tb_test *tb, u32 pasid)
{
	return intel_pasid_setup_first_level(&tb->iommu, &tb->pdev.dev,
					     tb->regs, pasid, 5, 0);
}

static void tb_test_directory(struct kunit *test)
{
	const struct tb_width *width = test->param_value;
	struct tb_test *tb = test->priv;

	KUNIT_ASSERT_EQ(test, tb_make_directory(test), 0);
	tb_expect_pages(test, width->dir_size / PAGE_SIZE);
	tb_expect_clean(test, tb->info.pasid_table->table, width->dir_size);
	KUNIT_EXPECT_EQ(test, tb->info.pasid_table->max_pasid,
			width->max_pasid);

	intel_pasid_free_table(&tb->pdev.dev);
	KUNIT_EXPECT_NULL(test, tb->info.pasid_table);
	tb_expect_pages(test, 0);
}

/* 64 PASIDs share a table; the last ones are found and freed, too. */
static void tb_test_pasids(struct kunit *test)
{
	const struct tb_width *width = test->param_value;
	struct tb_test *tb = test->priv;
	long dir = width->dir_size / PAGE_SIZE;

	KUNIT_ASSERT_EQ(test, tb_make_directory(test), 0);
	KUNIT_EXPECT_EQ(test, tb_use_pasid(tb, 0), 0);
	KUNIT_EXPECT_EQ(test, tb_use_pasid(tb, 63), 0);
	tb_expect_pages(test, dir + 1);
	KUNIT_EXPECT_EQ(test, tb_use_pasid(tb, 64), 0);
	tb_expect_pages(test, dir + 2);
	KUNIT_EXPECT_EQ(test, tb_use_pasid(tb, width->max_pasid - 1), 0);
	tb_expect_pages(test, dir + 3);
	KUNIT_EXPECT_EQ(test, tb_use_pasid(tb, 63), -EBUSY);

	intel_pasid_free_table(&tb->pdev.dev);
	tb_expect_pages(test, 0);
}

static void tb_test_directory_failure(struct kunit *test)
{
	struct tb_test *tb = test->priv;

	tb_require_injection(test);
	iommu_fail_nth_begin(1);
	KUNIT_EXPECT_EQ(test, tb_make_directory(test), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_NULL(test, tb->info.pasid_table);
	tb_expect_pages(test, 0);
}

static void tb_test_pasid_failure(struct kunit *test)
{
	const struct tb_width *width = test->param_value;
	struct tb_test *tb = test->priv;
	long dir = width->dir_size / PAGE_SIZE;

	tb_require_injection(test);
	KUNIT_ASSERT_EQ(test, tb_make_directory(test), 0);
	iommu_fail_nth_begin(1);
	KUNIT_EXPECT_EQ(test, tb_use_pasid(tb, 0), -ENODEV);
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	tb_expect_pages(test, dir);

	KUNIT_EXPECT_EQ(test, tb_use_pasid(tb, 0), 0);
	tb_expect_pages(test, dir + 1);
	intel_pasid_free_table(&tb->pdev.dev);
	tb_expect_pages(test, 0);
}

/* Page request queue: 2^4 times 4KiB, VT-d 4.0, 11.4.11.3 */

static u64 tb_read_reg(struct tb_test *tb, int offset)
{
	return dmar_readq(tb->iommu.reg + offset);
}

static void tb_test_prq(struct kunit *test)
{
	struct tb_test *tb = test->priv;

	if (!IS_ENABLED(CONFIG_IOMMU_IOPF))
		kunit_skip(test, "needs CONFIG_IOMMU_IOPF for its handler");

	KUNIT_ASSERT_EQ(test, intel_iommu_enable_prq(&tb->iommu), 0);
	tb_expect_pages(test, SZ_64K / PAGE_SIZE);
	tb_expect_clean(test, tb->iommu.prq, SZ_64K);
	KUNIT_EXPECT_EQ(test, tb_read_reg(tb, DMAR_PQA_REG),
			virt_to_phys(tb->iommu.prq) | 4);

	KUNIT_EXPECT_EQ(test, intel_iommu_finish_prq(&tb->iommu), 0);
	KUNIT_EXPECT_EQ(test, tb_read_reg(tb, DMAR_PQA_REG), 0);
	KUNIT_EXPECT_NULL(test, tb->iommu.prq);
	tb_expect_pages(test, 0);
}

static void tb_test_prq_failure(struct kunit *test)
{
	struct tb_test *tb = test->priv;

	tb_require_injection(test);
	iommu_fail_nth_begin(1);
	KUNIT_EXPECT_EQ(test, intel_iommu_enable_prq(&tb->iommu), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_NULL(test, tb->iommu.prq);
	KUNIT_EXPECT_EQ(test, tb_read_reg(tb, DMAR_PQA_REG), 0);
	tb_expect_pages(test, 0);
}

#ifdef CONFIG_IRQ_REMAP
/* The queue exists and the hardware is quick; nothing is to be invalidated. */
static void tb_ready_for_irqs(struct tb_test *tb)
{
	tb->iommu.qi = &tb->qi;
	tb->iommu.cap = CAP_ESIRTPS;
	writel(DMA_GSTS_IRTPS, tb->iommu.reg + DMAR_GSTS_REG);
}

static void tb_test_irq_table(struct kunit *test)
{
	struct tb_test *tb = test->priv;
	void *table;

	tb_ready_for_irqs(tb);
	KUNIT_ASSERT_EQ(test, intel_setup_irq_remapping(&tb->iommu), 0);
	tb_expect_pages(test, SZ_1M / PAGE_SIZE);
	table = tb->iommu.ir_table->base;
	tb_expect_clean(test, table, SZ_1M);
	KUNIT_EXPECT_EQ(test, tb_read_reg(tb, DMAR_IRTA_REG) & ~BIT_ULL(11),
			virt_to_phys(table) | INTR_REMAP_TABLE_REG_SIZE);

	intel_teardown_irq_remapping(&tb->iommu);
	KUNIT_EXPECT_NULL(test, tb->iommu.ir_table);
	tb_expect_pages(test, 0);
}

static void tb_test_irq_table_failure(struct kunit *test)
{
	struct tb_test *tb = test->priv;

	tb_require_injection(test);
	tb_ready_for_irqs(tb);
	iommu_fail_nth_begin(1);
	KUNIT_EXPECT_EQ(test, intel_setup_irq_remapping(&tb->iommu), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_NULL(test, tb->iommu.ir_table);
	tb_expect_pages(test, 0);
}
#endif

static struct kunit_case tb_cases[] = {
	KUNIT_CASE_PARAM(tb_test_root, tb_mode_gen_params),
	KUNIT_CASE_PARAM(tb_test_context, tb_mode_gen_params),
	KUNIT_CASE_PARAM(tb_test_context_all_buses, tb_mode_gen_params),
	KUNIT_CASE_PARAM(tb_test_context_copied, tb_mode_gen_params),
	KUNIT_CASE_PARAM(tb_test_context_failure, tb_mode_gen_params),
	KUNIT_CASE(tb_test_no_root),
	KUNIT_CASE(tb_test_root_failure),
	KUNIT_CASE_PARAM(tb_test_directory, tb_width_gen_params),
	KUNIT_CASE_PARAM(tb_test_pasids, tb_width_gen_params),
	KUNIT_CASE_PARAM(tb_test_directory_failure, tb_width_gen_params),
	KUNIT_CASE_PARAM(tb_test_pasid_failure, tb_width_gen_params),
	KUNIT_CASE(tb_test_prq),
	KUNIT_CASE(tb_test_prq_failure),
#ifdef CONFIG_IRQ_REMAP
	KUNIT_CASE(tb_test_irq_table),
	KUNIT_CASE(tb_test_irq_table_failure),
#endif
	{}
};

static struct kunit_suite tb_suite = {
	.name = "intel-tables",
	.init = tb_init,
	.exit = tb_exit,
	.test_cases = tb_cases,
};

kunit_test_suite(tb_suite);

MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
MODULE_DESCRIPTION("KUnit tests of VT-d root, context and PASID tables");
MODULE_LICENSE("GPL");
