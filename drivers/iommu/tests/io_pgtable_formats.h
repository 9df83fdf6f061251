/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The I/O page-table formats that are built in, one page table of each, and
 * what is true of any: for the KUnit suites io_pgtable_*_kunit.c.
 *
 * A *variant* is a format with its page sizes, address sizes, and a walker that
 * is coherent or not. What its tables must look like is written down here by
 * hand, from the specifications, and not worked out the way the code under test
 * does it:
 *
 * - A page of the smallest size has @levels tables on its way, the root
 *   included. Each level above resolves @bits bits more. A larger page has a
 *   table less for each level that it skips.
 * - The root has @root bytes, and there are @roots of them side by side; every
 *   other table has @table bytes.
 *
 * Each case starts with an empty page table. fmt_exit() destroys it, and then
 * every page is off the counters, no table is mapped for DMA, and no sync was
 * outside of a mapping. fmt_settled() says that the walker sees what the CPU
 * wrote: to be called after each operation.
 *
 * Addresses are from FMT_IOVA and variant::paddr on, both multiples of the
 * largest page. All page sizes above 1 GiB are left out.
 */

#ifndef __IOMMU_TESTS_IO_PGTABLE_FORMATS_H
#define __IOMMU_TESTS_IO_PGTABLE_FORMATS_H

#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/io-pgtable.h>
#include <linux/iommu.h>
#include <linux/log2.h>
#include <linux/sizes.h>

#ifdef CONFIG_AMD_IOMMU
#include "../amd/amd_iommu.h"
#endif
#include "io_pgtable_dma.h"
#include "iommu_counters.h"

#define FMT_IOVA	((unsigned long)SZ_1G)
#define FMT_PROT	(IOMMU_READ | IOMMU_WRITE)
/* Larger pages, of AMD v1 only, have a case of their own */
#define FMT_SIZES	GENMASK(30, 12)

struct fmt_variant {
	const char *name;
	enum io_pgtable_fmt fmt;
	bool coherent;
	unsigned long quirks;
	unsigned int ias;	/* bits */
	unsigned int oas;
	unsigned long pgsizes;
	u64 paddr;
	int levels;
	int bits;
	size_t root;		/* bytes */
	int roots;
	size_t table;		/* bytes */
};

#define FMT_4K	(SZ_4K | SZ_2M | SZ_1G)
#define FMT_16K	(SZ_16K | SZ_32M)
#define FMT_64K	(SZ_64K | SZ_512M)
#define FMT_V7S	(SZ_4K | SZ_64K | SZ_1M | SZ_16M)
#define FMT_MTK	(IO_PGTABLE_QUIRK_ARM_MTK_EXT | \
		 IO_PGTABLE_QUIRK_NO_PERMS)
#define FMT_MTK_FAR	(FMT_MTK | IO_PGTABLE_QUIRK_ARM_MTK_TTBR_EXT)

#define FMT_ONE(_name, _fmt, _coherent, _ias, _oas, _pgsizes, _paddr,	\
		_levels, _bits, _root, _roots, _table, _quirks)		\
	{								\
		.name		= #_fmt " " _name,			\
		.fmt		= _fmt,					\
		.coherent	= _coherent,				\
		.quirks		= (_quirks) | IO_PGTABLE_QUIRK_NO_WARN,	\
		.ias		= _ias,					\
		.oas		= _oas,					\
		.pgsizes	= _pgsizes,				\
		.paddr		= _paddr,				\
		.levels		= _levels,				\
		.bits		= _bits,				\
		.root		= _root,				\
		.roots		= _roots,				\
		.table		= _table,				\
	}

#define FMT_SNOOPS(_name, _fmt, ...) { FMT_ONE(_name, _fmt, true, __VA_ARGS__) }

#define FMT_BOTH(_name, _fmt, ...)					\
	{								\
		FMT_ONE(_name " coherent", _fmt, true, __VA_ARGS__),	\
		FMT_ONE(_name " non-coherent", _fmt, false, __VA_ARGS__), \
	}

/* Of each format, with and without a coherent walker if it can have both */
static const struct fmt_variant fmt_variants[][2] = {
#ifdef CONFIG_IOMMU_IO_PGTABLE_LPAE
	FMT_BOTH("4K 32/40", ARM_32_LPAE_S1, 32, 40, FMT_4K, SZ_2G,
		 3, 9, SZ_64, 1, SZ_4K, 0),
	FMT_BOTH("4K 32/40", ARM_32_LPAE_S2, 32, 40, FMT_4K, SZ_2G,
		 3, 9, SZ_64, 1, SZ_4K, 0),
	FMT_BOTH("4K 40/40", ARM_32_LPAE_S2, 40, 40, FMT_4K, SZ_2G,
		 3, 9, SZ_8K, 1, SZ_4K, 0),
	FMT_BOTH("4K 32/40", ARM_64_LPAE_S1, 32, 40, FMT_4K, SZ_2G,
		 3, 9, SZ_64, 1, SZ_4K, 0),
	FMT_BOTH("4K 39/40", ARM_64_LPAE_S1, 39, 40, FMT_4K, SZ_2G,
		 3, 9, SZ_4K, 1, SZ_4K, 0),
	FMT_BOTH("4K 40/40", ARM_64_LPAE_S1, 40, 40, FMT_4K, SZ_2G,
		 4, 9, SZ_64, 1, SZ_4K, 0),
	FMT_BOTH("4K 48/48", ARM_64_LPAE_S1, 48, 48, FMT_4K, SZ_2G,
		 4, 9, SZ_4K, 1, SZ_4K, 0),
	FMT_BOTH("16K 36/48", ARM_64_LPAE_S1, 36, 48, FMT_16K, SZ_2G,
		 2, 11, SZ_16K, 1, SZ_16K, 0),
	FMT_BOTH("16K 48/48", ARM_64_LPAE_S1, 48, 48, FMT_16K, SZ_2G,
		 4, 11, SZ_64, 1, SZ_16K, 0),
	FMT_BOTH("64K 42/48", ARM_64_LPAE_S1, 42, 48, FMT_64K, SZ_2G,
		 2, 13, SZ_64K, 1, SZ_64K, 0),
	FMT_BOTH("64K 48/48", ARM_64_LPAE_S1, 48, 48, FMT_64K, SZ_2G,
		 3, 13, SZ_512, 1, SZ_64K, 0),
	FMT_BOTH("4K 40/40", ARM_64_LPAE_S2, 40, 40, FMT_4K, SZ_2G,
		 3, 9, SZ_8K, 1, SZ_4K, 0),
	FMT_BOTH("4K 43/48", ARM_64_LPAE_S2, 43, 48, FMT_4K, SZ_2G,
		 3, 9, SZ_64K, 1, SZ_4K, 0),
	FMT_BOTH("4K 48/48", ARM_64_LPAE_S2, 48, 48, FMT_4K, SZ_2G,
		 4, 9, SZ_4K, 1, SZ_4K, 0),
	FMT_BOTH("16K 48/48", ARM_64_LPAE_S2, 48, 48, FMT_16K, SZ_2G,
		 3, 11, SZ_32K, 1, SZ_16K, 0),
	FMT_BOTH("64K 48/48", ARM_64_LPAE_S2, 48, 48, FMT_64K, SZ_2G,
		 3, 13, SZ_512, 1, SZ_64K, 0),
	FMT_BOTH("4K 33/40", ARM_MALI_LPAE, 33, 40, FMT_4K, SZ_2G,
		 4, 9, SZ_4K, 1, SZ_4K, 0),
	FMT_BOTH("4K 40/40", ARM_MALI_LPAE, 40, 40, FMT_4K, SZ_2G,
		 4, 9, SZ_4K, 1, SZ_4K, 0),
	FMT_BOTH("4K 48/40", ARM_MALI_LPAE, 48, 40, FMT_4K, SZ_2G,
		 4, 9, SZ_4K, 1, SZ_4K, 0),
#ifdef CONFIG_PHYS_ADDR_T_64BIT
	FMT_BOTH("64K 52/52", ARM_64_LPAE_S1, 52, 52, FMT_64K, BIT_ULL(51),
		 3, 13, SZ_8K, 1, SZ_64K, 0),
	FMT_BOTH("4K high", ARM_64_LPAE_S2, 48, 48, FMT_4K, BIT_ULL(47),
		 4, 9, SZ_4K, 1, SZ_4K, 0),
#endif
#endif
#ifdef CONFIG_IOMMU_IO_PGTABLE_ARMV7S
	FMT_BOTH("32/32", ARM_V7S, 32, 32, FMT_V7S, SZ_2G,
		 2, 8, SZ_16K, 1, SZ_1K, 0),
	FMT_BOTH("32/32 no supersections", ARM_V7S, 32, 32,
		 SZ_4K | SZ_64K | SZ_1M, SZ_2G, 2, 8, SZ_16K, 1, SZ_1K, 0),
#ifdef CONFIG_PHYS_ADDR_T_64BIT
	FMT_BOTH("MediaTek 32/33", ARM_V7S, 32, 33, FMT_V7S, 5ULL << 30,
		 2, 8, SZ_16K, 1, SZ_1K, FMT_MTK),
	FMT_BOTH("MediaTek 34/35", ARM_V7S, 34, 35, FMT_V7S, 7ULL << 32,
		 2, 8, SZ_64K, 1, SZ_1K, FMT_MTK_FAR),
#endif
#endif
#ifdef CONFIG_IOMMU_IO_PGTABLE_DART
	FMT_SNOOPS("4K 32/36", APPLE_DART, 32, 36, SZ_4K, SZ_2G,
		   2, 9, SZ_4K, 4, SZ_4K, 0),
	FMT_SNOOPS("16K 32/36", APPLE_DART, 32, 36, SZ_16K, SZ_2G,
		   2, 11, SZ_16K, 1, SZ_16K, 0),
	FMT_SNOOPS("16K 36/36", APPLE_DART, 36, 36, SZ_16K, SZ_2G,
		   2, 11, SZ_16K, 1, SZ_16K, 0),
	FMT_SNOOPS("16K 32/42", APPLE_DART2, 32, 42, SZ_16K, SZ_2G,
		   2, 11, SZ_16K, 1, SZ_16K, 0),
#ifdef CONFIG_PHYS_ADDR_T_64BIT
	FMT_SNOOPS("16K 38/42", APPLE_DART2, 38, 42, SZ_16K, BIT_ULL(41),
		   2, 11, SZ_16K, 4, SZ_16K, 0),
#endif
#endif
#ifdef CONFIG_AMD_IOMMU
	FMT_SNOOPS("4K", AMD_IOMMU_V1, 0, 0, 0, SZ_2G,
		   3, 9, SZ_4K, 1, SZ_4K, 0),
	FMT_SNOOPS("4K", AMD_IOMMU_V2, 0, 0, 0, SZ_2G,
		   4, 9, SZ_4K, 1, SZ_4K, 0),
#endif
};

/* Stands in where no variant that a case wants is built in */
static const struct fmt_variant fmt_missing = {
	.name = "no format",
	.coherent = true,
};

static inline const void *
fmt_next(const void *prev, char *desc,
	 bool (*wanted)(const struct fmt_variant *))
{
	const struct fmt_variant *var = fmt_variants[0];
	const struct fmt_variant *end = var + 2 * ARRAY_SIZE(fmt_variants);

	if (prev == &fmt_missing)
		return NULL;
	if (prev)
		var = (const struct fmt_variant *)prev + 1;
	while (var < end && !(var->name && wanted(var)))
		var++;
	if (var == end) {
		if (prev)
			return NULL;
		var = &fmt_missing;
	}
	strscpy(desc, var->name, KUNIT_PARAM_DESC_SIZE);
	return var;
}

/* Cases with the parameter @_name run on the variants that satisfy @_cond */
#define FMT_WANTED(_name, _cond)					\
static bool _name##_wanted(const struct fmt_variant *var)		\
{									\
	return _cond;							\
}									\
static const void *_name##_gen_params(const void *prev, char *desc)	\
{									\
	return fmt_next(prev, desc, _name##_wanted);			\
}

static inline bool fmt_is_amd(const struct fmt_variant *var)
{
	return var->fmt == AMD_IOMMU_V1 || var->fmt == AMD_IOMMU_V2;
}

static inline bool fmt_is_dart(const struct fmt_variant *var)
{
	return var->fmt == APPLE_DART || var->fmt == APPLE_DART2;
}

static inline bool fmt_is_lpae(const struct fmt_variant *var)
{
	return var->fmt != ARM_V7S && !fmt_is_amd(var) && !fmt_is_dart(var);
}

struct fmt_test {
	const struct fmt_variant *var;
	struct io_pgtable_cfg cfg;	/* AMD: as in @pdom */
	struct io_pgtable_ops *ops;	/* NULL: no page table at the moment */
	struct device *dev;
	struct iommu_counters *base;
	struct dma_view view;		/* with a walker that is not coherent */
	unsigned long sizes;		/* of pages, up to 1 GiB */
	size_t flushed;			/* bytes, by tlb_add_page() */
	unsigned int walks;		/* calls of tlb_flush_walk() */
	unsigned int live_at_walk;	/* dma_view::live at the last of them */
#ifdef CONFIG_AMD_IOMMU
	struct protection_domain pdom;
#endif
};

static void *fmt_copies;	/* see dma_view_begin() */

static inline int fmt_suite_init(struct kunit_suite *suite)
{
	fmt_copies = vmalloc_array(DMA_VIEW_TABLES, DMA_VIEW_TABLE_MAX);
	return fmt_copies ? 0 : -ENOMEM;
}

static inline void fmt_suite_exit(struct kunit_suite *suite)
{
	vfree(fmt_copies);
	fmt_copies = NULL;
}

static inline void fmt_flush_all(void *cookie)
{
}

static inline void fmt_flush_walk(unsigned long iova, size_t size,
				  size_t granule, void *cookie)
{
	struct fmt_test *ctx = cookie;

	ctx->walks++;
	ctx->live_at_walk = ctx->view.live;
}

static inline void fmt_add_page(struct iommu_iotlb_gather *gather,
				unsigned long iova, size_t granule,
				void *cookie)
{
	struct fmt_test *ctx = cookie;

	ctx->flushed += granule;
}

static const struct iommu_flush_ops fmt_flush_ops = {
	.tlb_flush_all	= fmt_flush_all,
	.tlb_flush_walk	= fmt_flush_walk,
	.tlb_add_page	= fmt_add_page,
};

static inline void fmt_cfg(struct fmt_test *ctx, struct io_pgtable_cfg *cfg)
{
	*cfg = (struct io_pgtable_cfg) {
		.quirks		= ctx->var->quirks,
		.pgsize_bitmap	= ctx->var->pgsizes,
		.ias		= ctx->var->ias,
		.oas		= ctx->var->oas,
		.coherent_walk	= ctx->var->coherent,
		.tlb		= &fmt_flush_ops,
		.iommu_dev	= ctx->dev,
	};
}

/* A protection domain without devices flushes nothing, on any x86 */
static inline struct io_pgtable_ops *fmt_create_amd(struct fmt_test *ctx)
{
#ifdef CONFIG_AMD_IOMMU
	struct protection_domain *pdom = &ctx->pdom;

	memset(pdom, 0, sizeof(*pdom));
	spin_lock_init(&pdom->lock);
	INIT_LIST_HEAD(&pdom->dev_list);
	INIT_LIST_HEAD(&pdom->dev_data_list);
	xa_init(&pdom->iommu_array);
	pdom->id = 1;
	pdom->pd_mode = ctx->var->fmt == AMD_IOMMU_V2 ? PD_MODE_V2 : PD_MODE_V1;
	pdom->iop.pgtbl.cfg.amd.nid = NUMA_NO_NODE;

	ctx->ops = alloc_io_pgtable_ops(ctx->var->fmt, &pdom->iop.pgtbl.cfg,
					pdom);
	ctx->cfg = pdom->iop.pgtbl.cfg;
#endif
	return ctx->ops;
}

/* The variant's table, with quirks beside its own */
static inline struct io_pgtable_ops *fmt_create_with(struct fmt_test *ctx,
						     unsigned long quirks)
{
	if (fmt_is_amd(ctx->var)) {
		fmt_create_amd(ctx);
	} else {
		fmt_cfg(ctx, &ctx->cfg);
		ctx->cfg.quirks |= quirks;
		ctx->ops = alloc_io_pgtable_ops(ctx->var->fmt, &ctx->cfg, ctx);
	}
	ctx->sizes = ctx->cfg.pgsize_bitmap & FMT_SIZES;
	return ctx->ops;
}

static inline struct io_pgtable_ops *fmt_create(struct fmt_test *ctx)
{
	return fmt_create_with(ctx, 0);
}

static inline void fmt_destroy(struct fmt_test *ctx)
{
	free_io_pgtable_ops(ctx->ops);
	ctx->ops = NULL;
}

static inline int fmt_init_device(struct kunit *test, struct fmt_test *ctx)
{
	int ret = 0;

	ctx->dev = kunit_device_register(test, "io-pgtable");
	if (IS_ERR(ctx->dev))
		return PTR_ERR(ctx->dev);
	*ctx->dev->dma_mask = DMA_BIT_MASK(64);

	if (!ctx->var->coherent)
		ret = dma_view_begin(&ctx->view, ctx->dev, fmt_copies);
	if (ret == -EOPNOTSUPP)
		kunit_skip(test, "needs TRACEPOINTS to see DMA mappings");
	return ret;
}

static inline int fmt_init_empty(struct kunit *test)
{
	struct fmt_test *ctx;
	int ret;

	if (test->param_value == &fmt_missing)
		kunit_skip(test, "no format with this is built in");

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	ctx->base = kunit_kzalloc(test, sizeof(*ctx->base), GFP_KERNEL);
	if (!ctx->base)
		return -ENOMEM;

	ctx->var = test->param_value ?: &fmt_missing;
	if (!IS_ENABLED(CONFIG_HAS_DMA) && !ctx->var->coherent)
		kunit_skip(test, "needs HAS_DMA");
	ret = fmt_init_device(test, ctx);
	if (ret)
		return ret;
	iommu_counters_read(ctx->base);
	test->priv = ctx;
	return 0;
}

static inline int fmt_init(struct kunit *test)
{
	int ret = fmt_init_empty(test);

	if (ret || !test->param_value)
		return ret;
	return fmt_create(test->priv) ? 0 : -ENOMEM;
}

/* Software marks an entry whose sync is done, for itself: LPAE bit 55 */
static inline void fmt_settled(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	if (!ctx->view.dev)
		return;
	KUNIT_EXPECT_EQ(test, ctx->view.wrong, 0);
	if (IS_ENABLED(CONFIG_DMA_NEED_SYNC))
		KUNIT_EXPECT_EQ(test, dma_view_stale(&ctx->view,
						     fmt_is_lpae(ctx->var) ?
						     BIT_ULL(55) : 0), 0);
}

static inline void fmt_exit(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	if (!ctx)
		return;

	fmt_destroy(ctx);
	if (ctx->view.dev) {
		KUNIT_EXPECT_EQ(test, ctx->view.live, 0);
		KUNIT_EXPECT_EQ(test, ctx->view.wrong, 0);
		dma_view_end(&ctx->view);
	}
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(ctx->base));
}

static inline size_t fmt_page(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	return 1UL << __ffs(ctx->sizes);
}

static inline size_t fmt_largest(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	return 1UL << __fls(ctx->sizes);
}

/* Tables on the way to a page of @size, the root included */
static inline int fmt_tables(struct kunit *test, size_t size)
{
	struct fmt_test *ctx = test->priv;

	return ctx->var->levels -
	       (__ffs(size) - __ffs(ctx->sizes)) / ctx->var->bits;
}

/*
 * There are @tables tables, a full set of roots counting as one. Tables below
 * PAGE_SIZE may share pages, or not.
 */
static inline void fmt_expect_tables(struct kunit *test, int tables)
{
	struct fmt_test *ctx = test->priv;
	const struct fmt_variant *var = ctx->var;
	int roots = tables ? var->roots : 0;
	long others = tables ? tables - 1 : 0;

	if (ctx->view.dev)
		KUNIT_EXPECT_EQ(test, ctx->view.live, roots + others);
	if (var->root >= PAGE_SIZE && var->table >= PAGE_SIZE)
		KUNIT_EXPECT_EQ(test, iommu_counters_grown(ctx->base),
				roots * (var->root >> PAGE_SHIFT) +
				others * (var->table >> PAGE_SHIFT));
}

/* One call, as the IOMMU core makes it */
static inline int fmt_map_call(struct kunit *test, unsigned long iova,
			       u64 paddr, size_t size, size_t count,
			       size_t *mapped)
{
	struct fmt_test *ctx = test->priv;
	int ret;

	*mapped = 0;
	ret = ctx->ops->map_pages(ctx->ops, iova, paddr, size, count, FMT_PROT,
				  GFP_KERNEL, mapped);
	fmt_settled(test);
	return ret;
}

/* A call may do less than all, so call until all is done */
static inline int fmt_map(struct kunit *test, unsigned long iova, u64 paddr,
			  size_t size, size_t count)
{
	size_t mapped, done = 0;
	int ret = 0;

	while (!ret && done < size * count) {
		ret = fmt_map_call(test, iova + done, paddr + done, size,
				   count - done / size, &mapped);
		if (!ret)
			KUNIT_ASSERT_GT(test, mapped, 0);
		done += mapped;
	}
	return ret;
}

static inline void fmt_map_one(struct kunit *test, unsigned long iova,
			       u64 paddr, size_t size)
{
	size_t mapped;

	KUNIT_ASSERT_EQ(test, fmt_map_call(test, iova, paddr, size, 1, &mapped),
			0);
	KUNIT_ASSERT_EQ(test, mapped, size);
}

static inline size_t fmt_unmap_call(struct kunit *test, unsigned long iova,
				    size_t size, size_t count)
{
	struct fmt_test *ctx = test->priv;
	struct iommu_iotlb_gather gather;
	size_t unmapped;

	iommu_iotlb_gather_init(&gather);
	unmapped = ctx->ops->unmap_pages(ctx->ops, iova, size, count, &gather);
	fmt_settled(test);
	return unmapped;
}

static inline size_t fmt_unmap(struct kunit *test, unsigned long iova,
			       size_t size, size_t count)
{
	size_t unmapped, done = 0;

	while (done < size * count) {
		unmapped = fmt_unmap_call(test, iova + done, size,
					  count - done / size);
		if (!unmapped)
			break;
		done += unmapped;
	}
	return done;
}

static inline u64 fmt_phys(struct kunit *test, unsigned long iova)
{
	struct fmt_test *ctx = test->priv;

	return ctx->ops->iova_to_phys(ctx->ops, iova);
}

/* The first and the last byte of @size at @iova lead to @paddr */
static inline void fmt_expect_mapped(struct kunit *test, unsigned long iova,
				     u64 paddr, size_t size)
{
	KUNIT_EXPECT_EQ(test, fmt_phys(test, iova), paddr);
	KUNIT_EXPECT_EQ(test, fmt_phys(test, iova + size - 1),
			paddr + size - 1);
}

static inline void fmt_expect_nothing(struct kunit *test, unsigned long iova,
				      size_t size)
{
	KUNIT_EXPECT_EQ(test, fmt_phys(test, iova), 0);
	KUNIT_EXPECT_EQ(test, fmt_phys(test, iova + size - 1), 0);
}

/* The root of an LPAE table. What is in its register besides is below bit 5 */
static inline u64 *fmt_lpae_root(struct fmt_test *ctx)
{
	u64 ttbr = ctx->cfg.arm_lpae_s1_cfg.ttbr;

	if (ctx->var->fmt == ARM_MALI_LPAE)
		ttbr = ctx->cfg.arm_mali_lpae_cfg.transtab;
	else if (ctx->var->fmt == ARM_32_LPAE_S2 ||
		 ctx->var->fmt == ARM_64_LPAE_S2)
		ttbr = ctx->cfg.arm_lpae_s2_cfg.vttbr;
	return phys_to_virt(ttbr & ~GENMASK_ULL(4, 0));
}

/*
 * The leaf that @iova ends at, or the entry that leads nowhere. Only for tables
 * below 2^48, of memory that a machine for tests does not have more of.
 */
static inline u64 *fmt_lpae_entry(struct fmt_test *ctx, unsigned long iova)
{
	unsigned int bits = ctx->var->bits;
	unsigned int shift = __ffs(ctx->sizes) + bits * (ctx->var->levels - 1);
	u64 *table = fmt_lpae_root(ctx), *entry;
	u64 index = (iova & GENMASK_ULL(ctx->var->ias - 1, 0)) >> shift;

	for (;;) {
		entry = table + index;
		/* Mali's pages have the type of a block */
		if ((*entry & 3) != 3 || shift == __ffs(ctx->sizes))
			return entry;
		table = phys_to_virt(*entry & GENMASK_ULL(47, 12));
		shift -= bits;
		index = (iova >> shift) & GENMASK(bits - 1, 0);
	}
}

static inline u32 *fmt_v7s_root(struct fmt_test *ctx)
{
	u64 ttbr = ctx->cfg.arm_v7s_cfg.ttbr;

	if (!(ctx->var->quirks & IO_PGTABLE_QUIRK_ARM_MTK_EXT))
		return phys_to_virt(ttbr & ~GENMASK_ULL(6, 0));
	/* Bits 34 to 32 of the address are in bits 2 to 0 */
	return phys_to_virt((ttbr & GENMASK_ULL(31, 7)) |
			    (ttbr & GENMASK_ULL(2, 0)) << 32);
}

/* The leaf that @iova ends at: a section, or an entry of the second level */
static inline u32 *fmt_v7s_entry(struct fmt_test *ctx, unsigned long iova)
{
	u32 *entry = fmt_v7s_root(ctx) + iova / SZ_1M;
	u64 table = *entry & GENMASK(31, 10);

	if ((*entry & 3) != 1)
		return entry;
	if (ctx->var->quirks & IO_PGTABLE_QUIRK_ARM_MTK_EXT)
		table |= (u64)!!(*entry & BIT(9)) << 32 |
			 (u64)!!(*entry & BIT(4)) << 33 |
			 (u64)!!(*entry & BIT(5)) << 34;
	return (u32 *)phys_to_virt(table) + (iova / SZ_4K) % 256;
}

/* The page size above @size, the smallest above 0, and 0 above the largest */
static inline size_t fmt_next_size(struct fmt_test *ctx, size_t size)
{
	unsigned long sizes = ctx->sizes;

	if (size)
		sizes &= ~(2 * size - 1);
	return sizes ? BIT(__ffs(sizes)) : 0;
}

#define fmt_for_each_size(ctx, size)					\
	for (size = fmt_next_size(ctx, 0); size;			\
	     size = fmt_next_size(ctx, size))

#define FMT_CASE(_fn, _params) \
	{ .run_case = _fn, .name = #_fn, .module_name = KBUILD_MODNAME, \
	  .generate_params = _params##_gen_params }

#define FMT_CASE_SLOW(_fn, _params) \
	{ .run_case = _fn, .name = #_fn, .module_name = KBUILD_MODNAME, \
	  .generate_params = _params##_gen_params, \
	  .attr.speed = KUNIT_SPEED_SLOW }

#endif /* __IOMMU_TESTS_IO_PGTABLE_FORMATS_H */
