// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit stress test of I/O page-table memory: threads that allocate, queue,
 * splice and free at random, at the same time, each against a model of its own.
 *
 * The model of a thread knows each of its tables: where, how large, and whether
 * it is in hand or on which list. Both ends of each table hold a stamp that no
 * other table has, so that memory which is handed out twice, or freed too
 * early, shows. When all threads rest, the counters must have grown by the sum
 * of all models, to the page.
 *
 * The seed is printed; iommu_pages_stress_kunit.seed= repeats the choices.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/random.h>

#include "iommu_pages_kunit.h"

#define NR_THREADS	4
#define NR_TABLES	256
#define NR_LISTS	3
#define NR_ROUNDS	5
#define NR_STEPS	4000

static unsigned long seed;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "Seed of the random choices, 0 for a new one");

#define IN_HAND		NR_LISTS	/* not on a list */

struct table {
	u64 *virt;
	size_t size;
	u64 stamp;
	unsigned int list;
};

struct worker {
	struct rnd_state rnd;
	struct iommu_pages_list lists[NR_LISTS];
	struct table tables[NR_TABLES];
	u64 next_stamp;
	long pages;		/* of all tables */
	unsigned long allocs;
	const char *error;
	struct completion done;
};

static unsigned int choose(struct worker *worker, unsigned int nr)
{
	return prandom_u32_state(&worker->rnd) % nr;
}

static size_t choose_size(struct worker *worker)
{
	size_t size = PAGE_SIZE << choose(worker, 5);

	/* Any number of bytes that is rounded up to this */
	return size - choose(worker, size / 2);
}

static void table_stamp(struct table *table, u64 stamp)
{
	size_t last = rounded(table->size) / sizeof(u64) - 1;

	table->stamp = stamp;
	table->virt[0] = stamp;
	table->virt[last] = ~stamp;
}

static bool table_is_intact(const struct table *table)
{
	size_t last = rounded(table->size) / sizeof(u64) - 1;

	return table->virt[0] == table->stamp &&
	       table->virt[last] == ~table->stamp;
}

static void do_alloc(struct worker *worker, struct table *table)
{
	gfp_t gfp = choose(worker, 4) ? GFP_KERNEL : GFP_ATOMIC | __GFP_NOWARN;

	table->size = choose_size(worker);
	table->virt = iommu_alloc_pages_sz(gfp, table->size);
	if (!table->virt)
		return;

	if (!IS_ALIGNED((uintptr_t)table->virt, rounded(table->size)))
		worker->error = "not aligned";
	if (memchr_inv(table->virt, 0, rounded(table->size)))
		worker->error = "not zeroed";

	table->list = IN_HAND;
	table_stamp(table, worker->next_stamp++);
	worker->pages += rounded_pages(table->size);
	worker->allocs++;
}

static void do_free(struct worker *worker, struct table *table)
{
	iommu_free_pages(table->virt);
	worker->pages -= rounded_pages(table->size);
	table->virt = NULL;
}

static void do_add(struct worker *worker, struct table *table)
{
	table->list = choose(worker, NR_LISTS);
	iommu_pages_list_add(&worker->lists[table->list], table->virt);
}

/* One step with one table; what is on a list waits for its list */
static void step_table(struct worker *worker)
{
	struct table *table = &worker->tables[choose(worker, NR_TABLES)];

	if (!table->virt) {
		do_alloc(worker, table);
		return;
	}
	if (!table_is_intact(table))
		worker->error = "written over";
	if (table->list != IN_HAND)
		return;
	if (choose(worker, 2))
		do_free(worker, table);
	else
		do_add(worker, table);
}

static void step_splice(struct worker *worker)
{
	unsigned int from = choose(worker, NR_LISTS);
	unsigned int to = choose(worker, NR_LISTS);
	unsigned int i;

	iommu_pages_list_splice(&worker->lists[from], &worker->lists[to]);
	for (i = 0; i < NR_TABLES; i++) {
		if (worker->tables[i].list == from)
			worker->tables[i].list = to;
	}
}

static void do_put(struct worker *worker, unsigned int list)
{
	bool empty = true;
	unsigned int i;

	for (i = 0; i < NR_TABLES; i++) {
		struct table *table = &worker->tables[i];

		if (!table->virt || table->list != list)
			continue;
		if (!table_is_intact(table))
			worker->error = "written over while listed";
		worker->pages -= rounded_pages(table->size);
		table->virt = NULL;
		empty = false;
	}
	if (iommu_pages_list_empty(&worker->lists[list]) != empty)
		worker->error = "list and model disagree";
	iommu_put_pages_list(&worker->lists[list]);
	if (!iommu_pages_list_empty(&worker->lists[list]))
		worker->error = "list not empty after put";
}

static int worker_run(void *data)
{
	struct worker *worker = data;
	unsigned int i;

	for (i = 0; i < NR_STEPS && !worker->error; i++) {
		switch (choose(worker, 64)) {
		case 0:
			do_put(worker, choose(worker, NR_LISTS));
			break;
		case 1:
			step_splice(worker);
			break;
		default:
			step_table(worker);
		}
		cond_resched();
	}
	/* Not complete(): the module may be gone before the thread is */
	kthread_complete_and_exit(&worker->done, 0);
}

static void worker_release(struct worker *worker)
{
	unsigned int i;

	for (i = 0; i < NR_LISTS; i++)
		do_put(worker, i);
	for (i = 0; i < NR_TABLES; i++) {
		if (worker->tables[i].virt)
			do_free(worker, &worker->tables[i]);
	}
}

static void round_of_all(struct kunit *test, struct worker *workers)
{
	struct task_struct *task;
	unsigned int i, started = 0;
	long pages = 0;

	for (i = 0; i < NR_THREADS; i++) {
		reinit_completion(&workers[i].done);
		task = kthread_run(worker_run, &workers[i], "iommu_pages/%u",
				   i);
		if (IS_ERR(task))
			break;
		started++;
	}
	for (i = 0; i < started; i++)
		wait_for_completion(&workers[i].done);

	KUNIT_EXPECT_EQ(test, started, NR_THREADS);
	for (i = 0; i < NR_THREADS; i++) {
		pages += workers[i].pages;
		if (workers[i].error)
			KUNIT_FAIL(test, "thread %u: %s", i, workers[i].error);
	}
	KUNIT_EXPECT_GT(test, pages, 0);
	EXPECT_GROWN(test, pages);
}

static struct worker *workers_alloc(struct kunit *test)
{
	unsigned long this_seed = seed ?: get_random_long();
	struct worker *workers;
	unsigned int i, list;

	kunit_info(test, "seed %lu", this_seed);
	workers = kunit_kcalloc(test, NR_THREADS, sizeof(*workers), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, workers);
	for (i = 0; i < NR_THREADS; i++) {
		prandom_seed_state(&workers[i].rnd, this_seed + i);
		workers[i].next_stamp = (u64)(i + 1) << 48;
		init_completion(&workers[i].done);
		for (list = 0; list < NR_LISTS; list++)
			workers[i].lists[list] =
				IOMMU_PAGES_LIST_INIT(workers[i].lists[list]);
	}
	return workers;
}

static void threads_against_models(struct kunit *test)
{
	struct worker *workers = workers_alloc(test);
	unsigned long allocs = 0;
	unsigned int i;

	for (i = 0; i < NR_ROUNDS; i++)
		round_of_all(test, workers);
	for (i = 0; i < NR_THREADS; i++) {
		worker_release(&workers[i]);
		KUNIT_EXPECT_EQ(test, workers[i].pages, 0);
		allocs += workers[i].allocs;
	}
	EXPECT_GROWN(test, 0);
	kunit_info(test, "%lu tables", allocs);
}

static struct kunit_case iommu_pages_stress_cases[] = {
	KUNIT_CASE_SLOW(threads_against_models),
	{}
};

static struct kunit_suite iommu_pages_stress_suite = {
	.name		= "iommu_pages_stress",
	.init		= iommu_pages_test_init,
	.exit		= iommu_pages_test_exit,
	.test_cases	= iommu_pages_stress_cases,
};

kunit_test_suite(iommu_pages_stress_suite);

MODULE_DESCRIPTION("KUnit stress test of I/O page-table memory");
MODULE_LICENSE("GPL");
