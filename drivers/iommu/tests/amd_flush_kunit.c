// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the AMD I/O page tables: a table that is replaced is freed
 * only after the IOMMU can no longer walk it.
 *
 * An IOMMU of which only the command buffer works stands in for the hardware.
 * The CPU that flushes waits for it with interrupts off, so another one has to
 * serve it; what that one sees when a completion-wait command arrives is the
 * state at the flush.
 */

#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "amd_pgtable_test.h"

#ifdef CONFIG_SMP
struct pgt_iommu {
	struct amd_iommu *iommu;
	struct pdom_iommu_info info;
	u32 head;
	unsigned int waits;		/* completion-wait commands served */
	long pages_at_wait;		/* counter at the last of them */
};

/*
 * No work on other CPUs, unlike in iommu_counters_read(): one of them does
 * not take interrupts. Nor does any move its deltas: the one that flushes
 * cannot, this one does not, and those of the others are zero.
 */
static long pgt_pages_now(void)
{
	long pages = 0;
	int nid, cpu;

	preempt_disable();
	for_each_online_node(nid) {
		struct pglist_data *pgdat = NODE_DATA(nid);

		pages += atomic_long_read(&pgdat->vm_stat[NR_IOMMU_PAGES]);
		for_each_possible_cpu(cpu)
			pages += per_cpu_ptr(pgdat->per_cpu_nodestats, cpu)->
				 vm_node_stat_diff[NR_IOMMU_PAGES];
	}
	preempt_enable();

	return pages;
}

static void pgt_iommu_execute(struct pgt_iommu *fake, const u32 *cmd)
{
	u64 data = cmd[2] | (u64)cmd[3] << 32;

	if (cmd[1] >> 28 != CMD_COMPL_WAIT)
		return;

	fake->pages_at_wait = pgt_pages_now();
	fake->waits++;
	/* Pairs with READ_ONCE() in wait_on_sem(): the above is seen first */
	smp_store_release(fake->iommu->cmd_sem, data);
}

static int pgt_iommu_thread(void *arg)
{
	struct pgt_iommu *fake = arg;
	struct amd_iommu *iommu = fake->iommu;

	while (!kthread_should_stop()) {
		if (fake->head == readl(iommu->mmio_base +
					MMIO_CMD_TAIL_OFFSET)) {
			cond_resched();
			continue;
		}
		pgt_iommu_execute(fake, (u32 *)(iommu->cmd_buf + fake->head));
		fake->head = (fake->head + 16) % CMD_BUFFER_SIZE;
		writel(fake->head, iommu->mmio_base + MMIO_CMD_HEAD_OFFSET);
	}

	return 0;
}

static void pgt_iommu_stop(void *thread)
{
	kthread_stop(thread);
}

static void *pgt_zalloc(struct kunit *test, size_t size)
{
	void *p = kunit_kzalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	return p;
}

static void pgt_iommu_run(struct kunit *test, struct pgt_iommu *fake)
{
	unsigned int cpu = get_cpu(), other;
	struct task_struct *thread;

	set_cpus_allowed_ptr(current, cpumask_of(cpu));
	put_cpu();
	other = cpumask_any_but(cpu_online_mask, cpu);
	thread = kthread_run_on_cpu(pgt_iommu_thread, fake, other, "iommu/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	KUNIT_ASSERT_EQ(test,
			kunit_add_action_or_reset(test, pgt_iommu_stop, thread),
			0);
}

static struct pgt_iommu *pgt_attach_iommu(struct kunit *test)
{
	struct pgt_test *ctx = test->priv;
	struct pgt_iommu *fake = pgt_zalloc(test, sizeof(*fake));
	struct amd_iommu *iommu = pgt_zalloc(test, sizeof(*iommu));

	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU flushes, another plays the IOMMU");

	raw_spin_lock_init(&iommu->lock);
	iommu->mmio_base = (void __iomem __force *)pgt_zalloc(test, SZ_16K);
	iommu->cmd_buf = pgt_zalloc(test, CMD_BUFFER_SIZE);
	iommu->cmd_sem = pgt_zalloc(test, sizeof(u64));
	iommu->need_sync = true;
	fake->iommu = iommu;
	fake->info.iommu = iommu;
	fake->info.refcnt = 1;

	pgt_iommu_run(test, fake);
	KUNIT_ASSERT_FALSE(test,
			   xa_is_err(xa_store(&ctx->pdom->iommu_array, 0,
					      &fake->info, GFP_KERNEL)));
	return fake;
}

/* The old tables must be there as long as the IOMMU may walk them */
static void pgt_expect_flush_before_free(struct kunit *test, size_t size)
{
	struct pgt_test *ctx = test->priv;
	struct pgt_iommu *fake = pgt_attach_iommu(test);
	long before;
	size_t mapped;

	iommu_counters_fold();
	before = pgt_pages_now();
	KUNIT_EXPECT_EQ(test, pgt_map(test, PGT_IOVA, PGT_PADDR, size, 1,
				      &mapped), 0);
	xa_destroy(&ctx->pdom->iommu_array);

	KUNIT_EXPECT_EQ(test, fake->waits, 1);
	KUNIT_EXPECT_EQ(test, fake->pages_at_wait - before, 0);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), pgt_path(test, size));
}

static void pgt_table_outlives_the_flush(struct kunit *test)
{
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_4K);
	pgt_expect_flush_before_free(test, SZ_2M);
}

static void pgt_subtree_outlives_the_flush(struct kunit *test)
{
	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_4K);
	pgt_map_one(test, PGT_IOVA + SZ_2M, PGT_PADDR, SZ_4K);
	pgt_expect_flush_before_free(test, SZ_1G);
}

static void pgt_nothing_replaced_nothing_flushed(struct kunit *test)
{
	struct pgt_test *ctx = test->priv;
	struct pgt_iommu *fake = pgt_attach_iommu(test);

	pgt_map_one(test, PGT_IOVA, PGT_PADDR, SZ_4K);
	xa_destroy(&ctx->pdom->iommu_array);
	KUNIT_EXPECT_EQ(test, fake->waits, 0);
}
#else
static void pgt_no_second_cpu(struct kunit *test)
{
	kunit_skip(test, "one CPU flushes, another plays the IOMMU");
}

#define pgt_table_outlives_the_flush		pgt_no_second_cpu
#define pgt_subtree_outlives_the_flush		pgt_no_second_cpu
#define pgt_nothing_replaced_nothing_flushed	pgt_no_second_cpu
#endif

static struct kunit_case pgt_flush_cases[] = {
	PGT_CASE(pgt_table_outlives_the_flush),
	PGT_CASE(pgt_subtree_outlives_the_flush),
	PGT_CASE(pgt_nothing_replaced_nothing_flushed),
	{}
};

static struct kunit_suite pgt_flush_suite = {
	.name = "amd_pgtable_flush",
	.init = pgt_init,
	.exit = pgt_exit,
	.test_cases = pgt_flush_cases,
};

kunit_test_suite(pgt_flush_suite);

MODULE_DESCRIPTION("KUnit tests of AMD I/O page-table flushes");
MODULE_LICENSE("GPL");
