// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of I/O page tables that share pages: sizes, who shares with whom,
 * when a page comes and goes, lists, contexts, CPUs, and failure.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "iommu_fail_nth.h"
#include "iommu_pages_parts_kunit.h"

/* One less, exact and one more for each size of parts */
static size_t nth_size(unsigned int n)
{
	size_t size = ((size_t)PART_SIZE_MIN << (n / 3)) - 1 + n % 3;

	return size <= PAGE_SIZE / 2 ? size : 0;
}

static const void *size_gen_params(const void *prev, char *desc)
{
	unsigned long n = (unsigned long)prev;
	size_t size = nth_size(n);

	if (!size)
		return NULL;
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%zu bytes", size);
	return (const void *)(n + 1);
}

static size_t param_size(struct kunit *test)
{
	return nth_size((unsigned long)test->param_value - 1);
}

static size_t param_class(struct kunit *test)
{
	return (size_t)test->param_value;
}

static void size_is_rounded_up(struct kunit *test)
{
	size_t size = param_size(test);
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, size);

	KUNIT_ASSERT_NOT_NULL(test, virt);
	KUNIT_ASSERT_TRUE(test, is_part(virt));
	KUNIT_EXPECT_EQ(test, part_size(virt_to_parts(virt)),
			part_rounded(size));
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((uintptr_t)virt,
					   part_rounded(size)));
	EXPECT_GROWN(test, pages_of(&virt, 1));
	iommu_free_pages(virt);
}

static void tiny_is_the_smallest_part(struct kunit *test)
{
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, 1);

	KUNIT_ASSERT_NOT_NULL(test, virt);
	KUNIT_EXPECT_EQ(test, part_size(virt_to_parts(virt)), PART_SIZE_MIN);
	iommu_free_pages(virt);
}

static void more_than_half_is_a_page(struct kunit *test)
{
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE / 2 + 1);

	KUNIT_ASSERT_NOT_NULL(test, virt);
	KUNIT_EXPECT_EQ(test, pages_state(virt), IOPTDESC_LIVE);
	KUNIT_EXPECT_TRUE(test, PAGE_ALIGNED(virt));
	EXPECT_GROWN(test, 1);
	iommu_free_pages(virt);
}

/* All there are, each of its own, and one page in the counters */
static void page_has_all_its_parts(struct kunit *test)
{
	struct own_page *own = own_page(test, param_class(test), GFP_KERNEL);
	void *page = (void *)PAGE_ALIGN_DOWN((uintptr_t)own->part[0]);
	unsigned int i;

	for (i = 0; i < own->nr; i++)
		KUNIT_EXPECT_PTR_EQ(test, own->part[i], page + i * own->size);
	EXPECT_GROWN(test, 1);
	own_page_free(own);
	EXPECT_GROWN(test, 0);
}

static void parts_do_not_overlap(struct kunit *test)
{
	struct own_page *own = own_page(test, param_class(test), GFP_KERNEL);
	unsigned int i;

	for (i = 0; i < own->nr; i++) {
		KUNIT_EXPECT_NULL(test, memchr_inv(own->part[i], 0, own->size));
		memset(own->part[i], i + 1, own->size);
	}
	for (i = 0; i < own->nr; i++)
		KUNIT_EXPECT_NULL(test, memchr_inv(own->part[i], (u8)(i + 1),
						   own->size));
	own_page_free(own);
}

/* What was freed last comes first, on the CPU that freed it */
static long recycle(void *test_)
{
	struct kunit *test = test_;
	size_t size = param_class(test);
	void *keep, *virt, *again;

	keep = iommu_alloc_pages_sz(GFP_KERNEL, size);
	virt = iommu_alloc_pages_sz(GFP_KERNEL, size);
	if (!keep || !virt)
		return -ENOMEM;
	memset(virt, 0xa5, size);
	iommu_free_pages(virt);
	again = iommu_alloc_pages_sz(GFP_KERNEL, size);
	KUNIT_EXPECT_PTR_EQ(test, again, virt);
	KUNIT_EXPECT_NULL(test, memchr_inv(again, 0, size));
	iommu_free_pages(again);
	iommu_free_pages(keep);
	return 0;
}

static void recycled_part_is_zeroed(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0,
			work_on_cpu_safe(raw_smp_processor_id(), recycle,
					 test));
}

static void page_stays_until_its_last_part_goes(struct kunit *test)
{
	struct own_page *own = own_page(test, param_class(test), GFP_KERNEL);
	unsigned int i;

	for (i = 0; i < own->nr; i++) {
		EXPECT_GROWN(test, 1);
		KUNIT_EXPECT_TRUE(test, is_part(own->part[i]));
		iommu_free_pages(own->part[i]);
	}
	EXPECT_GROWN(test, 0);
}

#define NR_KEPT_TEST	(4 * PARTS_EMPTY_MAX)

/*
 * A reference to each page keeps it from being anything else. What is not a
 * shared page any more was given back, to the last reference but ours.
 */
static void expect_some_kept(struct kunit *test, struct many *many,
			     long (*free)(void *many))
{
	unsigned int i, nr = 0, kept = 0;
	struct folio **folio;

	folio = kunit_kcalloc(test, many->nr, sizeof(*folio), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, folio);
	KUNIT_ASSERT_EQ(test, 0,
			work_on_cpu_safe(any_cpu(0), many_alloc, many));
	for (i = 0; i < many->nr; i++) {
		if (on_page(many->virt, many->nr, many->virt[i]) ==
		    PAGE_SIZE / many->size &&
		    !on_page(many->virt, i, many->virt[i]))
			folio[nr++] = pages_pin(many->virt[i]);
	}
	work_on_cpu_safe(any_cpu(0), free, many);
	EXPECT_GROWN(test, 0);

	for (i = 0; i < nr; i++) {
		if (folio_ioptdesc(folio[i])->state == IOPTDESC_SHARED) {
			KUNIT_EXPECT_EQ(test, folio_ref_count(folio[i]), 2);
			folio_put(folio[i]);
			kept++;
		} else {
			pages_unpin_freed(test, folio[i]);
		}
	}
	KUNIT_EXPECT_GE(test, nr, 2 * PARTS_EMPTY_MAX);
	KUNIT_EXPECT_LE(test, kept, PARTS_EMPTY_MAX);
	KUNIT_EXPECT_GT(test, kept, 0);
}

static struct many *many_to_keep(struct kunit *test, size_t size)
{
	return many_make(test, size, NR_KEPT_TEST * PAGE_SIZE / size);
}

static void empty_pages_are_given_back(struct kunit *test)
{
	expect_some_kept(test, many_to_keep(test, param_class(test)),
			 many_free);
}

static long many_put(void *data)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct many *many = data;
	unsigned int i;

	for (i = 0; i < many->nr; i++) {
		iommu_pages_list_add(&list, many->virt[i]);
		many->virt[i] = NULL;
	}
	iommu_put_pages_list(&list);
	return 0;
}

static void pages_emptied_by_a_list_are_given_back(struct kunit *test)
{
	expect_some_kept(test, many_to_keep(test, param_class(test)), many_put);
}

/*
 * No more empty pages of a zone than there is room for, and no less room for
 * those of another zone that is used later
 */
static void empty_pages_make_room(struct kunit *test)
{
	struct many *before = many_to_keep(test, QUARTER);
	struct many *later = many_to_keep(test, QUARTER);

	many_in_other_zone(test, before);
	expect_some_kept(test, before, many_free);
	expect_some_kept(test, later, many_put);
	expect_some_kept(test, before, many_free);
}

/* Empty and kept, and counted again as soon as a part of it is in use */
static void kept_page_is_used_again(struct kunit *test)
{
	struct many *many = many_make(test, QUARTER, 8 * 4 * PARTS_EMPTY_MAX);
	unsigned int pass;

	for (pass = 0; pass < 3; pass++) {
		KUNIT_ASSERT_EQ(test, 0, work_on_cpu_safe(any_cpu(0),
							  many_alloc, many));
		EXPECT_GROWN(test, pages_of(many->virt, many->nr));
		work_on_cpu_safe(any_cpu(0), many_free, many);
		EXPECT_GROWN(test, 0);
	}
}

static void sizes_do_not_share(struct kunit *test)
{
	void *virt[16];
	unsigned int i, j;
	size_t size;

	for (i = 0, size = PART_SIZE_MIN; size < PAGE_SIZE; size *= 2, i++) {
		virt[i] = iommu_alloc_pages_sz(GFP_KERNEL, size);
		KUNIT_ASSERT_NOT_NULL(test, virt[i]);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_FALSE(test, same_page(virt[i], virt[j]));
	}
	while (i--)
		iommu_free_pages(virt[i]);
}

/* Take all parts of pages for @gfp; none is on a page that GFP_KERNEL filled */
static void __maybe_unused
expect_zone_for_itself(struct kunit *test, gfp_t gfp, enum zone_type zone)
{
	void *normal[8], *special[8];
	unsigned int i;

	for (i = 0; i < 8; i++) {
		normal[i] = iommu_alloc_pages_sz(GFP_KERNEL, QUARTER);
		special[i] = iommu_alloc_pages_sz(GFP_KERNEL | gfp, QUARTER);
		KUNIT_ASSERT_NOT_NULL(test, normal[i]);
		KUNIT_ASSERT_NOT_NULL(test, special[i]);
		KUNIT_EXPECT_LE(test, page_zonenum(virt_to_page(special[i])),
				zone);
	}
	for (i = 0; i < 8; i++) {
		KUNIT_EXPECT_EQ(test, on_page(normal, 8, special[i]), 0);
		iommu_free_pages(normal[i]);
	}
	for (i = 0; i < 8; i++)
		iommu_free_pages(special[i]);
}

static void zone_dma_does_not_share(struct kunit *test)
{
#ifdef CONFIG_ZONE_DMA
	expect_zone_for_itself(test, __GFP_DMA, ZONE_DMA);
#else
	kunit_skip(test, "no ZONE_DMA in this kernel");
#endif
}

static void zone_dma32_does_not_share(struct kunit *test)
{
#ifdef CONFIG_ZONE_DMA32
	expect_zone_for_itself(test, __GFP_DMA32, ZONE_DMA32);
#else
	kunit_skip(test, "no ZONE_DMA32 in this kernel");
#endif
}

static long grown_on_the_node_of(struct kunit *test, const void *virt)
{
	return iommu_counters_grown_node(test->priv,
					 page_to_nid(virt_to_page(virt)));
}

/* Any node that can be asked for, with memory or without; counted there, too */
static void part_is_where_a_page_would_be(struct kunit *test)
{
	void *page, *virt[8];
	unsigned int i;
	int nid;

	for_each_online_node(nid) {
		page = iommu_alloc_pages_node_sz(nid, GFP_KERNEL, PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, page);
		for (i = 0; i < 8; i++) {
			virt[i] = iommu_alloc_pages_node_sz(nid, GFP_KERNEL,
							    QUARTER);
			KUNIT_ASSERT_NOT_NULL(test, virt[i]);
			KUNIT_EXPECT_EQ(test,
					page_to_nid(virt_to_page(virt[i])),
					page_to_nid(virt_to_page(page)));
		}
		KUNIT_EXPECT_LE(test, pages_of(virt, 8), 3);
		KUNIT_EXPECT_EQ(test, 1 + pages_of(virt, 8),
				grown_on_the_node_of(test, page));
		while (i--)
			iommu_free_pages(virt[i]);
		iommu_free_pages(page);
	}
}

static void this_node_or_none(struct kunit *test)
{
	gfp_t gfp = GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN;
	void *virt;
	int nid;

	for_each_online_node(nid) {
		virt = iommu_alloc_pages_node_sz(nid, gfp, QUARTER);
		KUNIT_EXPECT_EQ(test, !virt,
				!node_state(nid, N_NORMAL_MEMORY));
		if (virt)
			KUNIT_EXPECT_EQ(test, page_to_nid(virt_to_page(virt)),
					nid);
		iommu_free_pages(virt);
	}
}

static void one_page_on_two_lists(struct kunit *test)
{
	struct iommu_pages_list even = IOMMU_PAGES_LIST_INIT(even);
	struct iommu_pages_list odd = IOMMU_PAGES_LIST_INIT(odd);
	struct own_page *own = own_page(test, param_class(test), GFP_KERNEL);
	unsigned int i;

	for (i = 0; i < own->nr; i++) {
		memset(own->part[i], 0x7e, own->size);
		iommu_pages_list_add(i % 2 ? &odd : &even, own->part[i]);
	}
	for (i = 0; i < own->nr; i++)
		KUNIT_EXPECT_EQ(test, part_state(own->part[i]), PART_LISTED);
	EXPECT_GROWN(test, 1);

	iommu_put_pages_list(&even);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&even));
	KUNIT_EXPECT_FALSE(test, iommu_pages_list_empty(&odd));
	EXPECT_GROWN(test, 1);
	for (i = 1; i < own->nr; i += 2) {
		KUNIT_EXPECT_EQ(test, part_state(own->part[i]), PART_LISTED);
		KUNIT_EXPECT_NULL(test, memchr_inv(own->part[i], 0x7e,
						   own->size));
	}
	iommu_put_pages_list(&odd);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&odd));
	EXPECT_GROWN(test, 0);
}

/* Parts of all sizes and whole pages, @nr of them */
static void fill(struct kunit *test, struct iommu_pages_list *list,
		 unsigned int nr, void **virt)
{
	while (nr--) {
		size_t size = PART_SIZE_MIN << nr % 7;

		virt[nr] = iommu_alloc_pages_sz(GFP_KERNEL,
						size < PAGE_SIZE ? size :
						PAGE_SIZE << nr % 3);
		KUNIT_ASSERT_NOT_NULL(test, virt[nr]);
		iommu_pages_list_add(list, virt[nr]);
	}
}

static long grown_by(void **virt, unsigned int nr)
{
	long pages = 0;
	void *part;

	while (nr--) {
		part = virt[nr];
		if (is_part(part))
			continue;
		pages += folio_nr_pages(virt_to_folio(part));
		virt[nr] = NULL;
	}
	return pages;
}

static void list_of_parts_and_pages(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *virt[100];
	unsigned int pass;

	for (pass = 0; pass < 3; pass++) {
		fill(test, &list, ARRAY_SIZE(virt), virt);
		EXPECT_GROWN(test, grown_by(virt, ARRAY_SIZE(virt)) +
			     pages_of(virt, ARRAY_SIZE(virt)));
		iommu_put_pages_list(&list);
		KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
		EXPECT_GROWN(test, 0);
	}
}

static void splice(struct kunit *test, unsigned int nr_from, unsigned int nr_to)
{
	struct iommu_pages_list from = IOMMU_PAGES_LIST_INIT(from);
	struct iommu_pages_list to = IOMMU_PAGES_LIST_INIT(to);
	void *virt[16];

	fill(test, &from, nr_from, virt);
	fill(test, &to, nr_to, virt);
	iommu_pages_list_splice(&from, &to);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&from));
	KUNIT_EXPECT_EQ(test, iommu_pages_list_empty(&to), !nr_from && !nr_to);

	fill(test, &from, 3, virt);
	iommu_pages_list_splice(&from, &to);
	iommu_put_pages_list(&to);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&to));
	EXPECT_GROWN(test, 0);
}

static void splice_of_parts(struct kunit *test)
{
	unsigned int from, to;

	for (from = 0; from < 4; from++)
		for (to = 0; to < 4; to++)
			splice(test, from, to);
}

static void atomic_context(struct kunit *test)
{
	static DEFINE_SPINLOCK(lock);
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	unsigned int i, failed = 0;
	unsigned long flags;
	void *virt[40];

	spin_lock_irqsave(&lock, flags);
	for (i = 0; i < ARRAY_SIZE(virt); i++) {
		virt[i] = iommu_alloc_pages_sz(GFP_ATOMIC, QUARTER);
		failed += !virt[i];
	}
	for (i = 0; i < ARRAY_SIZE(virt); i++) {
		if (i % 2 && virt[i])
			iommu_pages_list_add(&list, virt[i]);
		else
			iommu_free_pages(virt[i]);
	}
	iommu_put_pages_list(&list);
	spin_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_EQ(test, failed, 0);
	EXPECT_GROWN(test, 0);
}

struct elsewhere {
	struct hrtimer timer;
	struct rcu_head rcu;
	struct iommu_pages_list list;
	void *victim[2 * 4 * PARTS_EMPTY_MAX + 4];
	void *virt;
	bool hardirq;
	struct completion done;
};

static enum hrtimer_restart in_hardirq_timer(struct hrtimer *timer)
{
	struct elsewhere *work = container_of(timer, struct elsewhere, timer);
	unsigned int i;

	work->hardirq = in_hardirq();
	work->virt = iommu_alloc_pages_sz(GFP_ATOMIC, QUARTER);
	for (i = 0; i < ARRAY_SIZE(work->victim); i++) {
		if (i % 2)
			iommu_pages_list_add(&work->list, work->victim[i]);
		else
			iommu_free_pages(work->victim[i]);
	}
	iommu_put_pages_list(&work->list);
	complete(&work->done);
	return HRTIMER_NORESTART;
}

static void in_rcu_callback(struct rcu_head *rcu)
{
	struct elsewhere *work = container_of(rcu, struct elsewhere, rcu);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(work->victim); i++)
		iommu_free_pages(work->victim[i]);
	complete(&work->done);
}

static struct elsewhere *elsewhere(struct kunit *test)
{
	struct elsewhere *work;
	unsigned int i;

	work = kunit_kzalloc(test, sizeof(*work), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, work);
	work->list = IOMMU_PAGES_LIST_INIT(work->list);
	init_completion(&work->done);
	for (i = 0; i < ARRAY_SIZE(work->victim); i++) {
		work->victim[i] = iommu_alloc_pages_sz(GFP_KERNEL, QUARTER);
		KUNIT_ASSERT_NOT_NULL(test, work->victim[i]);
	}
	return work;
}

static void hard_interrupt(struct kunit *test)
{
	struct elsewhere *work;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "the page allocator's locks sleep");
	work = elsewhere(test);
	hrtimer_init(&work->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	work->timer.function = in_hardirq_timer;
	hrtimer_start(&work->timer, ms_to_ktime(1), HRTIMER_MODE_REL);
	wait_for_completion(&work->done);
	while (hrtimer_active(&work->timer))
		schedule_timeout_uninterruptible(1);

	KUNIT_EXPECT_TRUE(test, work->hardirq);
	KUNIT_ASSERT_NOT_NULL(test, work->virt);
	EXPECT_GROWN(test, pages_of(&work->virt, 1));
	iommu_free_pages(work->virt);
}

static void rcu_callback(struct kunit *test)
{
	struct elsewhere *work = elsewhere(test);

	call_rcu(&work->rcu, in_rcu_callback);
	wait_for_completion(&work->done);
	EXPECT_GROWN(test, 0);
}

static void freed_on_another_cpu(struct kunit *test)
{
	struct many *many = many_make(test, QUARTER, 1000);

	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU");

	KUNIT_ASSERT_EQ(test, 0,
			work_on_cpu_safe(any_cpu(0), many_alloc, many));
	EXPECT_GROWN(test, pages_of(many->virt, many->nr));
	work_on_cpu_safe(any_cpu(1), many_free, many);
	EXPECT_GROWN(test, 0);
}

/* One part of each page of @many stays */
static void many_thin_out(struct many *many)
{
	unsigned int i;

	for (i = 0; i < many->nr; i++) {
		if (on_page(many->virt, many->nr, many->virt[i]) == 1)
			continue;
		iommu_free_pages(many->virt[i]);
		many->virt[i] = NULL;
	}
}

/* What one CPU left behind is used by another, but for a few pages */
static void cpus_use_what_others_leave(struct kunit *test)
{
	struct many *many = many_make(test, QUARTER, 400);
	struct many *other = many_make(test, QUARTER, 290);
	long pages;

	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU");

	many->nid = first_memory_node;
	other->nid = first_memory_node;
	KUNIT_ASSERT_EQ(test, 0,
			work_on_cpu_safe(any_cpu(0), many_alloc, many));
	many_thin_out(many);
	pages = iommu_counters_grown(test->priv);
	KUNIT_EXPECT_GE(test, pages, 98);

	KUNIT_ASSERT_EQ(test, 0,
			work_on_cpu_safe(any_cpu(1), many_alloc, other));
	pages = iommu_counters_grown(test->priv) - pages;
	KUNIT_EXPECT_LE(test, pages, PARTS_SPARE_MAX);
	many_free(many);
	many_free(other);
	EXPECT_GROWN(test, 0);
}

/* Fail the n-th of what can be made to fail: the part, or its descriptor */
static void every_allocation_fails_once(struct kunit *test)
{
	struct many *many = many_make(test, QUARTER, 40);
	gfp_t gfp = GFP_ATOMIC | __GFP_NOWARN;
	unsigned int n, i, failed;
	bool injected = true;

	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "FAIL_IOMMU_PAGES is not set");

	for (n = 1; injected; n++) {
		failed = 0;
		iommu_fail_nth_begin(n);
		for (i = 0; i < many->nr; i++) {
			many->virt[i] = iommu_alloc_pages_sz(gfp, many->size);
			failed += !many->virt[i];
		}
		injected = iommu_fail_nth_end();
		/* A spare page may be done without */
		KUNIT_EXPECT_LE(test, failed, injected);
		EXPECT_GROWN(test, pages_of(many->virt, many->nr));
		many_free(many);
		EXPECT_GROWN(test, 0);
	}
	KUNIT_EXPECT_GT(test, n, many->nr + 1);
}

static struct kunit_case iommu_pages_parts_cases[] = {
	KUNIT_CASE_PARAM(size_is_rounded_up, size_gen_params),
	KUNIT_CASE(tiny_is_the_smallest_part),
	KUNIT_CASE(more_than_half_is_a_page),
	KUNIT_CASE_PARAM(page_has_all_its_parts, class_gen_params),
	KUNIT_CASE_PARAM(parts_do_not_overlap, class_gen_params),
	KUNIT_CASE_PARAM(recycled_part_is_zeroed, class_gen_params),
	KUNIT_CASE_PARAM(page_stays_until_its_last_part_goes, class_gen_params),
	KUNIT_CASE_PARAM(empty_pages_are_given_back, class_gen_params),
	KUNIT_CASE_PARAM(pages_emptied_by_a_list_are_given_back,
			 class_gen_params),
	KUNIT_CASE(empty_pages_make_room),
	KUNIT_CASE(kept_page_is_used_again),
	KUNIT_CASE(sizes_do_not_share),
	KUNIT_CASE(zone_dma_does_not_share),
	KUNIT_CASE(zone_dma32_does_not_share),
	KUNIT_CASE(part_is_where_a_page_would_be),
	KUNIT_CASE(this_node_or_none),
	KUNIT_CASE_PARAM(one_page_on_two_lists, class_gen_params),
	KUNIT_CASE(list_of_parts_and_pages),
	KUNIT_CASE(splice_of_parts),
	KUNIT_CASE(atomic_context),
	KUNIT_CASE(hard_interrupt),
	KUNIT_CASE(rcu_callback),
	KUNIT_CASE(freed_on_another_cpu),
	KUNIT_CASE(cpus_use_what_others_leave),
	KUNIT_CASE(every_allocation_fails_once),
	{}
};

static struct kunit_suite iommu_pages_parts_suite = {
	.name		= "iommu_pages_parts",
	.init		= iommu_pages_test_init,
	.exit		= iommu_pages_test_exit,
	.test_cases	= iommu_pages_parts_cases,
};

kunit_test_suite(iommu_pages_parts_suite);

MODULE_DESCRIPTION("KUnit tests of I/O page tables that share pages");
MODULE_LICENSE("GPL");
