/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One interface over the two that are compared, so that the benchmark is the
 * same source in both kernels: the order-based helpers of the base, and the
 * sized allocator of the series.
 *
 * Orders are compile-time constants, as they are in the drivers: the base's
 * inline helpers get folded as far as they do there.
 */
#ifndef __IOMMU_PAGES_BENCH_H
#define __IOMMU_PAGES_BENCH_H

#include <linux/iommu.h>
#include "iommu-pages.h"

#ifdef IOMMU_PAGES_LIST_INIT

#define BENCH_API	"sized"

typedef struct iommu_pages_list bench_list_t;

#define bench_alloc(gfp, order) \
	iommu_alloc_pages_node_sz(NUMA_NO_NODE, gfp, PAGE_SIZE << (order))
#define bench_free(virt, order)	iommu_free_pages(virt)

static inline void bench_list_init(bench_list_t *list)
{
	*list = (bench_list_t)IOMMU_PAGES_LIST_INIT(*list);
}

#define bench_list_add(list, virt)	iommu_pages_list_add(list, virt)

#else

#define BENCH_API	"order"

typedef struct list_head bench_list_t;

#define bench_alloc(gfp, order) \
	iommu_alloc_pages_node(NUMA_NO_NODE, gfp, order)
#define bench_free(virt, order)	iommu_free_pages(virt, order)
#define bench_list_init(list)	INIT_LIST_HEAD(list)
#define bench_list_add(list, virt) \
	list_add_tail(&virt_to_page(virt)->lru, list)

#endif

/* The limit: what the page allocator costs with nothing around it */
#define bare_alloc(gfp, order) \
	({ \
		struct page *__page = alloc_pages((gfp) | __GFP_ZERO, order); \
		__page ? page_address(__page) : NULL; \
	})
#define bare_free(virt, order)	__free_pages(virt_to_page(virt), order)

/* What the parts of the benchmark share */
#define ROUNDS_MAX	10000

/* A round has up to two timed parts */
extern u64 samples[2][ROUNDS_MAX];

/* UML's own clock has steps of 256 ns: take the host's TSC there, too */
static __always_inline u64 bench_clock(void)
{
	u32 low, high;

	asm volatile("lfence; rdtsc; lfence"
		     : "=a" (low), "=d" (high) : : "memory");
	return (u64)high << 32 | low;
}

void bench_report(const char *op, u64 *sample, unsigned int nr,
		  unsigned int count);
void io_pgtable_bench(unsigned int rounds);
void iommu_parts_bench(unsigned int rounds);

#endif /* __IOMMU_PAGES_BENCH_H */
