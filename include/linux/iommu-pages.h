/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory for I/O page tables
 *
 * For everything that an IOMMU reads or writes by itself: page tables, context
 * and device tables, command and event rings. It is zeroed, physically
 * contiguous, aligned to its size, in the direct map, and counted in
 * nr_iommu_pages and SecPageTables. Arrays that only software looks at belong
 * to kvcalloc() and friends.
 *
 * Sizes are bytes, as the hardware specification gives them.
 */
#ifndef __LINUX_IOMMU_PAGES_H
#define __LINUX_IOMMU_PAGES_H

#include <linux/alloc_tag.h>
#include <linux/gfp.h>
#include <linux/iommu.h>
#include <linux/numa.h>

void *iommu_alloc_pages_node_sz_noprof(int nid, gfp_t gfp, size_t size);

/**
 * iommu_alloc_pages_node_sz - Allocate I/O page-table memory on a node
 * @nid: preferred memory node, NUMA_NO_NODE for the local one
 * @gfp: GFP flags. Zone bits, __GFP_ACCOUNT, __GFP_THISNODE and __GFP_NOWARN
 *       are honoured, __GFP_ZERO is implied, __GFP_HIGHMEM and __GFP_MOVABLE
 *       are refused
 * @size: what the hardware needs, in bytes, rounded up to a power of two
 *
 * Context: As @gfp says; with GFP_ATOMIC any context but NMI, and where locks
 * sleep (PREEMPT_RT), as alloc_pages().
 * Return: The address of zeroed memory that is physically contiguous and
 * aligned to the rounded size, to be freed with iommu_free_pages() or through
 * a &struct iommu_pages_list. NULL if there is no such memory; if @size is more
 * than the page allocator can give, with a warning unless @gfp has
 * __GFP_NOWARN; and if @size is 0 or @nid or @gfp ask for the impossible,
 * always with a warning.
 */
#define iommu_alloc_pages_node_sz(nid, gfp, size) \
	alloc_hooks(iommu_alloc_pages_node_sz_noprof(nid, gfp, size))

/**
 * iommu_alloc_pages_sz - Allocate I/O page-table memory
 * @gfp: GFP flags
 * @size: what the hardware needs, in bytes
 *
 * iommu_alloc_pages_node_sz() on the local memory node.
 *
 * Context: That of iommu_alloc_pages_node_sz().
 * Return: The address of the memory, or NULL.
 */
#define iommu_alloc_pages_sz(gfp, size) \
	iommu_alloc_pages_node_sz(NUMA_NO_NODE, gfp, size)

void iommu_free_pages(void *virt);

void iommu_pages_list_add(struct iommu_pages_list *list, void *virt);
void __iommu_put_pages_list(struct iommu_pages_list *list);
void iommu_part_list_splice(struct iommu_pages_list *from,
			    struct iommu_pages_list *to);

/**
 * iommu_pages_list_empty - Is there nothing on the list?
 * @list: the list
 *
 * Context: Any context; the caller keeps others away from @list.
 * Return: true if there is nothing on @list.
 */
static inline bool iommu_pages_list_empty(const struct iommu_pages_list *list)
{
	return list_empty(&list->descs) && !list->first_part;
}

/**
 * iommu_pages_list_splice - Move all memory of one list to the end of another
 * @from: the list to take from, empty and usable afterwards
 * @to: the list to add to
 *
 * Takes the same time for any number of tables. Does nothing if @from and @to
 * are one list.
 *
 * Context: Any context; the caller keeps others away from both lists.
 */
static inline void iommu_pages_list_splice(struct iommu_pages_list *from,
					   struct iommu_pages_list *to)
{
	if (from == to)
		return;
	list_splice_tail_init(&from->descs, &to->descs);
	if (IS_ENABLED(CONFIG_IOMMU_PAGES_PARTS) && from->first_part)
		iommu_part_list_splice(from, to);
}

/**
 * iommu_put_pages_list - Free all memory on a list
 * @list: the list, empty and usable afterwards
 *
 * The hardware must have forgotten the memory: the IOTLB and the walk caches
 * are flushed. An empty list costs two comparisons.
 *
 * Context: Any context but NMI, and where locks sleep (PREEMPT_RT), as
 * free_pages(); the caller keeps others away from @list.
 */
static inline void iommu_put_pages_list(struct iommu_pages_list *list)
{
	if (!iommu_pages_list_empty(list))
		__iommu_put_pages_list(list);
}

#endif /* __LINUX_IOMMU_PAGES_H */
