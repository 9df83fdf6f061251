// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit stress test of I/O page tables that share pages. See
 * iommu_pages_stress.h.
 *
 * Tables also move between threads through a mailbox, and so are freed on other
 * CPUs than they came from. When all threads rest, the counters must have grown
 * by the whole pages of all models plus the pages on which the models have
 * every part in use.
 */
#include <linux/spinlock.h>

#include "iommu_pages_parts_kunit.h"
#include "iommu_pages_stress.h"

#define NR_MAIL		16

/* Tables on their way from one thread to another */
static struct {
	spinlock_t lock;	/* protects all below */
	struct stress_table slot[NR_MAIL];
	unsigned long received;
} mail = { .lock = __SPIN_LOCK_UNLOCKED(mail.lock) };

/* Mostly parts */
static size_t choose_size(struct stress_worker *worker)
{
	unsigned int classes = ilog2(PAGE_SIZE / PART_SIZE_MIN) + 2;
	size_t size = PART_SIZE_MIN << stress_choose(worker, classes);

	return size - stress_choose(worker, size / 2);
}

/* What was in the slot is this thread's now */
static void exchange(struct stress_worker *worker, struct stress_table *table)
{
	unsigned int nr = stress_choose(worker, NR_MAIL);

	spin_lock(&mail.lock);
	swap(*table, mail.slot[nr]);
	mail.received += !!table->virt;
	spin_unlock(&mail.lock);
	if (table->virt && !stress_is_intact(worker, table))
		worker->error = "written over in the mail";
}

static void free_add_or_exchange(struct stress_worker *worker,
				 struct stress_table *table)
{
	bool whole = table->size > IOMMU_PART_SIZE_MAX;

	if (is_part(table->virt) == whole)
		worker->error = "a part or not a part";

	switch (stress_choose(worker, 4)) {
	case 0:
		stress_add(worker, table);
		break;
	case 1:
		exchange(worker, table);
		break;
	default:
		stress_free(table);
	}
}

/* All parts of all models to @virt, and the sum of the whole pages */
static long collect(struct stress_table *tables, unsigned int nr, void **virt,
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

static void expect_models(struct kunit *test, struct stress_worker *workers)
{
	unsigned int i, nr_parts = 0;
	void **virt;
	long pages;

	virt = kunit_kcalloc(test, STRESS_THREADS * STRESS_TABLES + NR_MAIL,
			     sizeof(*virt), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, virt);
	pages = collect(mail.slot, NR_MAIL, virt, &nr_parts);
	for (i = 0; i < STRESS_THREADS; i++)
		pages += collect(workers[i].tables, STRESS_TABLES, virt,
				 &nr_parts);

	KUNIT_EXPECT_GT(test, nr_parts, 0);
	EXPECT_GROWN(test, pages + pages_of(virt, nr_parts));
	kunit_kfree(test, virt);
}

static void threads_against_models(struct kunit *test)
{
	static const struct stress stress = {
		.threads	= "iommu_parts",
		.rounds		= 6,
		.steps		= 6000,
		.zone		= __GFP_DMA32,
		.choose_size	= choose_size,
		.in_hand	= free_add_or_exchange,
		.at_rest	= expect_models,
	};
	unsigned int i;

	mail.received = 0;
	stress_run(test, &stress);
	for (i = 0; i < NR_MAIL; i++)
		stress_free(&mail.slot[i]);
	EXPECT_GROWN(test, 0);
	KUNIT_EXPECT_GT(test, mail.received, 0);
	kunit_info(test, "%lu handed over", mail.received);
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
