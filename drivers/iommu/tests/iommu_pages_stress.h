/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the stress tests of I/O page-table memory have in common: threads that
 * allocate, queue, splice and free at random, at the same time, each against a
 * model of its own.
 *
 * The model of a thread knows each of its tables: where, how large, and whether
 * it is in hand or on which list. A table is filled with a stamp that no other
 * has, so that memory which overlaps, is handed out twice, or freed too early
 * shows. A suite says which sizes there are, what may happen to a table in
 * hand, and what the counters must be while all threads rest.
 *
 * The seed is printed; the suite's parameter seed= repeats the choices of each
 * thread, though not how the threads meet.
 */

#ifndef __IOMMU_PAGES_STRESS_H
#define __IOMMU_PAGES_STRESS_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/random.h>

#include "iommu_pages_kunit.h"

#define STRESS_THREADS	4
#define STRESS_TABLES	256
#define STRESS_LISTS	3
#define STRESS_IN_HAND	STRESS_LISTS	/* not on a list */

static unsigned long seed;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "Seed of the random choices, 0 for a new one");

struct stress_table {
	u64 *virt;		/* NULL: there is none */
	size_t size;		/* of the memory, more than was asked for */
	u64 stamp;
	unsigned int list;
};

struct stress_worker {
	const struct stress *stress;
	struct rnd_state rnd;
	struct iommu_pages_list lists[STRESS_LISTS];
	struct stress_table tables[STRESS_TABLES];
	u64 next_stamp;
	unsigned long allocs;
	const char *error;
	struct completion done;
};

/**
 * struct stress - A stress test
 * @threads: the name of its threads
 * @rounds:  how often they start; between rounds they rest
 * @steps:   of each thread in a round
 * @zone:    __GFP_ bits of one allocation in eight
 * @choose_size: any number of bytes that the next allocation rounds up
 * @in_hand: do something with a table that is in hand
 * @at_rest: compare the counters with the models
 */
struct stress {
	const char *threads;
	unsigned int rounds;
	unsigned int steps;
	gfp_t zone;
	size_t (*choose_size)(struct stress_worker *worker);
	void (*in_hand)(struct stress_worker *worker,
			struct stress_table *table);
	void (*at_rest)(struct kunit *test, struct stress_worker *workers);
};

static inline unsigned int stress_choose(struct stress_worker *worker,
					 unsigned int nr)
{
	return prandom_u32_state(&worker->rnd) % nr;
}

/* Both ends and one place between them, which moves */
static inline bool stress_is_intact(struct stress_worker *worker,
				    const struct stress_table *table)
{
	size_t last = table->size / sizeof(u64) - 1;

	return table->virt[0] == table->stamp &&
	       table->virt[last] == table->stamp &&
	       table->virt[stress_choose(worker, last)] == table->stamp;
}

static inline void stress_alloc(struct stress_worker *worker,
				struct stress_table *table)
{
	size_t size = worker->stress->choose_size(worker);
	gfp_t gfp = GFP_KERNEL;

	if (!stress_choose(worker, 4))
		gfp = GFP_ATOMIC | __GFP_NOWARN;
	if (!stress_choose(worker, 8))
		gfp |= worker->stress->zone;
	table->virt = iommu_alloc_pages_sz(gfp, size);
	if (!table->virt)
		return;

	table->size = roundup_pow_of_two(size);
	if (!IS_ALIGNED((uintptr_t)table->virt, table->size))
		worker->error = "not aligned";
	if (memchr_inv(table->virt, 0, table->size))
		worker->error = "not zeroed";

	table->list = STRESS_IN_HAND;
	table->stamp = worker->next_stamp++;
	memset64(table->virt, table->stamp, table->size / sizeof(u64));
	worker->allocs++;
}

static inline void stress_free(struct stress_table *table)
{
	iommu_free_pages(table->virt);
	table->virt = NULL;
}

static inline void stress_add(struct stress_worker *worker,
			      struct stress_table *table)
{
	table->list = stress_choose(worker, STRESS_LISTS);
	iommu_pages_list_add(&worker->lists[table->list], table->virt);
}

/* One step with one table; what is on a list waits for its list */
static inline void stress_step_table(struct stress_worker *worker)
{
	struct stress_table *table;

	table = &worker->tables[stress_choose(worker, STRESS_TABLES)];
	if (!table->virt) {
		stress_alloc(worker, table);
		return;
	}
	if (!stress_is_intact(worker, table))
		worker->error = "written over";
	if (table->list == STRESS_IN_HAND)
		worker->stress->in_hand(worker, table);
}

static inline void stress_step_splice(struct stress_worker *worker)
{
	unsigned int from = stress_choose(worker, STRESS_LISTS);
	unsigned int to = stress_choose(worker, STRESS_LISTS);
	unsigned int i;

	iommu_pages_list_splice(&worker->lists[from], &worker->lists[to]);
	for (i = 0; i < STRESS_TABLES; i++) {
		if (worker->tables[i].list == from)
			worker->tables[i].list = to;
	}
}

static inline void stress_put(struct stress_worker *worker, unsigned int list)
{
	bool empty = true;
	unsigned int i;

	for (i = 0; i < STRESS_TABLES; i++) {
		struct stress_table *table = &worker->tables[i];

		if (!table->virt || table->list != list)
			continue;
		if (!stress_is_intact(worker, table))
			worker->error = "written over while listed";
		table->virt = NULL;
		empty = false;
	}
	if (iommu_pages_list_empty(&worker->lists[list]) != empty)
		worker->error = "list and model disagree";
	iommu_put_pages_list(&worker->lists[list]);
	if (!iommu_pages_list_empty(&worker->lists[list]))
		worker->error = "list not empty after put";
}

static inline int stress_thread(void *data)
{
	struct stress_worker *worker = data;
	unsigned int i;

	for (i = 0; i < worker->stress->steps && !worker->error; i++) {
		switch (stress_choose(worker, 64)) {
		case 0:
			stress_put(worker, stress_choose(worker, STRESS_LISTS));
			break;
		case 1:
			stress_step_splice(worker);
			break;
		default:
			stress_step_table(worker);
		}
		cond_resched();
	}
	/* Not complete(): the module may be gone before the thread is */
	kthread_complete_and_exit(&worker->done, 0);
}

static inline void stress_round(struct kunit *test,
				struct stress_worker *workers)
{
	struct task_struct *task;
	unsigned int i, started = 0;

	for (i = 0; i < STRESS_THREADS; i++) {
		reinit_completion(&workers[i].done);
		task = kthread_run(stress_thread, &workers[i], "%s/%u",
				   workers[i].stress->threads, i);
		if (IS_ERR(task))
			break;
		started++;
	}
	for (i = 0; i < started; i++)
		wait_for_completion(&workers[i].done);

	KUNIT_EXPECT_EQ(test, started, STRESS_THREADS);
	for (i = 0; i < STRESS_THREADS; i++) {
		if (workers[i].error)
			KUNIT_FAIL(test, "thread %u: %s", i, workers[i].error);
	}
	workers->stress->at_rest(test, workers);
}

static inline struct stress_worker *
stress_workers_alloc(struct kunit *test, const struct stress *stress)
{
	unsigned long this_seed = seed ?: get_random_long();
	struct stress_worker *workers, *worker;
	unsigned int i, list;

	kunit_info(test, "seed %lu", this_seed);
	workers = kunit_kcalloc(test, STRESS_THREADS, sizeof(*workers),
				GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, workers);
	for (i = 0; i < STRESS_THREADS; i++) {
		worker = &workers[i];
		worker->stress = stress;
		prandom_seed_state(&worker->rnd, this_seed + i);
		worker->next_stamp = (u64)(i + 1) << 48;
		init_completion(&worker->done);
		for (list = 0; list < STRESS_LISTS; list++)
			worker->lists[list] =
				IOMMU_PAGES_LIST_INIT(worker->lists[list]);
	}
	return workers;
}

/* All rounds, and then everything that the threads still have is freed */
static inline void stress_run(struct kunit *test, const struct stress *stress)
{
	struct stress_worker *workers = stress_workers_alloc(test, stress);
	unsigned long allocs = 0;
	unsigned int i, n;

	for (i = 0; i < stress->rounds; i++)
		stress_round(test, workers);
	for (i = 0; i < STRESS_THREADS; i++) {
		for (n = 0; n < STRESS_LISTS; n++)
			stress_put(&workers[i], n);
		for (n = 0; n < STRESS_TABLES; n++)
			stress_free(&workers[i].tables[n]);
		if (workers[i].error)
			KUNIT_FAIL(test, "thread %u: %s", i, workers[i].error);
		allocs += workers[i].allocs;
	}
	kunit_info(test, "%lu tables", allocs);
}

#endif /* __IOMMU_PAGES_STRESS_H */
