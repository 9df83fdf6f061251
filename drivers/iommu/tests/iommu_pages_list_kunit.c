// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of struct iommu_pages_list: what goes on it, in which contexts,
 * and that iommu_put_pages_list() frees it all, whatever the number is that the
 * batches of the page allocator hold.
 */
#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/hrtimer.h>
#include <linux/pagevec.h>
#include <linux/spinlock.h>

#include "iommu_fail_nth.h"
#include "iommu_pages_kunit.h"

#define NR_MANY 100000

/* A size for the i-th entry of a mixed list, and what it takes */
static size_t mixed_size(unsigned int i)
{
	static const size_t sizes[] = {
		PAGE_SIZE, PAGES(16), PAGE_SIZE - 8, PAGES(4), PAGES(64),
		PAGES(2)
	};

	return sizes[i % ARRAY_SIZE(sizes)];
}

static long mixed_pages(unsigned int nr)
{
	long pages = 0;

	while (nr--)
		pages += rounded_pages(mixed_size(nr));
	return pages;
}

static void fill_size(struct kunit *test, struct iommu_pages_list *list,
		      unsigned int nr, size_t size)
{
	while (nr--)
		alloc_to_list(test, list, NUMA_NO_NODE, GFP_KERNEL, size);
}

static void fill_mixed(struct kunit *test, struct iommu_pages_list *list,
		       unsigned int nr)
{
	while (nr--)
		fill_size(test, list, 1, mixed_size(nr));
}

static unsigned int list_count(const struct iommu_pages_list *list)
{
	return list_count_nodes((struct list_head *)&list->descs);
}

static void new_list_is_empty(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct {
		int before;
		struct iommu_pages_list list;
	} in = { .list = IOMMU_PAGES_LIST_INIT(in.list) };

	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&in.list));
}

static void put_of_empty_is_nothing(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);

	iommu_put_pages_list(&list);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
	EXPECT_GROWN(test, 0);
}

static void one_entry(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);

	fill_size(test, &list, 1, PAGE_SIZE);
	KUNIT_EXPECT_FALSE(test, iommu_pages_list_empty(&list));
	EXPECT_GROWN(test, 1);
	iommu_put_pages_list(&list);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
	EXPECT_GROWN(test, 0);
}

/* On the list, the hardware may still read it: as it was, and counted */
static void listed_memory_stays_intact(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGES(16));

	KUNIT_ASSERT_NOT_NULL(test, virt);
	memset(virt, 0x7e, PAGES(16));
	iommu_pages_list_add(&list, virt);
	fill_mixed(test, &list, 10);

	KUNIT_EXPECT_NULL(test, memchr_inv(virt, 0x7e, PAGES(16)));
	KUNIT_EXPECT_EQ(test, pages_state(virt), IOPTDESC_LISTED);
	EXPECT_GROWN(test, 16 + mixed_pages(10));
	iommu_put_pages_list(&list);
}

static void put_gives_up_one_reference(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct folio *folio[40];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(folio); i++) {
		void *virt = iommu_alloc_pages_sz(GFP_KERNEL, mixed_size(i));

		KUNIT_ASSERT_NOT_NULL(test, virt);
		folio[i] = pages_pin(virt);
		iommu_pages_list_add(&list, virt);
		KUNIT_EXPECT_EQ(test, folio_ref_count(folio[i]), 2);
	}
	iommu_put_pages_list(&list);
	EXPECT_GROWN(test, 0);
	for (i = 0; i < ARRAY_SIZE(folio); i++)
		pages_unpin_freed(test, folio[i]);
}

static const unsigned int counts[] = {
	1, 2, PAGEVEC_SIZE - 1, PAGEVEC_SIZE, PAGEVEC_SIZE + 1,
	2 * PAGEVEC_SIZE - 1, 2 * PAGEVEC_SIZE, 2 * PAGEVEC_SIZE + 1, 1000,
};

static void count_desc(const unsigned int *count, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u entries", *count);
}

KUNIT_ARRAY_PARAM(count, counts, count_desc);

static void put_of_equal_sizes(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	unsigned int nr = *(const unsigned int *)test->param_value;

	fill_size(test, &list, nr, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, list_count(&list), nr);
	EXPECT_GROWN(test, nr);
	iommu_put_pages_list(&list);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
	EXPECT_GROWN(test, 0);
}

static void put_of_mixed_sizes(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	unsigned int nr = *(const unsigned int *)test->param_value;

	nr = min(nr, 3 * PAGEVEC_SIZE);
	fill_mixed(test, &list, nr);
	EXPECT_GROWN(test, mixed_pages(nr));
	iommu_put_pages_list(&list);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
	EXPECT_GROWN(test, 0);
}

/* Each pass of a flush queue's slot is like the first */
static void list_is_usable_after_put(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	unsigned int pass;

	for (pass = 1; pass <= 3; pass++) {
		fill_mixed(test, &list, 5 * pass);
		KUNIT_EXPECT_EQ(test, list_count(&list), 5 * pass);
		EXPECT_GROWN(test, mixed_pages(5 * pass));
		iommu_put_pages_list(&list);
		KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
		EXPECT_GROWN(test, 0);
	}
}

/* Splice lists of so many entries, and check both before and after the put */
static void splice(struct kunit *test, unsigned int nr_from, unsigned int nr_to)
{
	struct iommu_pages_list from = IOMMU_PAGES_LIST_INIT(from);
	struct iommu_pages_list to = IOMMU_PAGES_LIST_INIT(to);

	fill_size(test, &from, nr_from, PAGES(4));
	fill_size(test, &to, nr_to, PAGE_SIZE);

	iommu_pages_list_splice(&from, &to);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&from));
	KUNIT_EXPECT_EQ(test, list_count(&to), nr_from + nr_to);
	EXPECT_GROWN(test, nr_from * 4 + nr_to);

	/* The list that was taken from is a list like any other */
	fill_size(test, &from, 2, PAGES(2));
	iommu_put_pages_list(&to);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&to));
	EXPECT_GROWN(test, 4);
	iommu_put_pages_list(&from);
	EXPECT_GROWN(test, 0);
}

static void splice_to_a_filled_list(struct kunit *test)
{
	splice(test, 3, 4);
}

static void splice_to_an_empty_list(struct kunit *test)
{
	splice(test, 3, 0);
}

static void splice_from_an_empty_list(struct kunit *test)
{
	splice(test, 0, 3);
}

static void splice_of_two_empty_lists(struct kunit *test)
{
	splice(test, 0, 0);
}

static void splice_there_and_back(struct kunit *test)
{
	struct iommu_pages_list a = IOMMU_PAGES_LIST_INIT(a);
	struct iommu_pages_list b = IOMMU_PAGES_LIST_INIT(b);

	fill_mixed(test, &a, 6);
	fill_mixed(test, &b, 6);
	iommu_pages_list_splice(&a, &b);
	iommu_pages_list_splice(&b, &a);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&b));
	KUNIT_EXPECT_EQ(test, list_count(&a), 12);
	iommu_put_pages_list(&a);
	EXPECT_GROWN(test, 0);
}

static void splice_to_itself(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);

	iommu_pages_list_splice(&list, &list);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));

	fill_mixed(test, &list, 6);
	iommu_pages_list_splice(&list, &list);
	KUNIT_EXPECT_EQ(test, list_count(&list), 6);
	iommu_put_pages_list(&list);
	EXPECT_GROWN(test, 0);
}

static void splice_appends_in_order(struct kunit *test)
{
	struct iommu_pages_list from = IOMMU_PAGES_LIST_INIT(from);
	struct iommu_pages_list to = IOMMU_PAGES_LIST_INIT(to);
	struct ioptdesc *desc;
	void *virt[6];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(virt); i++) {
		virt[i] = alloc_to_list(test, i < 3 ? &to : &from, NUMA_NO_NODE,
					GFP_KERNEL, PAGE_SIZE);
	}
	iommu_pages_list_splice(&from, &to);

	i = 0;
	list_for_each_entry(desc, &to.descs, freelist_elm)
		KUNIT_EXPECT_PTR_EQ(test, folio_address(ioptdesc_folio(desc)),
				    virt[i++]);
	KUNIT_EXPECT_EQ(test, i, ARRAY_SIZE(virt));
	iommu_put_pages_list(&to);
}

static void a_hundred_thousand_entries(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);

	if (si_mem_available() < NR_MANY + NR_MANY / 4)
		kunit_skip(test, "less than %u pages of memory",
			   NR_MANY + NR_MANY / 4);

	fill_size(test, &list, NR_MANY, PAGE_SIZE);
	EXPECT_GROWN(test, NR_MANY);
	iommu_put_pages_list(&list);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
	EXPECT_GROWN(test, 0);
}

/* As a driver's unmap does, under its lock and with interrupts off */
static void add_splice_put_in_atomic_context(struct kunit *test)
{
	static DEFINE_SPINLOCK(lock);
	struct iommu_pages_list a = IOMMU_PAGES_LIST_INIT(a);
	struct iommu_pages_list b = IOMMU_PAGES_LIST_INIT(b);
	void *virt[2 * PAGEVEC_SIZE];
	unsigned long flags;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(virt); i++) {
		virt[i] = iommu_alloc_pages_sz(GFP_KERNEL, mixed_size(i));
		KUNIT_ASSERT_NOT_NULL(test, virt[i]);
	}

	spin_lock_irqsave(&lock, flags);
	for (i = 0; i < ARRAY_SIZE(virt); i++)
		iommu_pages_list_add(i % 2 ? &a : &b, virt[i]);
	iommu_pages_list_splice(&a, &b);
	iommu_put_pages_list(&b);
	spin_unlock_irqrestore(&lock, flags);

	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&a));
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&b));
	EXPECT_GROWN(test, 0);
}

/* The next injectable allocation would fail, and is still to come afterwards */
static void add_allocates_nothing(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE);

	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES)) {
		iommu_free_pages(virt);
		kunit_skip(test, "FAIL_IOMMU_PAGES is not set");
	}
	KUNIT_ASSERT_NOT_NULL(test, virt);
	iommu_fail_nth_begin(1);
	iommu_pages_list_add(&list, virt);
	KUNIT_EXPECT_FALSE(test, iommu_fail_nth_end());
	iommu_put_pages_list(&list);
}

struct list_timer {
	struct hrtimer timer;
	struct iommu_pages_list from;
	struct iommu_pages_list to;
	void *virt;
	bool hardirq;
};

static enum hrtimer_restart list_in_hardirq(struct hrtimer *timer)
{
	struct list_timer *work = container_of(timer, struct list_timer, timer);

	work->hardirq = in_hardirq();
	iommu_pages_list_add(&work->from, work->virt);
	iommu_pages_list_splice(&work->from, &work->to);
	iommu_put_pages_list(&work->to);
	return HRTIMER_NORESTART;
}

static void add_splice_put_in_hardirq(struct kunit *test)
{
	struct list_timer *work;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "the page allocator's locks sleep");
	work = kunit_kzalloc(test, sizeof(*work), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, work);
	work->from = IOMMU_PAGES_LIST_INIT(work->from);
	work->to = IOMMU_PAGES_LIST_INIT(work->to);
	fill_mixed(test, &work->from, 40);
	fill_mixed(test, &work->to, 40);
	work->virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, work->virt);

	hrtimer_init(&work->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	work->timer.function = list_in_hardirq;
	hrtimer_start(&work->timer, ms_to_ktime(1), HRTIMER_MODE_REL);
	while (hrtimer_active(&work->timer))
		schedule_timeout_uninterruptible(1);

	KUNIT_EXPECT_TRUE(test, work->hardirq);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&work->from));
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&work->to));
	EXPECT_GROWN(test, 0);
}

/* Nothing of a high order is left behind; see free_returns_every_page() */
static bool put_and_look(struct kunit *test, size_t size)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, size);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, virt);
	iommu_pages_list_add(&list, virt);
	iommu_put_pages_list(&list);
	for (i = 0; i < size; i += PAGE_SIZE) {
		if (!is_free_buddy_page(virt_to_page(virt + i)))
			return false;
	}
	return true;
}

static void put_returns_every_page(struct kunit *test)
{
	unsigned int round;
	bool free = false;

	for (round = 0; round < 10 && !free; round++)
		free = put_and_look(test, PAGE_SIZE << 6);
	KUNIT_EXPECT_TRUE(test, free);
}

/* A driver that fails in the middle puts what it has */
static void failure_while_filling(struct kunit *test)
{
	const unsigned int nr = PAGEVEC_SIZE + 2;
	unsigned int n;

	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "FAIL_IOMMU_PAGES is not set");

	for (n = 1; n <= nr; n++) {
		struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
		void *virt;

		iommu_fail_nth_begin(n);
		while ((virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE)))
			iommu_pages_list_add(&list, virt);
		KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
		KUNIT_EXPECT_EQ(test, list_count(&list), n - 1);
		EXPECT_GROWN(test, n - 1);
		iommu_put_pages_list(&list);
		EXPECT_GROWN(test, 0);
	}
}

static struct kunit_case iommu_pages_list_cases[] = {
	KUNIT_CASE(new_list_is_empty),
	KUNIT_CASE(put_of_empty_is_nothing),
	KUNIT_CASE(one_entry),
	KUNIT_CASE(listed_memory_stays_intact),
	KUNIT_CASE(put_gives_up_one_reference),
	KUNIT_CASE_PARAM(put_of_equal_sizes, count_gen_params),
	KUNIT_CASE_PARAM(put_of_mixed_sizes, count_gen_params),
	KUNIT_CASE(list_is_usable_after_put),
	KUNIT_CASE(splice_to_a_filled_list),
	KUNIT_CASE(splice_to_an_empty_list),
	KUNIT_CASE(splice_from_an_empty_list),
	KUNIT_CASE(splice_of_two_empty_lists),
	KUNIT_CASE(splice_there_and_back),
	KUNIT_CASE(splice_to_itself),
	KUNIT_CASE(splice_appends_in_order),
	KUNIT_CASE_SLOW(a_hundred_thousand_entries),
	KUNIT_CASE(add_splice_put_in_atomic_context),
	KUNIT_CASE(add_allocates_nothing),
	KUNIT_CASE(add_splice_put_in_hardirq),
	KUNIT_CASE(put_returns_every_page),
	KUNIT_CASE(failure_while_filling),
	{}
};

static struct kunit_suite iommu_pages_list_suite = {
	.name		= "iommu_pages_list",
	.init		= iommu_pages_test_init,
	.exit		= iommu_pages_test_exit,
	.test_cases	= iommu_pages_list_cases,
};

kunit_test_suite(iommu_pages_list_suite);

MODULE_DESCRIPTION("KUnit tests for lists of I/O page-table memory");
MODULE_LICENSE("GPL");
