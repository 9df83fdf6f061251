/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the suites of parts of shared pages have in common.
 *
 * Drivers of the machine that runs the tests may have parts, too, of the same
 * size on the same pages. So a case that needs a page for itself takes parts
 * until it has all of one page, and the pages that a case must have added to
 * the counters are those on which it has every part that is in use.
 */

#ifndef __IOMMU_PAGES_PARTS_KUNIT_H
#define __IOMMU_PAGES_PARTS_KUNIT_H

#include "../iommu-pages-parts.h"
#include "iommu_pages_kunit.h"

/* Four parts on a page, as 1K tables on 4K pages have it */
#define QUARTER		(PAGE_SIZE / 4)

/* Each size of parts once */
static inline const void *class_gen_params(const void *prev, char *desc)
{
	size_t size = prev ? 2 * (size_t)prev : PART_SIZE_MIN;

	if (size > PAGE_SIZE / 2)
		return NULL;
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%zu bytes", size);
	return (const void *)size;
}

static inline unsigned int any_cpu(unsigned int n)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);

	while (n--)
		cpu = cpumask_next(cpu, cpu_online_mask);
	return cpu;
}

static inline size_t part_rounded(size_t size)
{
	return roundup_pow_of_two(max(size, PART_SIZE_MIN));
}

static inline bool is_part(const void *virt)
{
	return pages_state(virt) == IOPTDESC_SHARED;
}

static inline bool same_page(const void *a, const void *b)
{
	return virt_to_page(a) == virt_to_page(b);
}

static inline enum part_state part_state(const void *virt)
{
	struct iommu_parts *parts = virt_to_parts(virt);

	return READ_ONCE(parts->link[part_nr(parts, virt)]) & PART_STATE_MASK;
}

/* How many of @virt are on the page of @one, NULL entries aside */
static inline unsigned int on_page(void **virt, unsigned int nr,
				   const void *one)
{
	unsigned int i, count = 0;

	for (i = 0; i < nr; i++)
		count += virt[i] && same_page(virt[i], one);
	return count;
}

/* The pages on which @virt are all that is in use */
static inline long pages_of(void **virt, unsigned int nr)
{
	unsigned int i;
	long pages = 0;

	for (i = 0; i < nr; i++) {
		if (!virt[i] || on_page(virt, i, virt[i]))
			continue;
		pages += virt_to_parts(virt[i])->nr_live ==
			 on_page(virt, nr, virt[i]);
	}
	return pages;
}

/**
 * struct own_page - A page of which the case has every part
 * @nr:   parts
 * @size: of each
 * @part: their addresses, in the order of the page
 */
struct own_page {
	unsigned int nr;
	size_t size;
	void *part[];
};

/* Move those of @virt that are on the page of @one to their place in @own */
static inline void own_page_collect(struct own_page *own, void **virt,
				    unsigned int nr, const void *one)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (!same_page(virt[i], one))
			continue;
		own->part[offset_in_page(virt[i]) / own->size] = virt[i];
		virt[i] = NULL;
	}
}

/* Four pages' worth for each CPU that this may run on: one of them is ours */
static inline struct own_page *own_page(struct kunit *test, size_t size,
					gfp_t gfp)
{
	unsigned int nr = PAGE_SIZE / size, i, max;
	struct own_page *own;
	void **virt;

	max = 4 * nr * num_online_cpus();
	own = kunit_kzalloc(test, struct_size(own, part, nr), GFP_KERNEL);
	virt = kunit_kcalloc(test, max, sizeof(*virt), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, own);
	KUNIT_ASSERT_NOT_NULL(test, virt);
	own->nr = nr;
	own->size = size;

	for (i = 0; i < max && !own->part[0]; i++) {
		virt[i] = iommu_alloc_pages_sz(gfp, size);
		KUNIT_ASSERT_NOT_NULL(test, virt[i]);
		if (on_page(virt, i + 1, virt[i]) == nr)
			own_page_collect(own, virt, i + 1, virt[i]);
	}
	while (i--)
		iommu_free_pages(virt[i]);
	KUNIT_ASSERT_NOT_NULL_MSG(test, own->part[0], "no page for itself");
	return own;
}

static inline void own_page_free(struct own_page *own)
{
	unsigned int i;

	for (i = 0; i < own->nr; i++) {
		iommu_free_pages(own->part[i]);
		own->part[i] = NULL;
	}
}

/* Parts of one size, to be allocated and freed on a CPU of choice */
struct many {
	unsigned int nr;
	void **virt;
	size_t size;
	gfp_t gfp;
	int nid;
};

static inline struct many *many_make(struct kunit *test, size_t size,
				     unsigned int nr)
{
	struct many *many = kunit_kzalloc(test, sizeof(*many), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, many);
	many->virt = kunit_kcalloc(test, nr, sizeof(*many->virt), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, many->virt);
	many->size = size;
	many->gfp = GFP_KERNEL;
	many->nid = NUMA_NO_NODE;
	many->nr = nr;
	return many;
}

/* Not in the zone of GFP_KERNEL; skips the test if there is no other */
static inline void many_in_other_zone(struct kunit *test, struct many *many)
{
	if (IS_ENABLED(CONFIG_ZONE_DMA32))
		many->gfp |= __GFP_DMA32;
	else if (IS_ENABLED(CONFIG_ZONE_DMA))
		many->gfp |= __GFP_DMA;
	else
		kunit_skip(test, "one zone in this kernel");
}

static inline long many_alloc(void *data)
{
	struct many *many = data;
	unsigned int i;

	for (i = 0; i < many->nr; i++) {
		many->virt[i] = iommu_alloc_pages_node_sz(many->nid, many->gfp,
							  many->size);
		if (!many->virt[i])
			return -ENOMEM;
	}
	return 0;
}

static inline long many_free(void *data)
{
	struct many *many = data;
	unsigned int i;

	for (i = 0; i < many->nr; i++) {
		iommu_free_pages(many->virt[i]);
		many->virt[i] = NULL;
	}
	return 0;
}

#endif /* __IOMMU_PAGES_PARTS_KUNIT_H */
