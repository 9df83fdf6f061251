// SPDX-License-Identifier: GPL-2.0-only
/*
 * What map, unmap, create and destroy cost for every io-pgtable format that is
 * built in; a part of iommu_pages_bench.c, which explains the figures.
 *
 * An operation is "<format>/<what>", and its figure is that of one call that
 * maps or unmaps the whole range. Formats that stop at the end of a table are
 * called again for the rest, as the IOMMU core would do. Each row has a domain
 * of its own, and a first round that is not timed makes the tables: drivers
 * keep them when they unmap. "first" rows are the ones that pay for tables.
 *
 * Table walks are coherent, TLB operations do nothing and AMD's domain has no
 * devices, so this is the work on the tables alone.
 */
#include <linux/device.h>
#include <linux/io-pgtable.h>
#include <linux/iommu.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "iommu_pages_bench.h"
#ifdef CONFIG_AMD_IOMMU
#include "amd/amd_iommu.h"
#endif

#define IOVA	0x40000000UL
#define PROT	(IOMMU_READ | IOMMU_WRITE)

struct format {
	const char *name;
	enum io_pgtable_fmt fmt;
	unsigned int ias, oas;
	unsigned long page_sizes;
	unsigned long page, block, huge;	/* in the rows 4K, 2M and 1G */
};

#define LPAE_SIZES	(SZ_4K | SZ_2M | SZ_1G)
#define V7S_SIZES	(SZ_4K | SZ_64K | SZ_1M | SZ_16M)


static const struct format formats[] __initconst = {
#ifdef CONFIG_IOMMU_IO_PGTABLE_LPAE
	{ "lpae64-s1", ARM_64_LPAE_S1, 48, 48, LPAE_SIZES, SZ_4K, SZ_2M, SZ_1G },
	{ "lpae64-s2", ARM_64_LPAE_S2, 40, 40, LPAE_SIZES, SZ_4K, SZ_2M, SZ_1G },
	{ "lpae32-s1", ARM_32_LPAE_S1, 32, 40, LPAE_SIZES, SZ_4K, SZ_2M, SZ_1G },
	{ "lpae32-s2", ARM_32_LPAE_S2, 40, 40, LPAE_SIZES, SZ_4K, SZ_2M, SZ_1G },
	{ "mali", ARM_MALI_LPAE, 48, 40, LPAE_SIZES, SZ_4K, SZ_2M, SZ_1G },
#endif
#ifdef CONFIG_IOMMU_IO_PGTABLE_ARMV7S
	{ "v7s", ARM_V7S, 32, 32, V7S_SIZES, SZ_4K, SZ_1M, SZ_16M },
#endif
#ifdef CONFIG_IOMMU_IO_PGTABLE_DART
	{ "dart", APPLE_DART, 32, 36, SZ_4K, SZ_4K },
	{ "dart2", APPLE_DART2, 36, 42, SZ_16K, SZ_16K },
#endif
#ifdef CONFIG_AMD_IOMMU
	{ "amd-v1", AMD_IOMMU_V1, 0, 0, 0, SZ_4K, SZ_2M, SZ_1G },
	{ "amd-v2", AMD_IOMMU_V2, 0, 0, 0, SZ_4K, SZ_2M, SZ_1G },
#endif
};

/* Ranges are mapped one after the other, and each by one call */
struct row {
	const char *name;
	unsigned long pages;
	unsigned int calls;
};

static const struct row rows_4k[] __initconst = {
	{ "4K", 1, 512 },
	{ "16x4K", 16, 32 },
	{ "256x4K", 256, 2 },
	{ "512x4K", 512, 4 },
	{ "262144x4K", 262144, 1 },
};
static const struct row row_block __initconst = { "2M", 1, 64 };
static const struct row row_huge __initconst = { "1G", 1, 2 };

static void bench_tlb_flush_all(void *cookie)
{
}

static void bench_tlb_flush_walk(unsigned long iova, size_t size,
				 size_t granule, void *cookie)
{
}

static void bench_tlb_add_page(struct iommu_iotlb_gather *gather,
			       unsigned long iova, size_t granule, void *cookie)
{
}

static const struct iommu_flush_ops bench_tlb = {
	.tlb_flush_all = bench_tlb_flush_all,
	.tlb_flush_walk = bench_tlb_flush_walk,
	.tlb_add_page = bench_tlb_add_page,
};

static struct io_pgtable_cfg *cfg __initdata;
static void *cookie __initdata;
static struct io_pgtable_ops *ops __initdata;
/* The caller's, and so not set up in the timed part */
static struct iommu_iotlb_gather gather __initdata;

static struct io_pgtable_cfg bench_cfg __initdata;
/* Formats of the base ask it for its node */
static struct device bench_dev __initdata;

static void __init domain_prepare(const struct format *f)
{
	set_dev_node(&bench_dev, NUMA_NO_NODE);
	bench_cfg = (struct io_pgtable_cfg) {
		.pgsize_bitmap = f->page_sizes,
		.ias = f->ias,
		.oas = f->oas,
		.coherent_walk = true,
		.tlb = &bench_tlb,
		.iommu_dev = &bench_dev,
	};
	cfg = &bench_cfg;
	cookie = NULL;
}

#ifdef CONFIG_AMD_IOMMU
static struct protection_domain amd_domain;

static void __init amd_domain_prepare(const struct format *f)
{
	memset(&amd_domain, 0, sizeof(amd_domain));
	spin_lock_init(&amd_domain.lock);
	INIT_LIST_HEAD(&amd_domain.dev_list);
	INIT_LIST_HEAD(&amd_domain.dev_data_list);
	xa_init(&amd_domain.iommu_array);
	amd_domain.id = 1;
	amd_domain.pd_mode = f->fmt == AMD_IOMMU_V1 ? PD_MODE_V1 : PD_MODE_V2;
	amd_domain.iop.pgtbl.cfg.amd.nid = NUMA_NO_NODE;
	cfg = &amd_domain.iop.pgtbl.cfg;
	cookie = &amd_domain;
}
#endif

static void __init format_prepare(const struct format *f)
{
#ifdef CONFIG_AMD_IOMMU
	if (f->fmt == AMD_IOMMU_V1 || f->fmt == AMD_IOMMU_V2)
		return amd_domain_prepare(f);
#endif
	domain_prepare(f);
}

static void __init domain_create(const struct format *f)
{
	ops = alloc_io_pgtable_ops(f->fmt, cfg, cookie);
	if (!ops)
		panic("iommu_pages_bench: no domain of format %s\n", f->name);
}

static void __init map_range(unsigned long iova, unsigned long size,
			     unsigned long page)
{
	unsigned long done = 0;
	size_t mapped;

	do {
		mapped = 0;
		if (ops->map_pages(ops, iova + done, iova + done, page,
				   (size - done) >> __ffs(page), PROT,
				   GFP_KERNEL, &mapped) || !mapped)
			panic("iommu_pages_bench: cannot map\n");
		done += mapped;
	} while (done < size);
}

static void __init unmap_range(unsigned long iova, unsigned long size,
			       unsigned long page)
{
	unsigned long done = 0;
	size_t unmapped;

	do {
		unmapped = ops->unmap_pages(ops, iova + done, page,
					    (size - done) >> __ffs(page),
					    &gather);
		if (!unmapped)
			panic("iommu_pages_bench: cannot unmap\n");
		done += unmapped;
	} while (done < size);
}

/* The IOVA is the address, too; nothing beyond the end */
static void __init check_mapped(unsigned long size, bool mapped)
{
	if (ops->iova_to_phys(ops, IOVA) != (mapped ? IOVA : 0) ||
	    ops->iova_to_phys(ops, IOVA + size - 1) !=
	    (mapped ? IOVA + size - 1 : 0))
		panic("iommu_pages_bench: wrong translation\n");
}

static void __init report(const struct format *f, const char *row,
			  const char *what, u64 *sample, unsigned int nr,
			  unsigned int count)
{
	char op[48];

	snprintf(op, sizeof(op), "%s/%s-%s", f->name, row, what);
	bench_report(op, sample, nr, count);
}

static void __init time_row(const struct format *f, const struct row *row,
			    unsigned long page, unsigned int nr)
{
	unsigned long size = row->pages * page, r, i;
	u64 t;

	iommu_iotlb_gather_init(&gather);
	format_prepare(f);
	domain_create(f);
	for (r = 0; r < nr + 1; r++) {
		u64 *map = &samples[0][r ? r - 1 : 0];
		u64 *unmap = &samples[1][r ? r - 1 : 0];

		t = bench_clock();
		for (i = 0; i < row->calls; i++)
			map_range(IOVA + i * size, size, page);
		*map = bench_clock() - t;
		check_mapped(row->calls * size, true);

		t = bench_clock();
		for (i = 0; i < row->calls; i++)
			unmap_range(IOVA + i * size, size, page);
		*unmap = bench_clock() - t;
		check_mapped(row->calls * size, false);
	}
	free_io_pgtable_ops(ops);
	report(f, row->name, "map", samples[0], nr, row->calls);
	report(f, row->name, "unmap", samples[1], nr, row->calls);
}

/* An empty domain, or one with 262144 pages of the smallest size */
static void __init time_domain(const struct format *f, unsigned int nr,
			       bool filled)
{
	unsigned int r;
	u64 t;

	for (r = 0; r < nr; r++) {
		format_prepare(f);
		t = bench_clock();
		if (!filled)
			domain_create(f);
		samples[0][r] = bench_clock() - t;
		if (filled) {
			domain_create(f);
			t = bench_clock();
			map_range(IOVA, 262144 * f->page, f->page);
			samples[0][r] = bench_clock() - t;
		}

		t = bench_clock();
		free_io_pgtable_ops(ops);
		samples[1][r] = bench_clock() - t;
	}
	report(f, filled ? "262144x4K" : "domain", filled ? "first" : "create",
	       samples[0], nr, 1);
	report(f, filled ? "filled" : "domain", "destroy", samples[1], nr, 1);
}

void __init io_pgtable_bench(unsigned int rounds)
{
	unsigned int some = max(rounds / 10, 5U), few = max(rounds / 50, 2U);
	const struct format *f;
	int i;

	for (f = formats; f < formats + ARRAY_SIZE(formats); f++) {
		for (i = 0; i < ARRAY_SIZE(rows_4k); i++)
			time_row(f, &rows_4k[i], f->page,
				 rows_4k[i].pages > 512 ? few : some);
		if (f->block)
			time_row(f, &row_block, f->block, some);
		if (f->huge)
			time_row(f, &row_huge, f->huge, some);
		time_domain(f, some, false);
		time_domain(f, few, true);
	}
}
