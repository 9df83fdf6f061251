// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of mistakes with parts of shared pages: one warning each, and
 * nothing changes, neither for this part nor for its neighbours on the page.
 */
#include <kunit/test.h>
#include <linux/slab.h>

#include "iommu_pages_parts_kunit.h"
#include "iommu_warnings_kunit.h"

/* Where the caller is told, whatever it was that was wrong */
#define ALLOCATOR	"drivers/iommu/iommu-pages.c:"

static struct own_page *param_page(struct kunit *test)
{
	return own_page(test, (size_t)test->param_value, GFP_KERNEL);
}

/* The page and what describes it, before and after */
static void *descriptors(struct kunit *test, const void *virt, size_t *size)
{
	struct iommu_parts *parts = virt_to_parts(virt);
	size_t links = parts_nr(parts) * sizeof(parts->link[0]);
	struct page *page = virt_to_page(virt);
	void *copy;

	*size = sizeof(*page) + sizeof(*parts) + links;
	copy = kunit_kzalloc(test, *size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	memcpy(copy, page, sizeof(*page));
	memcpy(copy + sizeof(*page), parts, sizeof(*parts) + links);
	return copy;
}

/* Free it, and queue it: both are refused. @page is a part of the page */
static void expect_refused(struct kunit *test, void *virt, const void *page)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *before, *after;
	size_t size;

	before = descriptors(test, page, &size);
	EXPECT_ONE_WARNING(test, ALLOCATOR, iommu_free_pages(virt));
	EXPECT_ONE_WARNING(test, ALLOCATOR, iommu_pages_list_add(&list, virt));
	after = descriptors(test, page, &size);
	KUNIT_EXPECT_MEMEQ(test, after, before, size);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
}

static void correct_use_is_silent(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct own_page *own = param_page(test);
	struct warnings warnings;

	warnings_begin(test, &warnings);
	iommu_pages_list_add(&list, own->part[0]);
	own->part[0] = NULL;
	own_page_free(own);
	iommu_put_pages_list(&list);
	warnings_end(test, &warnings, 0, "");
	EXPECT_GROWN(test, 0);
}

static void double_free(struct kunit *test)
{
	struct own_page *own = param_page(test);
	void *virt = own->part[1];

	iommu_free_pages(virt);
	expect_refused(test, virt, own->part[0]);
	EXPECT_GROWN(test, 1);
	own->part[1] = NULL;
	own_page_free(own);
	EXPECT_GROWN(test, 0);
}

/* The page is empty and kept, or is not a page of ours any more */
static void double_free_of_the_last_part(struct kunit *test)
{
	struct own_page *own = param_page(test);
	struct folio *folio = pages_pin(own->part[0]);
	void *virt = own->part[0];

	own_page_free(own);
	EXPECT_GROWN(test, 0);
	EXPECT_ONE_WARNING(test, ALLOCATOR, iommu_free_pages(virt));
	EXPECT_GROWN(test, 0);
	folio_put(folio);
}

/* Twice freed is not twice given out */
static void double_free_gives_no_part_twice(struct kunit *test)
{
	struct own_page *own = param_page(test);
	unsigned int i, j;
	void *again[6];

	iommu_free_pages(own->part[1]);
	EXPECT_ONE_WARNING(test, ALLOCATOR, iommu_free_pages(own->part[1]));
	own->part[1] = NULL;
	for (i = 0; i < ARRAY_SIZE(again); i++) {
		again[i] = iommu_alloc_pages_sz(GFP_KERNEL, own->size);
		KUNIT_ASSERT_NOT_NULL(test, again[i]);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_PTR_NE(test, again[i], again[j]);
	}
	while (i--)
		iommu_free_pages(again[i]);
	own_page_free(own);
}

/* Any address but the first of a part */
static void interior_address(struct kunit *test)
{
	struct own_page *own = param_page(test);
	void *last = own->part[own->nr - 1];

	expect_refused(test, own->part[0] + 1, own->part[0]);
	expect_refused(test, own->part[0] + own->size / 2, own->part[0]);
	expect_refused(test, last + own->size - 1, own->part[0]);
	EXPECT_GROWN(test, 1);
	own_page_free(own);
	EXPECT_GROWN(test, 0);
}

static void free_of_a_listed_part(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct own_page *own = param_page(test);
	unsigned int i;

	for (i = 0; i < own->nr; i++)
		iommu_pages_list_add(&list, own->part[i]);
	expect_refused(test, own->part[0], own->part[0]);
	expect_refused(test, own->part[1], own->part[0]);
	expect_refused(test, own->part[own->nr - 1], own->part[0]);
	EXPECT_GROWN(test, 1);
	iommu_put_pages_list(&list);
	EXPECT_GROWN(test, 0);
}

static void add_twice(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct own_page *own = param_page(test);

	iommu_pages_list_add(&list, own->part[0]);
	EXPECT_ONE_WARNING(test, ALLOCATOR,
			   iommu_pages_list_add(&list, own->part[0]));
	iommu_put_pages_list(&list);
	EXPECT_GROWN(test, 1);
	own->part[0] = NULL;
	own_page_free(own);
	EXPECT_GROWN(test, 0);
}

static void free_after_put(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct own_page *own = param_page(test);

	iommu_pages_list_add(&list, own->part[0]);
	iommu_put_pages_list(&list);
	expect_refused(test, own->part[0], own->part[1]);
	own->part[0] = NULL;
	own_page_free(own);
}

/* Somebody wrote over a link: only what is before it is freed */
static void put_of_a_damaged_part(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct own_page *own = own_page(test, QUARTER, GFP_KERNEL);
	struct iommu_parts *parts = virt_to_parts(own->part[0]);
	struct warnings warnings;
	unsigned int i;

	for (i = 0; i < own->nr; i++)
		iommu_pages_list_add(&list, own->part[i]);
	parts->link[1] = PART_LIVE;

	warnings_begin(test, &warnings);
	iommu_put_pages_list(&list);
	warnings_end(test, &warnings, 1, ALLOCATOR);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
	KUNIT_EXPECT_EQ(test, part_state(own->part[0]), PART_FREE);
	EXPECT_GROWN(test, 1);

	own->part[0] = NULL;
	for (i = 1; i < own->nr; i++)
		parts->link[i] = PART_LIVE;
	own_page_free(own);
	EXPECT_GROWN(test, 0);
}

#define NR_GONE		(PARTS_EMPTY_MAX + 8)

/* A copy of a list is put after the list, when its pages are gone */
static void put_of_a_copied_list(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct iommu_pages_list copy = IOMMU_PAGES_LIST_INIT(copy);
	struct own_page *own[NR_GONE];
	struct warnings warnings;
	unsigned int i, j;

	for (i = 0; i < NR_GONE; i++)
		own[i] = own_page(test, QUARTER, GFP_KERNEL);
	for (i = 0; i < NR_GONE; i++) {
		for (j = 0; j < own[i]->nr; j++)
			iommu_pages_list_add(&list, own[i]->part[j]);
	}
	copy.first_part = own[NR_GONE - 1]->part[0];
	copy.last_part = list.last_part;
	iommu_put_pages_list(&list);

	warnings_begin(test, &warnings);
	iommu_put_pages_list(&copy);
	warnings_end(test, &warnings, 1, ALLOCATOR);
	EXPECT_GROWN(test, 0);
}

/* A slab of the same size, a page, and a page that was shared a moment ago */
static void foreign_memory(struct kunit *test)
{
	void *slab = kmalloc(QUARTER, GFP_KERNEL);
	void *page = (void *)__get_free_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, slab);
	KUNIT_ASSERT_NOT_NULL(test, page);
	EXPECT_ONE_WARNING(test, ALLOCATOR, iommu_free_pages(slab));
	EXPECT_ONE_WARNING(test, ALLOCATOR, iommu_free_pages(page + QUARTER));
	kfree(slab);
	free_page((unsigned long)page);
	EXPECT_GROWN(test, 0);
}

static struct kunit_case iommu_pages_parts_misuse_cases[] = {
	KUNIT_CASE_PARAM(correct_use_is_silent, class_gen_params),
	KUNIT_CASE_PARAM(double_free, class_gen_params),
	KUNIT_CASE_PARAM(double_free_of_the_last_part, class_gen_params),
	KUNIT_CASE_PARAM(double_free_gives_no_part_twice, class_gen_params),
	KUNIT_CASE_PARAM(interior_address, class_gen_params),
	KUNIT_CASE_PARAM(free_of_a_listed_part, class_gen_params),
	KUNIT_CASE_PARAM(add_twice, class_gen_params),
	KUNIT_CASE_PARAM(free_after_put, class_gen_params),
	KUNIT_CASE(put_of_a_damaged_part),
	KUNIT_CASE(put_of_a_copied_list),
	KUNIT_CASE(foreign_memory),
	{}
};

static void misuse_exit(struct kunit *test)
{
	console_restore();
	iommu_pages_test_exit(test);
}

static struct kunit_suite iommu_pages_parts_misuse_suite = {
	.name		= "iommu_pages_parts_misuse",
	.init		= iommu_pages_test_init,
	.exit		= misuse_exit,
	.test_cases	= iommu_pages_parts_misuse_cases,
};

kunit_test_suite(iommu_pages_parts_misuse_suite);

MODULE_DESCRIPTION("KUnit tests of mistakes with parts of shared pages");
MODULE_LICENSE("GPL");
