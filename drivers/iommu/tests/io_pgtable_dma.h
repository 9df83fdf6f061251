/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a table walker that does not snoop sees of an I/O page table, for KUnit
 * suites.
 *
 * Such a walker reads memory as it was when the CPU last handed it over: with
 * the DMA mapping of a table, and with each sync of a part of it. The view here
 * keeps a copy of every mapped table and updates it at just these points, which
 * it learns from the tracepoints of the DMA API. So three mistakes show that a
 * coherent machine forgives:
 *
 * - an entry that was written and not synced: the copy differs;
 * - a sync outside of what is mapped, or an unmap of something else than was
 *   mapped: counted in dma_view::wrong;
 * - a mapping that is not given back: it stays in dma_view::live.
 *
 * Calls are of one device, of any task, in any context. Nothing is allocated on
 * the way, so that the n-th allocation to fail is one of the code under test.
 */

#ifndef __IOMMU_TESTS_IO_PGTABLE_DMA_H
#define __IOMMU_TESTS_IO_PGTABLE_DMA_H

#include <kunit/test.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/swiotlb.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include <trace/events/dma.h>

#define DMA_VIEW_TABLES		64
#define DMA_VIEW_TABLE_MAX	SZ_64K

/* One mapping: no two are at the same address */
struct dma_view_table {
	dma_addr_t dma;
	size_t size;	/* 0: the slot is free */
	void *copy;
};

struct dma_view {
	struct device *dev;	/* NULL: not looking */
	spinlock_t lock;	/* of all below */
	struct dma_view_table table[DMA_VIEW_TABLES];
	unsigned int live;
	unsigned int maps;	/* so far, the failed ones as well */
	unsigned int wrong;
	size_t first_size;	/* of the first mapping */
	unsigned int fail_at;	/* this mapping fails, from 1; 0: none */
#ifdef CONFIG_SWIOTLB
	struct io_tlb_mem *pool;	/* of the device */
	struct io_tlb_mem no_pool;	/* has no room */
#endif
};

#ifdef CONFIG_SWIOTLB
/*
 * A device that must bounce through a pool without room has its mappings fail,
 * without a word on other devices.
 */
static inline void dma_view_arm(struct dma_view *view)
{
	bool fail = view->fail_at == view->maps + 1;

	view->dev->dma_io_tlb_mem = fail ? &view->no_pool : view->pool;
}
#else
static inline void dma_view_arm(struct dma_view *view)
{
}
#endif

/* The table that @size bytes at @dma are part of */
static inline struct dma_view_table *dma_view_find(struct dma_view *view,
						   dma_addr_t dma, size_t size)
{
	struct dma_view_table *table;

	for (table = view->table; table < view->table + DMA_VIEW_TABLES;
	     table++) {
		if (table->size && dma >= table->dma &&
		    dma + size <= table->dma + table->size)
			return table;
	}
	return NULL;
}

static inline void dma_view_copy(struct dma_view_table *table, dma_addr_t dma,
				 size_t size)
{
	memcpy(table->copy + (dma - table->dma), phys_to_virt(dma), size);
}

static inline void dma_view_new(struct dma_view *view, dma_addr_t dma,
				size_t size)
{
	struct dma_view_table *table;

	for (table = view->table; table < view->table + DMA_VIEW_TABLES;
	     table++) {
		if (!table->size && size <= DMA_VIEW_TABLE_MAX) {
			table->dma = dma;
			table->size = size;
			dma_view_copy(table, dma, size);
			view->live++;
			return;
		}
	}
	view->wrong++;
}

static inline void dma_view_mapped(void *data, struct device *dev,
				   phys_addr_t phys, dma_addr_t dma,
				   size_t size, enum dma_data_direction dir,
				   unsigned long attrs)
{
	struct dma_view *view = data;
	unsigned long flags;

	if (dev != view->dev)
		return;

	spin_lock_irqsave(&view->lock, flags);
	if (!view->maps++)
		view->first_size = size;
	if (dma != DMA_MAPPING_ERROR)
		dma_view_new(view, dma, size);
	dma_view_arm(view);
	spin_unlock_irqrestore(&view->lock, flags);
}

static inline void dma_view_unmapped(void *data, struct device *dev,
				     dma_addr_t dma, size_t size,
				     enum dma_data_direction dir,
				     unsigned long attrs)
{
	struct dma_view *view = data;
	struct dma_view_table *table;
	unsigned long flags;

	if (dev != view->dev)
		return;

	spin_lock_irqsave(&view->lock, flags);
	table = dma_view_find(view, dma, size);
	if (table && table->dma == dma && table->size == size) {
		table->size = 0;
		view->live--;
	} else {
		view->wrong++;
	}
	spin_unlock_irqrestore(&view->lock, flags);
}

static inline void dma_view_synced(void *data, struct device *dev,
				   dma_addr_t dma, size_t size,
				   enum dma_data_direction dir)
{
	struct dma_view *view = data;
	struct dma_view_table *table;
	unsigned long flags;

	if (dev != view->dev)
		return;

	spin_lock_irqsave(&view->lock, flags);
	table = dma_view_find(view, dma, size);
	if (table)
		dma_view_copy(table, dma, size);
	else
		view->wrong++;
	spin_unlock_irqrestore(&view->lock, flags);
}

/*
 * Words of all tables that the walker sees differently, but for the bits of
 * @ignore. Nobody may write to the tables meanwhile.
 */
static inline unsigned int dma_view_stale(struct dma_view *view, u64 ignore)
{
	unsigned int i, word, stale = 0;

	for (i = 0; i < DMA_VIEW_TABLES; i++) {
		struct dma_view_table *table = &view->table[i];
		u64 *seen = table->copy, *real;

		if (!table->size)
			continue;
		real = phys_to_virt(table->dma);
		for (word = 0; word < table->size / sizeof(u64); word++)
			stale += !!((seen[word] ^ real[word]) & ~ignore);
	}
	return stale;
}

static inline void dma_view_end(struct dma_view *view)
{
	if (!view->dev)
		return;
	unregister_trace_dma_map_page(dma_view_mapped, view);
	unregister_trace_dma_unmap_page(dma_view_unmapped, view);
	unregister_trace_dma_sync_single_for_device(dma_view_synced, view);
	tracepoint_synchronize_unregister();
#ifdef CONFIG_SWIOTLB
	view->dev->dma_io_tlb_mem = view->pool;
#endif
	view->dev = NULL;
}

/*
 * Begin to look at @dev. @copies is DMA_VIEW_TABLES * DMA_VIEW_TABLE_MAX bytes.
 * A failure is one of all: without tracepoints there is no view.
 */
static inline int dma_view_begin(struct dma_view *view, struct device *dev,
				 void *copies)
{
	unsigned int i;

	memset(view, 0, sizeof(*view));
	spin_lock_init(&view->lock);
	for (i = 0; i < DMA_VIEW_TABLES; i++)
		view->table[i].copy = copies + i * DMA_VIEW_TABLE_MAX;
#ifdef CONFIG_SWIOTLB
	view->no_pool.force_bounce = true;
	view->pool = dev->dma_io_tlb_mem;
#endif
	view->dev = dev;

	if (!register_trace_dma_map_page(dma_view_mapped, view) &&
	    !register_trace_dma_unmap_page(dma_view_unmapped, view) &&
	    !register_trace_dma_sync_single_for_device(dma_view_synced, view))
		return 0;

	dma_view_end(view);
	return -EOPNOTSUPP;
}

#endif /* __IOMMU_TESTS_IO_PGTABLE_DMA_H */
