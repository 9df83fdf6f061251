// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the AMD interrupt remapping tables, without hardware: size,
 * alignment and accounting of both formats, aliases, and who frees what.
 *
 * The IOMMU here has a command buffer that nobody reads and a semaphore that
 * says that every command is complete.
 */

#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/kthread.h>
#include <linux/nodemask.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <trace/events/iommu.h>

#include "../amd/amd_iommu.h"
#include "../ioptdesc.h"
#include "iommu_counters.h"

#define IRT_DEVIDS	8
#define IRT_DEVID	3
#define IRT_ALIAS	5

struct irt_format {
	const char *name;
	int guest_ir;
	size_t size;		/* 512 entries of 4 or 16 bytes */
};

static const struct irt_format irt_formats[] = {
	{ "32-bit entries", AMD_IOMMU_GUEST_IR_LEGACY, SZ_2K },
	{ "128-bit entries", AMD_IOMMU_GUEST_IR_LEGACY_GA, SZ_8K },
	{ "128-bit entries, vAPIC", AMD_IOMMU_GUEST_IR_VAPIC, SZ_8K },
};

struct irt_test {
	const struct irt_format *format;
	struct amd_iommu *iommu;
	struct amd_iommu_pci_seg *seg;
	struct irq_remap_table *winner;	/* see irt_lost_race */
	struct iommu_counters base;
	int saved_guest_ir;
};

static void irt_desc(const struct irt_format *format, char *desc)
{
	strscpy(desc, format->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(irt_formats, irt_formats, irt_desc);

static void *irt_zalloc(struct kunit *test, size_t size)
{
	void *p = kunit_kzalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	return p;
}

static void irt_make_segment(struct kunit *test, struct irt_test *ctx)
{
	struct amd_iommu_pci_seg *seg = irt_zalloc(test, sizeof(*seg));
	int i;

	seg->last_bdf = IRT_DEVIDS - 1;
	seg->dev_table = irt_zalloc(test, IRT_DEVIDS * DEV_TABLE_ENTRY_SIZE);
	seg->rlookup_table = irt_zalloc(test, IRT_DEVIDS * sizeof(void *));
	seg->dev_table_size = IRT_DEVIDS * DEV_TABLE_ENTRY_SIZE;
	seg->irq_lookup_table = irt_zalloc(test, IRT_DEVIDS * sizeof(void *));
	seg->alias_table = irt_zalloc(test, IRT_DEVIDS * sizeof(u16));
	for (i = 0; i < IRT_DEVIDS; i++) {
		seg->alias_table[i] = i;
		seg->rlookup_table[i] = ctx->iommu;
	}
	seg->alias_table[IRT_DEVID] = IRT_ALIAS;
	ctx->seg = seg;
}

static void irt_make_iommu(struct kunit *test, struct irt_test *ctx)
{
	struct amd_iommu *iommu = irt_zalloc(test, sizeof(*iommu));

	ctx->iommu = iommu;
	irt_make_segment(test, ctx);
	raw_spin_lock_init(&iommu->lock);
	iommu->pci_seg = ctx->seg;
	iommu->mmio_base = (void __iomem __force *)irt_zalloc(test, SZ_16K);
	iommu->cmd_buf = irt_zalloc(test, CMD_BUFFER_SIZE);
	iommu->cmd_sem = irt_zalloc(test, sizeof(u64));
	*iommu->cmd_sem = S64_MAX;
}

static int irt_init(struct kunit *test)
{
	struct irt_test *ctx = irt_zalloc(test, sizeof(*ctx));

	ctx->format = test->param_value ?: &irt_formats[0];
	if (amd_iommu_irq_remap && amd_iommu_guest_ir != ctx->format->guest_ir)
		kunit_skip(test, "the IOMMU of this machine has other entries");

	irt_make_iommu(test, ctx);
	ctx->saved_guest_ir = amd_iommu_guest_ir;
	amd_iommu_guest_ir = ctx->format->guest_ir;
	iommu_counters_read(&ctx->base);
	test->priv = ctx;

	return 0;
}

/* A table may serve several device ids: it is freed with the last of them */
static void irt_free_all(struct irt_test *ctx)
{
	struct irq_remap_table **lookup = ctx->seg->irq_lookup_table;
	int i, k;

	for (i = 0; i < IRT_DEVIDS; i++) {
		for (k = i + 1; k < IRT_DEVIDS && lookup[k] != lookup[i]; k++)
			;
		if (k == IRT_DEVIDS)
			free_irq_table(lookup[i]);
		lookup[i] = NULL;
	}

	/* Nobody reads commands, but all of them are complete */
	ctx->iommu->cmd_buf_head = ctx->iommu->cmd_buf_tail;
}

static void irt_exit(struct kunit *test)
{
	struct irt_test *ctx = test->priv;

	if (!ctx)
		return;

	irt_free_all(ctx);
	amd_iommu_guest_ir = ctx->saved_guest_ir;
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&ctx->base));
}

static long irt_pages(struct kunit *test)
{
	struct irt_test *ctx = test->priv;

	return iommu_counters_grown(&ctx->base);
}

/*
 * @nr tables are accounted, to the page. Small ones may share pages with each
 * other and with what the machine itself has.
 */
static void irt_expect_tables(struct kunit *test, long nr)
{
	struct irt_test *ctx = test->priv;
	long max = nr * PAGE_ALIGN(ctx->format->size) / PAGE_SIZE;

	if (ctx->format->size > IOMMU_PART_SIZE_MAX)
		KUNIT_EXPECT_EQ(test, irt_pages(test), max);
	KUNIT_EXPECT_GE(test, irt_pages(test), 0);
	KUNIT_EXPECT_LE(test, irt_pages(test), max);
}

static struct irq_remap_table *irt_alloc(struct kunit *test, u16 devid)
{
	struct irt_test *ctx = test->priv;

	return alloc_irq_table(ctx->iommu, devid, NULL);
}

static void irt_size_is_counted(struct kunit *test)
{
	KUNIT_ASSERT_NOT_NULL(test, irt_alloc(test, 0));
	irt_expect_tables(test, 1);

	irt_free_all(test->priv);
	KUNIT_EXPECT_EQ(test, irt_pages(test), 0);
}

/* Small ones as well, but for those with room on a page that is there */
static void irt_many_are_counted(struct kunit *test)
{
	struct irt_test *ctx = test->priv;
	long pages = IRT_DEVIDS * ctx->format->size / PAGE_SIZE;
	int i;

	for (i = 0; i < IRT_DEVIDS; i++) {
		ctx->seg->alias_table[i] = i;
		KUNIT_ASSERT_NOT_NULL(test, irt_alloc(test, i));
	}
	irt_expect_tables(test, IRT_DEVIDS);
	KUNIT_EXPECT_GE(test, irt_pages(test),
			pages - (long)num_online_cpus());
}

static void irt_is_clear(struct kunit *test)
{
	struct irt_test *ctx = test->priv;
	struct irq_remap_table *table;
	int i;

	/* Recycled memory must be no different */
	for (i = 0; i < 4; i++) {
		table = irt_alloc(test, 0);
		KUNIT_ASSERT_NOT_NULL(test, table);
		KUNIT_EXPECT_NULL(test, memchr_inv(table->table, 0,
						   ctx->format->size));
		memset(table->table, 0xff, ctx->format->size);
		irt_free_all(ctx);
	}
}

static void irt_address_survives_the_dte(struct kunit *test)
{
	struct irt_test *ctx = test->priv;
	struct irq_remap_table *table = irt_alloc(test, 0);
	u64 dte = ctx->seg->dev_table[0].data[2];

	KUNIT_ASSERT_NOT_NULL(test, table);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)table->table,
					   DTE_INTTAB_ALIGNMENT));
	KUNIT_EXPECT_EQ(test, dte & DTE_IRQ_PHYS_ADDR_MASK,
			iommu_virt_to_phys(table->table));
	KUNIT_EXPECT_TRUE(test, dte & DTE_IRQ_REMAP_ENABLE);
}

static void irt_second_request_gets_the_same(struct kunit *test)
{
	struct irq_remap_table *table = irt_alloc(test, 0);

	KUNIT_ASSERT_NOT_NULL(test, table);
	KUNIT_EXPECT_PTR_EQ(test, irt_alloc(test, 0), table);
	irt_expect_tables(test, 1);
}

static void irt_alias_shares_the_table(struct kunit *test)
{
	struct irt_test *ctx = test->priv;
	struct irq_remap_table *table = irt_alloc(test, IRT_DEVID);

	KUNIT_ASSERT_NOT_NULL(test, table);
	KUNIT_EXPECT_PTR_EQ(test, ctx->seg->irq_lookup_table[IRT_ALIAS], table);
	KUNIT_EXPECT_PTR_EQ(test, irt_alloc(test, IRT_ALIAS), table);
	irt_expect_tables(test, 1);
}

static void irt_other_devices_have_their_own(struct kunit *test)
{
	struct irq_remap_table *table = irt_alloc(test, 0);

	KUNIT_ASSERT_NOT_NULL(test, table);
	KUNIT_EXPECT_PTR_NE(test, irt_alloc(test, 1), table);
	irt_expect_tables(test, 2);
}

static void irt_is_on_the_node_of_the_iommu(struct kunit *test)
{
	struct irt_test *ctx = test->priv;
	struct pci_dev *pdev = irt_zalloc(test, sizeof(*pdev));
	struct irq_remap_table *table;
	int nid;

	ctx->iommu->dev = pdev;
	for_each_node_state(nid, N_MEMORY) {
		set_dev_node(&pdev->dev, nid);
		table = irt_alloc(test, 0);
		KUNIT_ASSERT_NOT_NULL(test, table);
		KUNIT_EXPECT_EQ(test, page_to_nid(virt_to_page(table->table)),
				nid);
		irt_expect_tables(test, 1);
		KUNIT_EXPECT_EQ(test, irt_pages(test),
				iommu_counters_grown_node(&ctx->base, nid));
		irt_free_all(ctx);
	}
}

#define IRT_ROUNDS	200

/* Asks for the same table as the test case, at the same time */
struct irt_racer {
	struct amd_iommu *iommu;
	struct irq_remap_table *table;
	atomic_t go;
	atomic_t done;
};

static int irt_race(void *data)
{
	struct irt_racer *racer = data;
	int round;

	for (round = 1; round <= IRT_ROUNDS; round++) {
		while (atomic_read_acquire(&racer->go) < round) {
			if (kthread_should_stop())
				return 0;
			cond_resched();
		}
		racer->table = alloc_irq_table(racer->iommu, 0, NULL);
		atomic_set_release(&racer->done, round);
	}
	while (!kthread_should_stop())
		cond_resched();

	return 0;
}

static void irt_stop(void *thread)
{
	kthread_stop(thread);
}

static struct task_struct *irt_start_racer(struct kunit *test,
					   struct irt_racer *racer)
{
	struct irt_test *ctx = test->priv;
	struct task_struct *thread;
	unsigned int cpu = get_cpu();

	set_cpus_allowed_ptr(current, cpumask_of(cpu));
	put_cpu();
	racer->iommu = ctx->iommu;
	thread = kthread_run_on_cpu(irt_race, racer,
				    cpumask_any_but(cpu_online_mask, cpu),
				    "irt/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, irt_stop, thread),
			0);
	return thread;
}

static void irt_racing_requests_share_one_table(struct kunit *test)
{
	struct irt_racer *racer = irt_zalloc(test, sizeof(*racer));
	struct irq_remap_table *table;
	struct task_struct *thread;
	bool shared = true;
	int round;

	if (num_online_cpus() < 2)
		kunit_skip(test, "a race needs two CPUs");

	thread = irt_start_racer(test, racer);
	for (round = 1; round <= IRT_ROUNDS && shared; round++) {
		atomic_set_release(&racer->go, round);
		table = irt_alloc(test, 0);
		while (atomic_read_acquire(&racer->done) < round)
			cond_resched();
		shared = table && racer->table == table;
		irt_free_all(test->priv);
	}
	/* Not left to the end of the case: that is after irt_exit() */
	kunit_release_action(test, irt_stop, thread);
	KUNIT_EXPECT_TRUE(test, shared);
	KUNIT_EXPECT_EQ(test, irt_pages(test), 0);
}

#ifdef CONFIG_TRACEPOINTS
/*
 * Somebody installs a table while ours is being allocated: this tracepoint
 * fires between the two times that alloc_irq_table() looks.
 */
static void irt_rival(void *data, const void *virt, size_t size, gfp_t gfp,
		      unsigned long caller)
{
	struct irt_test *ctx = data;

	if (ctx->winner)
		ctx->seg->irq_lookup_table[IRT_ALIAS] = ctx->winner;
}

static void irt_unregister(void *ctx)
{
	unregister_trace_iommu_pages_alloc(irt_rival, ctx);
	tracepoint_synchronize_unregister();
}

static void irt_lost_race(struct kunit *test, u16 devid)
{
	struct irt_test *ctx = test->priv;

	ctx->winner = irt_alloc(test, 0);
	KUNIT_ASSERT_NOT_NULL(test, ctx->winner);
	ctx->seg->irq_lookup_table[0] = NULL;

	KUNIT_ASSERT_EQ(test, register_trace_iommu_pages_alloc(irt_rival, ctx),
			0);
	KUNIT_ASSERT_EQ(test,
			kunit_add_action_or_reset(test, irt_unregister, ctx),
			0);
	KUNIT_EXPECT_PTR_EQ(test, irt_alloc(test, devid), ctx->winner);
	kunit_release_action(test, irt_unregister, ctx);

	irt_expect_tables(test, 1);
}

static void irt_loser_frees_its_table(struct kunit *test)
{
	irt_lost_race(test, IRT_ALIAS);
}

static void irt_loser_by_alias_frees_its_table(struct kunit *test)
{
	struct irt_test *ctx = test->priv;

	irt_lost_race(test, IRT_DEVID);
	KUNIT_EXPECT_PTR_EQ(test, ctx->seg->irq_lookup_table[IRT_DEVID],
			    ctx->winner);
}
#else
static void irt_no_rival(struct kunit *test)
{
	kunit_skip(test, "needs TRACEPOINTS to come in between");
}

#define irt_loser_frees_its_table		irt_no_rival
#define irt_loser_by_alias_frees_its_table	irt_no_rival
#endif

#ifdef CONFIG_FAIL_IOMMU_PAGES
static void irt_no_memory(struct kunit *test)
{
	struct irt_test *ctx = test->priv;

	current->fail_nth = 1;
	KUNIT_EXPECT_NULL(test, irt_alloc(test, IRT_DEVID));
	KUNIT_EXPECT_EQ(test, current->fail_nth, 0);
	current->fail_nth = 0;

	KUNIT_EXPECT_NULL(test, ctx->seg->irq_lookup_table[IRT_DEVID]);
	KUNIT_EXPECT_EQ(test, ctx->seg->dev_table[IRT_DEVID].data[2], 0);
	KUNIT_EXPECT_EQ(test, irt_pages(test), 0);
}
#else
static void irt_no_memory(struct kunit *test)
{
	kunit_skip(test, "needs FAIL_IOMMU_PAGES to fail the table");
}
#endif

#define IRT_CASE(fn) \
	{ .run_case = fn, .name = #fn, .module_name = KBUILD_MODNAME, \
	  .generate_params = irt_formats_gen_params }

static struct kunit_case irt_cases[] = {
	IRT_CASE(irt_size_is_counted),
	IRT_CASE(irt_many_are_counted),
	IRT_CASE(irt_is_clear),
	IRT_CASE(irt_address_survives_the_dte),
	IRT_CASE(irt_second_request_gets_the_same),
	IRT_CASE(irt_alias_shares_the_table),
	IRT_CASE(irt_other_devices_have_their_own),
	IRT_CASE(irt_is_on_the_node_of_the_iommu),
	IRT_CASE(irt_racing_requests_share_one_table),
	IRT_CASE(irt_loser_frees_its_table),
	IRT_CASE(irt_loser_by_alias_frees_its_table),
	IRT_CASE(irt_no_memory),
	{}
};

static struct kunit_suite irt_suite = {
	.name = "amd_irt",
	.init = irt_init,
	.exit = irt_exit,
	.test_cases = irt_cases,
};

kunit_test_suite(irt_suite);

MODULE_DESCRIPTION("KUnit tests of the AMD interrupt remapping tables");
MODULE_LICENSE("GPL");
