/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The descriptor of I/O page-table memory
 *
 * Private to the allocator and its tests. Drivers hold virtual addresses and
 * see neither this type nor struct page.
 */
#ifndef __IOPTDESC_H
#define __IOPTDESC_H

#include <linux/mm.h>

struct iommu_pages_list;
struct iommu_parts;

/**
 * struct ioptdesc - Memory descriptor for I/O page tables
 * @__page_flags:    Same as page->flags, owned by the page allocator.
 * @freelist_elm:    Element of a struct iommu_pages_list, over page->lru. Bit 0
 *                   of its first word marks a tail page; a pointer keeps it
 *                   clear.
 * @__page_mapping:  Same as page->mapping. NULL: the page allocator checks it.
 * @__page_index:    Same as page->index. Unused.
 * @parts:           Same as page->private: who uses which part of the page, if
 *                   it is shared.
 * @state:           Same as page->page_type: an enum ioptdesc_state while the
 *                   memory is allocated.
 * @__page_refcount: Same as page->_refcount. The allocator holds one reference,
 *                   others are speculative.
 * @memcg_data:      Same as page->memcg_data: what a __GFP_ACCOUNT allocation
 *                   is charged to.
 *
 * This overlays the head struct page of a folio, word for word, until memory
 * descriptors are allocated by themselves.
 */
struct ioptdesc {
	unsigned long __page_flags;
	struct list_head freelist_elm;
	unsigned long __page_mapping;
	pgoff_t __page_index;
	struct iommu_parts *parts;
	unsigned int state;
	atomic_t __page_refcount;
#ifdef CONFIG_MEMCG
	unsigned long memcg_data;
#endif
};

/* One word ends where the next begins, so this pins the start of each, too */
#define IOPTDESC_MATCH(pg, iopt)					\
	static_assert(offsetofend(struct page, pg) ==			\
		      offsetofend(struct ioptdesc, iopt))
IOPTDESC_MATCH(flags, __page_flags);
IOPTDESC_MATCH(lru, freelist_elm);
IOPTDESC_MATCH(mapping, __page_mapping);
IOPTDESC_MATCH(index, __page_index);
IOPTDESC_MATCH(private, parts);
IOPTDESC_MATCH(page_type, state);
IOPTDESC_MATCH(_refcount, __page_refcount);
#ifdef CONFIG_MEMCG
IOPTDESC_MATCH(memcg_data, memcg_data);
#endif
#undef IOPTDESC_MATCH
static_assert(offsetof(struct page, compound_head) ==
	      offsetof(struct ioptdesc, freelist_elm.next));
static_assert(sizeof(struct ioptdesc) <= sizeof(struct page));

/*
 * The whole of page->page_type: the type, and below it whether the memory is
 * in use, waits on a list, or is a page of which each part has a state of its
 * own. Any other value is not ours.
 */
enum ioptdesc_state {
	IOPTDESC_LIVE	= (unsigned int)PGTY_ioptable << 24,
	IOPTDESC_LISTED	= IOPTDESC_LIVE | 1,
	IOPTDESC_SHARED	= IOPTDESC_LIVE | 2,
};

/**
 * ioptdesc_folio - The folio that a descriptor describes
 * @desc: the descriptor
 *
 * Context: Any context.
 * Return: The folio.
 */
static inline struct folio *ioptdesc_folio(const struct ioptdesc *desc)
{
	return (struct folio *)desc;
}

/**
 * folio_ioptdesc - The descriptor of a folio of I/O page-table memory
 * @folio: the folio
 *
 * Context: Any context.
 * Return: The descriptor.
 */
static inline struct ioptdesc *folio_ioptdesc(const struct folio *folio)
{
	return (struct ioptdesc *)folio;
}

/**
 * virt_to_ioptdesc - The descriptor of the allocation that an address is in
 * @virt: any address in the allocation
 *
 * Context: Any context.
 * Return: The descriptor.
 */
static inline struct ioptdesc *virt_to_ioptdesc(const void *virt)
{
	return folio_ioptdesc(virt_to_folio(virt));
}

/* Memory of @size bytes or less is a part of a page that is shared */
#define IOMMU_PART_SIZE_MAX \
	(IS_ENABLED(CONFIG_IOMMU_PAGES_PARTS) ? PAGE_SIZE / 2 : 0)

/* Does @desc describe a page that is shared? */
static inline bool ioptdesc_shared(const struct ioptdesc *desc)
{
	return IOMMU_PART_SIZE_MAX && desc->state == IOPTDESC_SHARED;
}

void iommu_pages_account(struct folio *folio, long nr);

/* iommu-pages-parts.c */
void *iommu_part_alloc(int nid, gfp_t gfp, size_t size, unsigned long caller);

/* iommu-parts-list.c; false says that there is no such part in use */
bool iommu_part_list_add(struct iommu_pages_list *list, void *virt);
bool iommu_part_put_list(struct iommu_pages_list *list, unsigned long caller);

#endif /* __IOPTDESC_H */
