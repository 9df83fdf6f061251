// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables of VT-d domains: which tables a mapping allocates, which of them
 * an unmap takes away, and that these are freed after the flush, not before.
 *
 * There is no remapping hardware. A domain that no device is attached to has no
 * caches to flush, and all of its operations work. Where a test has to know the
 * moment of a flush, the domain gets one cache tag of a type that nobody
 * flushes, and the test listens to the flush's tracepoint.
 *
 * Terms: a table is at level 1 if its entries map 4KiB. The root is at level
 * 4 or 5. "Grown" counts all tables of the domain, the root included.
 */

#include <kunit/test.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>

#include "../intel/iommu.h"
#include "iommu_counters.h"
#include "iommu_fail_nth.h"

#define IOVA		(3UL * SZ_1G)
#define PADDR		(5UL * SZ_1G)
#define PROT		(IOMMU_READ | IOMMU_WRITE)
#define PTES		512

struct pt_format {
	const char *name;
	int gaw;
	int levels;
	bool first_level;
};

static const struct pt_format pt_formats[] = {
	{ "second level, 4 levels", ADDR_WIDTH_4LEVEL, 4, false },
	{ "second level, 5 levels", ADDR_WIDTH_5LEVEL, 5, false },
	{ "first level, 4 levels", ADDR_WIDTH_4LEVEL, 4, true },
};

static void pt_format_desc(const struct pt_format *format, char *desc)
{
	strscpy(desc, format->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(pt_format, pt_formats, pt_format_desc);

struct pt_test {
	struct iommu_counters before;
	const struct iommu_domain_ops *ops;
	struct iommu_domain *domain;
	int levels;
	/* what the flush listener needs and what it saw */
	struct intel_iommu iommu;
	struct cache_tag tag;
	struct tracepoint *tp;
	void *watched;
	int flushes;
	int flushes_too_late;
};

static bool pt_make_domain(struct pt_test *pt, const struct pt_format *format)
{
	struct dmar_domain *dmar;

	pt->domain = intel_iommu_ops.domain_alloc(IOMMU_DOMAIN_UNMANAGED);
	if (!pt->domain)
		return false;

	pt->ops = intel_iommu_ops.default_domain_ops;
	pt->levels = format->levels;
	pt->domain->type = IOMMU_DOMAIN_UNMANAGED;
	pt->domain->ops = pt->ops;
	pt->domain->pgsize_bitmap = SZ_4K | SZ_2M | SZ_1G;

	dmar = to_dmar_domain(pt->domain);
	dmar->gaw = format->gaw;
	dmar->agaw = width_to_agaw(format->gaw);
	dmar->iommu_superpage = 2;
	dmar->iommu_coherency = true;
	dmar->use_first_level = format->first_level;
	return true;
}

static void pt_free_domain(struct pt_test *pt)
{
	if (pt->domain)
		pt->ops->free(pt->domain);
	pt->domain = NULL;
}

static int pt_init(struct kunit *test)
{
	struct pt_test *pt;

	pt = kunit_kzalloc(test, sizeof(*pt), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pt);
	test->priv = pt;
	iommu_counters_read(&pt->before);
	KUNIT_ASSERT_TRUE(test, pt_make_domain(pt, test->param_value));
	return 0;
}

/* Whatever a case mapped and unmapped: the domain takes every table along. */
static void pt_exit(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	if (!pt)
		return;
	pt_free_domain(pt);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&pt->before));
}

static long pt_grown(struct pt_test *pt)
{
	return iommu_counters_grown(&pt->before);
}

/*
 * What @iova is mapped to. The driver makes superpages wherever both addresses
 * allow it, so 4KiB pages go to memory that is one page off.
 */
static phys_addr_t pt_paddr(unsigned long iova, size_t pgsize)
{
	return PADDR + (iova - IOVA) + (pgsize == SZ_4K ? SZ_4K : 0);
}

static int pt_map(struct pt_test *pt, unsigned long iova, size_t pgsize,
		  size_t count)
{
	size_t mapped = 0;

	return pt->ops->map_pages(pt->domain, iova, pt_paddr(iova, pgsize),
				  pgsize, count, PROT, GFP_KERNEL, &mapped);
}

static size_t pt_unmap(struct pt_test *pt, unsigned long iova, size_t pgsize,
		       size_t count, struct iommu_iotlb_gather *gather)
{
	return pt->ops->unmap_pages(pt->domain, iova, pgsize, count, gather);
}

/* Unmap, flush and free in one go, for tests of other things */
static void pt_unmap_sync(struct kunit *test, unsigned long iova, size_t pgsize,
			  size_t count)
{
	struct pt_test *pt = test->priv;
	struct iommu_iotlb_gather gather;

	iommu_iotlb_gather_init(&gather);
	KUNIT_EXPECT_EQ(test, pt_unmap(pt, iova, pgsize, count, &gather),
			pgsize * count);
	pt->ops->iotlb_sync(pt->domain, &gather);
}

static phys_addr_t pt_phys(struct pt_test *pt, unsigned long iova)
{
	return pt->ops->iova_to_phys(pt->domain, iova);
}

/* The table of @level that the walk for @iova goes through, NULL if none */
static void *pt_table(struct pt_test *pt, unsigned long iova, int level)
{
	struct dma_pte *table = to_dmar_domain(pt->domain)->pgd, *pte;
	int i;

	for (i = pt->levels; i > level; i--) {
		pte = &table[pfn_level_offset(iova >> VTD_PAGE_SHIFT, i)];
		if (!dma_pte_present(pte) || dma_pte_superpage(pte))
			return NULL;
		table = phys_to_virt(dma_pte_addr(pte));
	}
	return table;
}

static void pt_test_root_only(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	KUNIT_EXPECT_EQ(test, pt_grown(pt), 1);
	KUNIT_EXPECT_EQ(test, pt_phys(pt, IOVA), 0);
	pt_free_domain(pt);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), 0);
}

static void pt_test_map_4k(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	KUNIT_EXPECT_EQ(test, pt_map(pt, IOVA, SZ_4K, 1), 0);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels);
	KUNIT_EXPECT_EQ(test, pt_phys(pt, IOVA + 42),
			pt_paddr(IOVA + 42, SZ_4K));
	KUNIT_EXPECT_EQ(test, pt_phys(pt, IOVA + SZ_4K), 0);
}

static void pt_test_map_2m(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	KUNIT_EXPECT_EQ(test, pt_map(pt, IOVA, SZ_2M, 1), 0);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels - 1);
	KUNIT_EXPECT_EQ(test, pt_phys(pt, IOVA + SZ_1M),
			pt_paddr(IOVA + SZ_1M, SZ_2M));
}

static void pt_test_map_1g(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	KUNIT_EXPECT_EQ(test, pt_map(pt, IOVA, SZ_1G, 1), 0);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels - 2);
	KUNIT_EXPECT_EQ(test, pt_phys(pt, IOVA + SZ_512M),
			pt_paddr(IOVA + SZ_512M, SZ_1G));
}

/* One page more than a table has entries for */
static void pt_test_map_across_tables(struct kunit *test)
{
	struct pt_test *pt = test->priv;
	unsigned long iova = IOVA + SZ_4K;

	KUNIT_EXPECT_EQ(test, pt_map(pt, iova, SZ_4K, PTES), 0);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels + 1);
	KUNIT_EXPECT_EQ(test, pt_phys(pt, iova + SZ_2M - 1),
			pt_paddr(iova + SZ_2M - 1, SZ_4K));
}

/* A table has to read as "nothing mapped" from the first walk on. */
static void pt_test_tables_are_clean(struct kunit *test)
{
	struct pt_test *pt = test->priv;
	struct dma_pte *table;

	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA, SZ_4K, 1), 0);
	table = pt_table(pt, IOVA, 1);
	KUNIT_ASSERT_NOT_NULL(test, table);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)table, SZ_4K));
	KUNIT_EXPECT_NULL(test, memchr_inv(table + 1, 0,
					   SZ_4K - sizeof(*table)));
}

static void pt_test_partial_unmap_keeps_table(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA, SZ_4K, 2), 0);
	pt_unmap_sync(test, IOVA, SZ_4K, 1);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels);
	KUNIT_EXPECT_EQ(test, pt_phys(pt, IOVA), 0);
	KUNIT_EXPECT_EQ(test, pt_phys(pt, IOVA + SZ_4K),
			pt_paddr(IOVA + SZ_4K, SZ_4K));
}

/* The table is off the tree at once, and goes with the sync. */
static void pt_test_unmap_2m_of_4k(struct kunit *test)
{
	struct pt_test *pt = test->priv;
	struct iommu_iotlb_gather gather;

	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA, SZ_4K, PTES), 0);
	iommu_iotlb_gather_init(&gather);
	KUNIT_EXPECT_EQ(test, pt_unmap(pt, IOVA, SZ_2M, 1, &gather), SZ_2M);
	KUNIT_EXPECT_NULL(test, pt_table(pt, IOVA, 1));
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels);

	pt->ops->iotlb_sync(pt->domain, &gather);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels - 1);
}

/* A level-2 table goes together with the level-1 tables below it. */
static void pt_test_unmap_1g_of_4k(struct kunit *test)
{
	struct pt_test *pt = test->priv;
	struct iommu_iotlb_gather gather;

	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA, SZ_4K, 1), 0);
	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA + SZ_512M, SZ_4K, 1), 0);
	KUNIT_ASSERT_EQ(test, pt_grown(pt), pt->levels + 1);

	iommu_iotlb_gather_init(&gather);
	KUNIT_EXPECT_EQ(test, pt_unmap(pt, IOVA, SZ_1G, 1, &gather), SZ_1G);
	KUNIT_EXPECT_NULL(test, pt_table(pt, IOVA, 2));
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels + 1);

	pt->ops->iotlb_sync(pt->domain, &gather);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels - 2);
}

static void pt_test_unmap_keeps_shared_parent(struct kunit *test)
{
	struct pt_test *pt = test->priv;
	unsigned long other = IOVA + SZ_2M;

	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA, SZ_4K, PTES), 0);
	KUNIT_ASSERT_EQ(test, pt_map(pt, other, SZ_4K, 1), 0);
	KUNIT_ASSERT_EQ(test, pt_grown(pt), pt->levels + 1);

	pt_unmap_sync(test, IOVA, SZ_2M, 1);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels);
	KUNIT_EXPECT_EQ(test, pt_phys(pt, other), pt_paddr(other, SZ_4K));
}

/* The mapped memory is not a table. */
static void pt_test_unmap_superpage(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA, SZ_2M, 2), 0);
	pt_unmap_sync(test, IOVA, SZ_2M, 1);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels - 1);
	KUNIT_EXPECT_EQ(test, pt_phys(pt, IOVA), 0);
	KUNIT_EXPECT_EQ(test, pt_phys(pt, IOVA + SZ_2M),
			pt_paddr(IOVA + SZ_2M, SZ_2M));
}

static void pt_test_free_mapped_domain(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA, SZ_4K, 3), 0);
	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA + SZ_2M, SZ_2M, 1), 0);
	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA + SZ_1G, SZ_1G, 1), 0);
	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA + 512UL * SZ_1G, SZ_4K, 1), 0);
	/* Only the last one is too far from the first to share its tables. */
	KUNIT_ASSERT_EQ(test, pt_grown(pt), pt->levels + 3);

	pt_free_domain(pt);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), 0);
}

static void pt_test_one_gather_many_unmaps(struct kunit *test)
{
	struct pt_test *pt = test->priv;
	struct iommu_iotlb_gather gather;
	int i;

	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA, SZ_4K, 4 * PTES), 0);
	KUNIT_ASSERT_EQ(test, pt_grown(pt), pt->levels + 3);

	iommu_iotlb_gather_init(&gather);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, pt_unmap(pt, IOVA + i * SZ_2M, SZ_2M, 1,
					       &gather), SZ_2M);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels + 3);

	pt->ops->iotlb_sync(pt->domain, &gather);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels - 1);
}

/*
 * iommu_unmap() of a range that is not aligned to 2MiB has one gather for parts
 * of different sizes. The second part makes the gather flush the first one. The
 * tables of the second part have to wait for their own flush.
 */
static void pt_test_gather_of_two_sizes(struct kunit *test)
{
	struct pt_test *pt = test->priv;
	struct iommu_iotlb_gather gather;
	unsigned long next = IOVA + SZ_2M;

	KUNIT_ASSERT_EQ(test, pt_map(pt, next - SZ_4K, SZ_4K, 1 + PTES), 0);
	KUNIT_ASSERT_EQ(test, pt_grown(pt), pt->levels + 1);

	iommu_iotlb_gather_init(&gather);
	KUNIT_EXPECT_EQ(test, pt_unmap(pt, next - SZ_4K, SZ_4K, 1, &gather),
			SZ_4K);
	KUNIT_EXPECT_EQ(test, pt_unmap(pt, next, SZ_2M, 1, &gather), SZ_2M);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels + 1);

	pt->ops->iotlb_sync(pt->domain, &gather);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels);
}

/* Leaves an empty level-1 table behind, and the domain otherwise unmapped */
static void pt_make_empty_table(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA, SZ_4K, PTES), 0);
	pt_unmap_sync(test, IOVA, SZ_4K, PTES / 2);
	pt_unmap_sync(test, IOVA + SZ_1M, SZ_4K, PTES / 2);
	KUNIT_ASSERT_NOT_NULL(test, pt_table(pt, IOVA, 1));
	KUNIT_ASSERT_EQ(test, pt_grown(pt), pt->levels);
}

static void pt_test_superpage_replaces_table(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	pt_make_empty_table(test);
	KUNIT_EXPECT_EQ(test, pt_map(pt, IOVA, SZ_2M, 1), 0);
	KUNIT_EXPECT_NULL(test, pt_table(pt, IOVA, 1));
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels - 1);
	KUNIT_EXPECT_EQ(test, pt_phys(pt, IOVA + SZ_4K),
			pt_paddr(IOVA + SZ_4K, SZ_2M));
}

static void pt_test_1g_replaces_tables(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	pt_make_empty_table(test);
	KUNIT_EXPECT_EQ(test, pt_map(pt, IOVA, SZ_1G, 1), 0);
	KUNIT_EXPECT_NULL(test, pt_table(pt, IOVA, 2));
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels - 2);
}

#ifdef CONFIG_TRACEPOINTS
/* Called by the tracepoint, with the domain's cache lock held */
static void pt_on_flush(void *data, struct cache_tag *tag, unsigned long start,
			unsigned long end, unsigned long addr,
			unsigned long pages, unsigned long mask)
{
	struct pt_test *pt = data;

	if (tag != &pt->tag)
		return;
	pt->flushes++;
	/* The test's reference keeps a freed table from being taken again */
	if (page_count(virt_to_page(pt->watched)) != 2)
		pt->flushes_too_late++;
}

static void pt_find_tracepoint(struct tracepoint *tp, void *priv)
{
	struct pt_test *pt = priv;

	if (!strcmp(tp->name, "cache_tag_flush_range"))
		pt->tp = tp;
}

/* From here on, flushes look whether the level-1 table of IOVA is there */
static void pt_watch_flushes(struct kunit *test)
{
	struct pt_test *pt = test->priv;
	struct dmar_domain *dmar = to_dmar_domain(pt->domain);

	for_each_kernel_tracepoint(pt_find_tracepoint, pt);
	KUNIT_ASSERT_NOT_NULL(test, pt->tp);

	pt->watched = pt_table(pt, IOVA, 1);
	KUNIT_ASSERT_NOT_NULL(test, pt->watched);
	dmar->qi_batch = kzalloc(sizeof(*dmar->qi_batch), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, dmar->qi_batch);
	pt->tag.type = (enum cache_tag_type)-1;
	pt->tag.iommu = &pt->iommu;
	list_add(&pt->tag.node, &dmar->cache_tags);
	KUNIT_ASSERT_EQ(test, tracepoint_probe_register(pt->tp, pt_on_flush,
							pt), 0);
	get_page(virt_to_page(pt->watched));
}

static void pt_unwatch_flushes(struct pt_test *pt)
{
	tracepoint_probe_unregister(pt->tp, pt_on_flush, pt);
	tracepoint_synchronize_unregister();
	list_del(&pt->tag.node);
	put_page(virt_to_page(pt->watched));
}
#else
static void pt_watch_flushes(struct kunit *test)
{
	kunit_skip(test, "needs CONFIG_TRACEPOINTS to see a flush");
}

static void pt_unwatch_flushes(struct pt_test *pt)
{
}
#endif

static void pt_test_flush_before_superpage(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	pt_make_empty_table(test);
	pt_watch_flushes(test);
	KUNIT_EXPECT_EQ(test, pt_map(pt, IOVA, SZ_2M, 1), 0);
	pt_unwatch_flushes(pt);

	KUNIT_EXPECT_EQ(test, pt->flushes, 1);
	KUNIT_EXPECT_EQ(test, pt->flushes_too_late, 0);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels - 1);
}

static void pt_test_flush_before_unmapped(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	KUNIT_ASSERT_EQ(test, pt_map(pt, IOVA, SZ_4K, PTES), 0);
	pt_watch_flushes(test);
	pt_unmap_sync(test, IOVA, SZ_2M, 1);
	pt_unwatch_flushes(pt);

	KUNIT_EXPECT_EQ(test, pt->flushes, 1);
	KUNIT_EXPECT_EQ(test, pt->flushes_too_late, 0);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels - 1);
}

static void pt_require_injection(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "needs CONFIG_FAIL_IOMMU_PAGES");
}

/* Tables that were made before the failure stay, for the next attempt. */
static void pt_test_map_failures(struct kunit *test)
{
	struct pt_test *pt = test->priv;
	int n, ret;

	pt_require_injection(test);
	for (n = 1; n < pt->levels; n++) {
		iommu_fail_nth_begin(n);
		ret = pt_map(pt, IOVA, SZ_4K, 1);
		KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
		KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
		KUNIT_EXPECT_EQ(test, pt_phys(pt, IOVA), 0);
		KUNIT_EXPECT_EQ(test, pt_grown(pt), n);

		pt_free_domain(pt);
		KUNIT_EXPECT_EQ(test, pt_grown(pt), 0);
		KUNIT_ASSERT_TRUE(test, pt_make_domain(pt, test->param_value));
	}

	iommu_fail_nth_begin(n);
	ret = pt_map(pt, IOVA, SZ_4K, 1);
	KUNIT_EXPECT_FALSE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels);
}

static void pt_test_map_again_after_failure(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	pt_require_injection(test);
	iommu_fail_nth_begin(2);
	KUNIT_EXPECT_EQ(test, pt_map(pt, IOVA, SZ_4K, 1), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_EQ(test, pt_grown(pt), 2);

	KUNIT_EXPECT_EQ(test, pt_map(pt, IOVA, SZ_4K, 1), 0);
	KUNIT_EXPECT_EQ(test, pt_grown(pt), pt->levels);
	KUNIT_EXPECT_EQ(test, pt_phys(pt, IOVA), pt_paddr(IOVA, SZ_4K));
}

static void pt_test_domain_failure(struct kunit *test)
{
	struct pt_test *pt = test->priv;

	pt_require_injection(test);
	pt_free_domain(pt);

	/* The domain itself is GFP_KERNEL slab memory, which is not injected */
	iommu_fail_nth_begin(1);
	KUNIT_EXPECT_FALSE(test, pt_make_domain(pt, test->param_value));
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	KUNIT_EXPECT_EQ(test, pt_grown(pt), 0);
}

static struct kunit_case pt_cases[] = {
	KUNIT_CASE_PARAM(pt_test_root_only, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_map_4k, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_map_2m, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_map_1g, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_map_across_tables, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_tables_are_clean, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_partial_unmap_keeps_table,
			 pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_unmap_2m_of_4k, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_unmap_1g_of_4k, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_unmap_keeps_shared_parent,
			 pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_unmap_superpage, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_free_mapped_domain, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_one_gather_many_unmaps, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_gather_of_two_sizes, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_superpage_replaces_table,
			 pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_1g_replaces_tables, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_flush_before_superpage, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_flush_before_unmapped, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_map_failures, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_map_again_after_failure, pt_format_gen_params),
	KUNIT_CASE_PARAM(pt_test_domain_failure, pt_format_gen_params),
	{}
};

static struct kunit_suite pt_suite = {
	.name = "intel-pgtable",
	.init = pt_init,
	.exit = pt_exit,
	.test_cases = pt_cases,
};

kunit_test_suite(pt_suite);

MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
MODULE_DESCRIPTION("KUnit tests of VT-d page tables");
MODULE_LICENSE("GPL");
