// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what I/O page tables that share pages cost, who pays for them,
 * and who is seen to have allocated them: descriptors, memory cgroups,
 * tracepoints, /proc/allocinfo.
 */
#include <kunit/test.h>
#include <linux/alloc_tag.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "iommu_fail_nth.h"
#include "iommu_memcg_kunit.h"
#include "iommu_pages_parts_kunit.h"
#include "iommu_traced_kunit.h"

#define NR_SOME		20

#ifdef CONFIG_MEMCG
/* @nr parts, charged to @group or to nobody */
static void some_in(struct kunit *test, struct group *group, gfp_t gfp,
		    void **virt, unsigned int nr)
{
	while (nr--) {
		virt[nr] = alloc_in(group, gfp, QUARTER);
		KUNIT_ASSERT_NOT_NULL(test, virt[nr]);
	}
}

static void free_some(void **virt, unsigned int nr)
{
	while (nr--)
		iommu_free_pages(virt[nr]);
}

static void groups_do_not_share(struct kunit *test)
{
	void *a[NR_SOME], *b[NR_SOME], *none[NR_SOME];
	unsigned int i;

	for (i = 0; i < NR_SOME; i++) {
		some_in(test, &groups->a, GFP_CHARGE, &a[i], 1);
		some_in(test, &groups->b, GFP_CHARGE, &b[i], 1);
		some_in(test, &groups->a, GFP_KERNEL, &none[i], 1);
	}
	for (i = 0; i < NR_SOME; i++) {
		KUNIT_EXPECT_EQ(test, on_page(b, NR_SOME, a[i]), 0);
		KUNIT_EXPECT_EQ(test, on_page(none, NR_SOME, a[i]), 0);
		KUNIT_EXPECT_EQ(test, on_page(none, NR_SOME, b[i]), 0);
	}
	free_some(a, NR_SOME);
	free_some(b, NR_SOME);
	free_some(none, NR_SOME);
}

/* Nobody else is in these groups, so that the pages are known */
static void charged_page_is_counted_once(struct kunit *test)
{
	void *a[NR_SOME], *b[2];

	some_in(test, &groups->a, GFP_CHARGE, a, NR_SOME);
	expect_groups(test, NR_SOME / 4, 0);
	some_in(test, &groups->b, GFP_CHARGE, b, 2);
	expect_groups(test, NR_SOME / 4, 1);
	free_some(a, NR_SOME);
	expect_groups(test, 0, 1);
	free_some(b, 2);
	expect_groups(test, 0, 0);
}

static void charged_page_goes_with_its_last_part(struct kunit *test)
{
	void *a[4];
	unsigned int i;

	some_in(test, &groups->a, GFP_CHARGE, a, 4);
	for (i = 0; i < 4; i++) {
		expect_groups(test, 1, 0);
		iommu_free_pages(a[i]);
	}
	expect_groups(test, 0, 0);
}

/* What comes back is used by the group that paid for it */
static void charged_part_is_used_again(struct kunit *test)
{
	void *a[4];

	some_in(test, &groups->a, GFP_CHARGE, a, 4);
	iommu_free_pages(a[2]);
	a[2] = alloc_in(&groups->b, GFP_CHARGE, QUARTER);
	KUNIT_ASSERT_NOT_NULL(test, a[2]);
	expect_groups(test, 1, 1);
	iommu_free_pages(a[2]);
	a[2] = alloc_in(&groups->a, GFP_CHARGE, QUARTER);
	KUNIT_ASSERT_NOT_NULL(test, a[2]);
	expect_groups(test, 1, 0);
	free_some(a, 4);
}

static void freed_while_another_group_is_active(struct kunit *test)
{
	struct mem_cgroup *old;
	void *a[4];

	some_in(test, &groups->a, GFP_CHARGE, a, 4);
	old = set_active_memcg(groups->b.memcg);
	free_some(a, 4);
	set_active_memcg(old);
	expect_groups(test, 0, 0);
}

static void list_across_groups(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *a[NR_SOME], *b[NR_SOME], *none[NR_SOME];
	unsigned int i;

	for (i = 0; i < NR_SOME; i++) {
		some_in(test, &groups->a, GFP_CHARGE, &a[i], 1);
		some_in(test, &groups->b, GFP_CHARGE, &b[i], 1);
		some_in(test, &groups->a, GFP_KERNEL, &none[i], 1);
		iommu_pages_list_add(&list, a[i]);
		iommu_pages_list_add(&list, b[i]);
		iommu_pages_list_add(&list, none[i]);
	}
	expect_groups(test, NR_SOME / 4, NR_SOME / 4);
	EXPECT_GROWN(test, 2 * NR_BALLAST + 2 * NR_SOME / 4 +
		     pages_of(none, NR_SOME));
	iommu_put_pages_list(&list);
	expect_groups(test, 0, 0);
	EXPECT_GROWN(test, 2 * NR_BALLAST);
}

/* Parts of one page before and after its group is gone */
static void parts_outlive_their_group(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct group *gone = &groups->gone;
	void *virt[6], *parent;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, group_make(test, gone), 0);
	some_in(test, gone, GFP_CHARGE, virt, 6);
	expect_parent_tables(test, 2);
	iommu_pages_list_add(&list, virt[0]);

	KUNIT_ASSERT_EQ(test, group_dir(PARENT, "gone", dir_rmdir), 0);
	KUNIT_EXPECT_TRUE(test, group_is_offline(gone));
	expect_parent_tables(test, 2);

	/* Handed to the parent, but not mixed with what is its own */
	parent = alloc_in(&groups->parent, GFP_CHARGE, QUARTER);
	KUNIT_ASSERT_NOT_NULL(test, parent);
	KUNIT_EXPECT_EQ(test, on_page(virt, 6, parent), 0);
	expect_parent_tables(test, 3);
	iommu_free_pages(parent);

	for (i = 1; i < 6; i++)
		iommu_free_pages(virt[i]);
	expect_parent_tables(test, 1);
	iommu_put_pages_list(&list);
	expect_parent_tables(test, 0);
}

static void failed_allocation_charges_nothing(struct kunit *test)
{
	gfp_t gfp = GFP_ATOMIC | __GFP_ACCOUNT | __GFP_NOWARN;
	unsigned int n, failed = 0;
	bool injected = true;
	void *virt;

	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "FAIL_IOMMU_PAGES is not set");

	for (n = 1; injected; n++) {
		iommu_fail_nth_begin(n);
		virt = alloc_in(&groups->a, gfp, QUARTER);
		injected = iommu_fail_nth_end();
		/* These allocate as well, and do without */
		if (IS_ENABLED(CONFIG_KASAN) ||
		    IS_ENABLED(CONFIG_DEBUG_KMEMLEAK))
			KUNIT_EXPECT_TRUE(test, virt || injected);
		else
			KUNIT_EXPECT_EQ(test, !virt, injected);
		failed += !virt;
		expect_groups(test, !!virt, 0);
		iommu_free_pages(virt);
		expect_groups(test, 0, 0);
	}
	KUNIT_EXPECT_GE(test, failed, 1 + IS_ENABLED(CONFIG_FAILSLAB));
}

/* The shared page is refused, and with it the part */
static void charge_over_the_limit_is_null(struct kunit *test)
{
	gfp_t gfp = GFP_CHARGE | __GFP_NOWARN | __GFP_NORETRY;
	char path[PATH_LEN];

	group_path(path, &groups->a, "memory.max");
	KUNIT_ASSERT_EQ(test, group_write(path, "0"), 0);
	KUNIT_EXPECT_NULL(test, alloc_in(&groups->a, gfp, QUARTER));
	KUNIT_ASSERT_EQ(test, group_write(path, "max"), 0);
	expect_groups(test, 0, 0);
}

static void uncharged_part_is_not_counted(struct kunit *test)
{
	void *virt = alloc_in(&groups->a, GFP_KERNEL, QUARTER);

	KUNIT_ASSERT_NOT_NULL(test, virt);
	expect_groups(test, 0, 0);
	EXPECT_GROWN(test, pages_of(&virt, 1) + 2 * NR_BALLAST);
	iommu_free_pages(virt);
}
#else
static void groups_do_not_share(struct kunit *test)
{
}
#endif /* CONFIG_MEMCG */

static struct kunit_case iommu_pages_parts_memcg_cases[] = {
	KUNIT_CASE(groups_do_not_share),
#ifdef CONFIG_MEMCG
	KUNIT_CASE(charged_page_is_counted_once),
	KUNIT_CASE(charged_page_goes_with_its_last_part),
	KUNIT_CASE(charged_part_is_used_again),
	KUNIT_CASE(freed_while_another_group_is_active),
	KUNIT_CASE(list_across_groups),
	KUNIT_CASE(parts_outlive_their_group),
	KUNIT_CASE(failed_allocation_charges_nothing),
	KUNIT_CASE(charge_over_the_limit_is_null),
	KUNIT_CASE(uncharged_part_is_not_counted),
#endif
	{}
};

/* The part, not its page */
static void part_is_traced(struct kunit *test)
{
	struct traced *traced = trace_start(test);
	void *virt = iommu_alloc_pages_sz(GFP_KERNEL, QUARTER - 1);

	KUNIT_ASSERT_NOT_NULL(test, virt);
	KUNIT_EXPECT_EQ(test, traced->allocs, 1);
	KUNIT_EXPECT_PTR_EQ(test, traced->virt, (const void *)virt);
	KUNIT_EXPECT_EQ(test, traced->size, QUARTER);

	traced->virt = NULL;
	iommu_free_pages(virt);
	KUNIT_EXPECT_EQ(test, traced->frees, 1);
	KUNIT_EXPECT_PTR_EQ(test, traced->virt, (const void *)virt);
	KUNIT_EXPECT_EQ(test, traced->size, QUARTER);
}

static void put_traces_every_part(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct traced *traced = trace_start(test);
	unsigned int i;

	for (i = 0; i < 50; i++) {
		void *virt = iommu_alloc_pages_sz(GFP_KERNEL, QUARTER);

		KUNIT_ASSERT_NOT_NULL(test, virt);
		iommu_pages_list_add(&list, virt);
	}
	KUNIT_EXPECT_EQ(test, traced->allocs, 50);
	KUNIT_EXPECT_EQ(test, traced->frees, 0);
	iommu_put_pages_list(&list);
	KUNIT_EXPECT_EQ(test, traced->frees, 50);
}

#ifdef CONFIG_MEM_ALLOC_PROFILING
static struct alloc_tag *tag_of(const void *virt)
{
	struct iommu_parts *parts = virt_to_parts(virt);

	return ct_to_alloc_tag(part_tag_ref(parts, part_nr(parts, virt))->ct);
}

/* Neighbours on a page, each with its own line */
static void part_is_attributed_to_the_caller(struct kunit *test)
{
	struct alloc_tag_counters counters;
	struct alloc_tag *tag;
	void *virt, *other;

	if (!mem_alloc_profiling_enabled())
		kunit_skip(test, "memory allocation profiling is off");

	virt = iommu_alloc_pages_sz(GFP_KERNEL, QUARTER);
	other = iommu_alloc_pages_sz(GFP_KERNEL, QUARTER);
	KUNIT_ASSERT_NOT_NULL(test, virt);
	KUNIT_ASSERT_NOT_NULL(test, other);
	tag = tag_of(virt);
	KUNIT_EXPECT_PTR_NE(test, tag_of(other), tag);
	KUNIT_EXPECT_EQ(test, tag_of(other)->ct.lineno, tag->ct.lineno + 1);
	KUNIT_EXPECT_STREQ(test, tag->ct.function, __func__);

	counters = alloc_tag_read(tag);
	KUNIT_EXPECT_EQ(test, counters.bytes, QUARTER);
	KUNIT_EXPECT_EQ(test, counters.calls, 1);
	iommu_free_pages(virt);
	counters = alloc_tag_read(tag);
	KUNIT_EXPECT_EQ(test, counters.bytes, 0);
	KUNIT_EXPECT_EQ(test, counters.calls, 0);
	iommu_free_pages(other);
}
#else
static void part_is_attributed_to_the_caller(struct kunit *test)
{
	kunit_skip(test, "MEM_ALLOC_PROFILING is not set");
}
#endif

static struct kunit_case iommu_pages_parts_seen_cases[] = {
	KUNIT_CASE(part_is_traced),
	KUNIT_CASE(put_traces_every_part),
	KUNIT_CASE(part_is_attributed_to_the_caller),
	{}
};

/* What describes the pages of @many, which came one after the other */
static size_t many_descriptors(const struct many *many)
{
	struct parts_block *block, *last = NULL;
	size_t size = 0;
	unsigned int i;

	for (i = 0; i < many->nr; i++) {
		block = virt_to_parts(many->virt[i])->block;
		if (block != last)
			size += ksize(block);
		last = block;
	}
	return size;
}

/* The parts, their pages and what describes them, against the mere sum */
static void ten_thousand_take_little_more(struct kunit *test)
{
	size_t page = PAGE_SIZE, size = page > SZ_4K ? SZ_4K : SZ_1K;
	struct many *many = many_make(test, size, 10000);
	size_t sum = many->nr * size, taken;

	KUNIT_ASSERT_EQ(test, many_alloc(many), 0);
	taken = iommu_counters_grown(test->priv) * PAGE_SIZE +
		many_descriptors(many);
	kunit_info(test, "%zu bytes for %zu", taken, sum);
	KUNIT_EXPECT_LE(test, taken, sum / 10 * 11);
	many_free(many);
	EXPECT_GROWN(test, 0);
}

static struct parts_block *block_of(const void *virt)
{
	return virt_to_parts(virt)->block;
}

static void expect_blocks_used(struct kunit *test, struct many *many)
{
	unsigned int i, blocks = 0, pages = 0;

	KUNIT_ASSERT_EQ(test, 0,
			work_on_cpu_safe(any_cpu(0), many_alloc, many));
	for (i = 1; i < many->nr; i++) {
		pages += !same_page(many->virt[i], many->virt[i - 1]);
		blocks += block_of(many->virt[i]) !=
			  block_of(many->virt[i - 1]);
	}
	KUNIT_EXPECT_GT(test, pages, 0);
	KUNIT_EXPECT_LT(test, blocks, pages);
	work_on_cpu_safe(any_cpu(0), many_free, many);
	EXPECT_GROWN(test, 0);
}

/* One after the other, as long as no other CPU has any to spare */
static void pages_of_a_block_are_used(struct kunit *test)
{
	if (PARTS_BULK == 1)
		kunit_skip(test, "pages come one by one");
	expect_blocks_used(test, many_make(test, PAGE_SIZE / 2, 128));
}

/* Not if the empty pages of another zone leave them no room, either */
static void pages_of_a_block_find_room(struct kunit *test)
{
	struct many *other = many_make(test, PAGE_SIZE / 2, 128);

	if (PARTS_BULK == 1)
		kunit_skip(test, "pages come one by one");
	many_in_other_zone(test, other);
	expect_blocks_used(test, other);
	expect_blocks_used(test, many_make(test, PAGE_SIZE / 2, 128));
	expect_blocks_used(test, other);
}

/* Those of @folio that are shared pages described in @block; let them go */
static unsigned int block_pages(struct folio **folio, unsigned int nr,
				const struct parts_block *block)
{
	unsigned int i, pages = 0;

	for (i = 0; i < nr; i++) {
		struct ioptdesc *desc = folio_ioptdesc(folio[i]);

		if (desc->state == IOPTDESC_SHARED)
			pages += desc->parts->block == block;
		folio_put(folio[i]);
	}
	return pages;
}

/* Pages go, their block stays for the one with a part that is in use */
static void block_stays_for_its_last_page(struct kunit *test)
{
	struct many *many = many_make(test, PAGE_SIZE / 2,
				      8 * PARTS_EMPTY_MAX);
	unsigned int i, nr = 0;
	struct folio **folio;
	void *last;

	folio = kunit_kcalloc(test, many->nr, sizeof(*folio), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, folio);
	KUNIT_ASSERT_EQ(test, 0,
			work_on_cpu_safe(any_cpu(0), many_alloc, many));
	for (i = 0; i < many->nr; i++) {
		if (!on_page(many->virt, i, many->virt[i]))
			folio[nr++] = pages_pin(many->virt[i]);
	}
	last = many->virt[many->nr / 2];
	many->virt[many->nr / 2] = NULL;
	work_on_cpu_safe(any_cpu(0), many_free, many);
	KUNIT_EXPECT_EQ(test, refcount_read(&block_of(last)->nr),
			block_pages(folio, nr, block_of(last)));
	iommu_free_pages(last);
	EXPECT_GROWN(test, 0);
}

static struct kunit_case iommu_pages_parts_cost_cases[] = {
	KUNIT_CASE(ten_thousand_take_little_more),
	KUNIT_CASE(pages_of_a_block_are_used),
	KUNIT_CASE(pages_of_a_block_find_room),
	KUNIT_CASE(block_stays_for_its_last_page),
	{}
};

static struct kunit_suite iommu_pages_parts_cost_suite = {
	.name		= "iommu_pages_parts_cost",
	.init		= iommu_pages_test_init,
	.exit		= iommu_pages_test_exit,
	.test_cases	= iommu_pages_parts_cost_cases,
};

static struct kunit_suite iommu_pages_parts_memcg_suite = {
	.name		= "iommu_pages_parts_memcg",
	.init		= memcg_init,
	.exit		= memcg_exit,
	.test_cases	= iommu_pages_parts_memcg_cases,
};

static struct kunit_suite iommu_pages_parts_seen_suite = {
	.name		= "iommu_pages_parts_seen",
	.init		= iommu_pages_test_init,
	.exit		= iommu_pages_test_exit,
	.test_cases	= iommu_pages_parts_seen_cases,
};

kunit_test_suites(&iommu_pages_parts_cost_suite,
		  &iommu_pages_parts_memcg_suite,
		  &iommu_pages_parts_seen_suite);

MODULE_DESCRIPTION("KUnit tests for the accounting of shared pages");
MODULE_LICENSE("GPL");
