// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit stress test of I/O page tables that share pages: threads that allocate,
 * queue, splice, free and hand over at random, each against a model of its own.
 *
 * Each table is filled with a stamp that no other has, so that parts which
 * overlap, are handed out twice or freed too early show. Tables move between
 * threads through a mailbox, and so are freed on other CPUs than they came
 * from. When all threads rest, the counters must have grown by the whole pages
 * of all models plus the pages on which the models have every part in use.
 *
 * The seed is printed; iommu_pages_parts_stress_kunit.seed= repeats the choices
 * of each thread, though not how the threads meet.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/spinlock.h>

#include "iommu_pages_parts_kunit.h"

#define NR_THREADS	4
#define NR_TABLES	200
#define NR_LISTS	3
#define NR_ROUNDS	6
#define NR_STEPS	6000
#define NR_MAIL		16

static unsigned long seed;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "Seed of the random choices, 0 for a new one");

#define IN_HAND		NR_LISTS	/* not on a list */

struct table {
	void *virt;
	size_t size;
	u64 stamp;
	unsigned int list;
};

struct worker {
	struct rnd_state rnd;
	struct iommu_pages_list lists[NR_LISTS];
	struct table tables[NR_TABLES];
	u64 next_stamp;
	unsigned long allocs;
	unsigned long mails;
	const char *error;
	struct completion done;
};

/* Tables on their way from one thread to another */
static struct {
	spinlock_t lock;	/* protects slot[] */
	struct table slot[NR_MAIL];
} mail = { .lock = __SPIN_LOCK_UNLOCKED(mail.lock) };

static unsigned int choose(struct worker *worker, unsigned int nr)
{
	return prandom_u32_state(&worker->rnd) % nr;
}

/* Mostly parts, of any number of bytes that is rounded up to their size */
static size_t choose_size(struct worker *worker)
{
	unsigned int classes = ilog2(PAGE_SIZE / PART_SIZE_MIN) + 2;
	size_t size = PART_SIZE_MIN << choose(worker, classes);

	return size - choose(worker, size / 2);
}

static size_t table_size(const struct table *table)
{
	return part_rounded(table->size);
}

static void table_stamp(struct table *table, u64 stamp)
{
	table->stamp = stamp;
	memset64(table->virt, stamp, table_size(table) / sizeof(u64));
}

/* Both ends and one place between them, which moves */
static bool table_is_intact(struct worker *worker, const struct table *table)
{
	size_t last = table_size(table) / sizeof(u64) - 1;
	u64 *virt = table->virt;

	return virt[0] == table->stamp && virt[last] == table->stamp &&
	       virt[choose(worker, last)] == table->stamp;
}

static gfp_t choose_gfp(struct worker *worker)
{
	gfp_t gfp = choose(worker, 4) ? GFP_KERNEL : GFP_ATOMIC | __GFP_NOWARN;

	return choose(worker, 8) ? gfp : gfp | __GFP_DMA32;
}

static void do_alloc(struct worker *worker, struct table *table)
{
	table->size = choose_size(worker);
	table->virt = iommu_alloc_pages_sz(choose_gfp(worker), table->size);
	if (!table->virt)
		return;

	if (!IS_ALIGNED((uintptr_t)table->virt, table_size(table)))
		worker->error = "not aligned";
	if (memchr_inv(table->virt, 0, table_size(table)))
		worker->error = "not zeroed";
	if (is_part(table->virt) != (table->size <= IOMMU_PART_SIZE_MAX))
		worker->error = "a part or not a part";

	table->list = IN_HAND;
	table_stamp(table, worker->next_stamp++);
	worker->allocs++;
}

static void do_free(struct table *table)
{
	iommu_free_pages(table->virt);
	table->virt = NULL;
}

static void do_add(struct worker *worker, struct table *table)
{
	table->list = choose(worker, NR_LISTS);
	iommu_pages_list_add(&worker->lists[table->list], table->virt);
}

/* What was in the slot is this thread's now */
static void do_mail(struct worker *worker, struct table *table)
{
	unsigned int nr = choose(worker, NR_MAIL);

	spin_lock(&mail.lock);
	swap(*table, mail.slot[nr]);
	spin_unlock(&mail.lock);
	worker->mails += !!table->virt;
	if (table->virt && !table_is_intact(worker, table))
		worker->error = "written over in the mail";
}

/* One step with one table; what is on a list waits for its list */
static void step_table(struct worker *worker)
{
	struct table *table = &worker->tables[choose(worker, NR_TABLES)];

	if (!table->virt) {
		do_alloc(worker, table);
		return;
	}
	if (!table_is_intact(worker, table))
		worker->error = "written over";
	if (table->list != IN_HAND)
		return;
	switch (choose(worker, 4)) {
	case 0:
		do_add(worker, table);
		break;
	case 1:
		do_mail(worker, table);
		break;
	default:
		do_free(table);
	}
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
		if (!table_is_intact(worker, table))
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

/* All parts of all models to @virt, and the sum of the whole pages */
static long collect(struct table *tables, unsigned int nr, void **virt,
		    unsigned int *nr_parts)
{
	long pages = 0;

	for (; nr--; tables++) {
		if (!tables->virt)
			continue;
		if (is_part(tables->virt))
			virt[(*nr_parts)++] = tables->virt;
		else
			pages += rounded_pages(tables->size);
	}
	return pages;
}

static void expect_models(struct kunit *test, struct worker *workers)
{
	unsigned int i, nr_parts = 0;
	void **virt;
	long pages;

	virt = kunit_kcalloc(test, NR_THREADS * NR_TABLES + NR_MAIL,
			     sizeof(*virt), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, virt);
	pages = collect(mail.slot, NR_MAIL, virt, &nr_parts);
	for (i = 0; i < NR_THREADS; i++)
		pages += collect(workers[i].tables, NR_TABLES, virt, &nr_parts);

	KUNIT_EXPECT_GT(test, nr_parts, 0);
	EXPECT_GROWN(test, pages + pages_of(virt, nr_parts));
	kunit_kfree(test, virt);
}

static void round_of_all(struct kunit *test, struct worker *workers)
{
	struct task_struct *task;
	unsigned int i, started = 0;

	for (i = 0; i < NR_THREADS; i++) {
		reinit_completion(&workers[i].done);
		task = kthread_run(worker_run, &workers[i], "iommu_parts/%u",
				   i);
		if (IS_ERR(task))
			break;
		started++;
	}
	for (i = 0; i < started; i++)
		wait_for_completion(&workers[i].done);

	KUNIT_EXPECT_EQ(test, started, NR_THREADS);
	for (i = 0; i < NR_THREADS; i++) {
		if (workers[i].error)
			KUNIT_FAIL(test, "thread %u: %s", i, workers[i].error);
	}
	expect_models(test, workers);
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

static void worker_release(struct worker *worker)
{
	unsigned int i;

	for (i = 0; i < NR_LISTS; i++)
		do_put(worker, i);
	for (i = 0; i < NR_TABLES; i++)
		do_free(&worker->tables[i]);
}

static void threads_against_models(struct kunit *test)
{
	struct worker *workers = workers_alloc(test);
	unsigned long allocs = 0, mails = 0;
	unsigned int i;

	for (i = 0; i < NR_ROUNDS; i++)
		round_of_all(test, workers);
	for (i = 0; i < NR_THREADS; i++) {
		worker_release(&workers[i]);
		allocs += workers[i].allocs;
		mails += workers[i].mails;
	}
	for (i = 0; i < NR_MAIL; i++)
		do_free(&mail.slot[i]);
	EXPECT_GROWN(test, 0);
	kunit_info(test, "%lu tables, %lu handed over", allocs, mails);
}

static struct kunit_case iommu_pages_parts_stress_cases[] = {
	KUNIT_CASE_SLOW(threads_against_models),
	{}
};

static struct kunit_suite iommu_pages_parts_stress_suite = {
	.name		= "iommu_pages_parts_stress",
	.init		= iommu_pages_test_init,
	.exit		= iommu_pages_test_exit,
	.test_cases	= iommu_pages_parts_stress_cases,
};

kunit_test_suite(iommu_pages_parts_stress_suite);

MODULE_DESCRIPTION("KUnit stress test of I/O page tables that share pages");
MODULE_LICENSE("GPL");
