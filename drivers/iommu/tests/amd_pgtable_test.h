/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the KUnit suites of the AMD I/O page tables share: a protection domain
 * without devices, its page table, and a count of the tables.
 *
 * A protection domain that no device is attached to flushes nothing, so that
 * the io-pgtable operations can be called on any x86 machine.
 *
 * The oracle is the number of tables. Level 0 is the table of 4 KiB entries. A
 * leaf of level n in an otherwise empty page table with t levels needs t - n
 * tables, the root included; every table is one page on both counters. A leaf
 * is somebody else's memory: it is neither freed nor read.
 */

#ifndef __IOMMU_TESTS_AMD_PGTABLE_H
#define __IOMMU_TESTS_AMD_PGTABLE_H

#include <kunit/test.h>
#include <linux/io-pgtable.h>
#include <linux/sizes.h>
#include <linux/xarray.h>

#include "../amd/amd_iommu.h"
#include "iommu_counters.h"

#define PGT_PROT	(IOMMU_READ | IOMMU_WRITE)
#define PGT_IOVA	(3ULL * SZ_1G)
#define PGT_PADDR	(5ULL * SZ_1G)

struct pgt_format {
	const char *name;
	enum io_pgtable_fmt fmt;
	enum protection_domain_mode pd_mode;
};

static const struct pgt_format pgt_formats[] = {
	{ "v1", AMD_IOMMU_V1, PD_MODE_V1 },
	{ "v2", AMD_IOMMU_V2, PD_MODE_V2 },
};

struct pgt_test {
	const struct pgt_format *format;
	struct protection_domain *pdom;
	struct io_pgtable_ops *ops;	/* NULL: no page table at the moment */
	struct iommu_counters base;
};

static void pgt_desc(const struct pgt_format *format, char *desc)
{
	strscpy(desc, format->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(pgt_formats, pgt_formats, pgt_desc);

static inline struct io_pgtable_ops *pgt_create(struct pgt_test *ctx, int nid)
{
	struct protection_domain *pdom = ctx->pdom;

	memset(pdom, 0, sizeof(*pdom));
	spin_lock_init(&pdom->lock);
	INIT_LIST_HEAD(&pdom->dev_list);
	INIT_LIST_HEAD(&pdom->dev_data_list);
	xa_init(&pdom->iommu_array);
	pdom->id = 1;
	pdom->pd_mode = ctx->format->pd_mode;
	pdom->iop.pgtbl.cfg.amd.nid = nid;

	ctx->ops = alloc_io_pgtable_ops(ctx->format->fmt,
					&pdom->iop.pgtbl.cfg, pdom);
	return ctx->ops;
}

static inline void pgt_destroy(struct pgt_test *ctx)
{
	free_io_pgtable_ops(ctx->ops);
	ctx->ops = NULL;
}

static inline int pgt_init(struct kunit *test)
{
	struct pgt_test *ctx;

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	test->priv = ctx;

	ctx->pdom = kunit_kzalloc(test, sizeof(*ctx->pdom), GFP_KERNEL);
	if (!ctx->pdom)
		return -ENOMEM;

	ctx->format = test->param_value ?: &pgt_formats[0];
	iommu_counters_read(&ctx->base);

	return pgt_create(ctx, NUMA_NO_NODE) ? 0 : -ENOMEM;
}

static inline void pgt_exit(struct kunit *test)
{
	struct pgt_test *ctx = test->priv;

	if (!ctx || !ctx->format)
		return;

	pgt_destroy(ctx);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), 0);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&ctx->base));
}

static inline int pgt_map(struct kunit *test, unsigned long iova,
			  phys_addr_t paddr, size_t size, size_t count,
			  size_t *mapped)
{
	struct pgt_test *ctx = test->priv;

	*mapped = 0;
	return ctx->ops->map_pages(ctx->ops, iova, paddr, size, count, PGT_PROT,
				   GFP_KERNEL, mapped);
}

static inline void pgt_map_one(struct kunit *test, unsigned long iova,
			       phys_addr_t paddr, size_t size)
{
	size_t mapped;

	KUNIT_ASSERT_EQ(test, pgt_map(test, iova, paddr, size, 1, &mapped), 0);
	KUNIT_ASSERT_EQ(test, mapped, size);
}

static inline size_t pgt_unmap(struct kunit *test, unsigned long iova,
			       size_t size)
{
	struct pgt_test *ctx = test->priv;

	return ctx->ops->unmap_pages(ctx->ops, iova, size, 1, NULL);
}

static inline phys_addr_t pgt_phys(struct kunit *test, unsigned long iova)
{
	struct pgt_test *ctx = test->priv;

	return ctx->ops->iova_to_phys(ctx->ops, iova);
}

static inline long pgt_tables(struct kunit *test)
{
	struct pgt_test *ctx = test->priv;

	return iommu_counters_grown(&ctx->base);
}

/* Tables that one leaf of @size needs, the root included */
static inline long pgt_path(struct kunit *test, size_t size)
{
	struct pgt_test *ctx = test->priv;
	int levels = PAGE_MODE_3_LEVEL;

	if (ctx->format->fmt == AMD_IOMMU_V2)
		levels = amd_iommu_gpt_level;

	return levels - PAGE_SIZE_LEVEL(size);
}

#define PGT_CASE(fn) \
	{ .run_case = fn, .name = #fn, .module_name = KBUILD_MODNAME, \
	  .generate_params = pgt_formats_gen_params }

#endif /* __IOMMU_TESTS_AMD_PGTABLE_H */
