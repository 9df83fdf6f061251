// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit stress test of I/O page-table memory of whole pages. When all threads
 * rest, the counters must have grown by the sum of all models, to the page. See
 * iommu_pages_stress.h.
 */
#include "iommu_pages_stress.h"

static size_t choose_size(struct stress_worker *worker)
{
	size_t size = PAGE_SIZE << stress_choose(worker, 5);

	return size - stress_choose(worker, size / 2);
}

static void free_or_add(struct stress_worker *worker,
			struct stress_table *table)
{
	if (stress_choose(worker, 2))
		stress_free(table);
	else
		stress_add(worker, table);
}

static void expect_sum(struct kunit *test, struct stress_worker *workers)
{
	unsigned int i, n;
	long pages = 0;

	for (i = 0; i < STRESS_THREADS; i++) {
		for (n = 0; n < STRESS_TABLES; n++) {
			if (workers[i].tables[n].virt)
				pages += workers[i].tables[n].size / PAGE_SIZE;
		}
	}
	KUNIT_EXPECT_GT(test, pages, 0);
	EXPECT_GROWN(test, pages);
}

static void threads_against_models(struct kunit *test)
{
	static const struct stress stress = {
		.threads	= "iommu_pages",
		.rounds		= 5,
		.steps		= 4000,
		.choose_size	= choose_size,
		.in_hand	= free_or_add,
		.at_rest	= expect_sum,
	};

	stress_run(test, &stress);
	EXPECT_GROWN(test, 0);
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
