// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pages that are shared by I/O page tables smaller than a page: how they
 * are made and given back. See iommu-pages-parts.c.
 *
 * A page and what describes it are allocated together, so that nothing that
 * happens to the parts later needs memory. The descriptor is not charged: it is
 * a few percent of the page, and memory cgroups count what is asked for.
 */
#include <linux/memcontrol.h>
#include <linux/slab.h>

#include "iommu-pages-parts.h"

static unsigned long folio_parts_group(const struct folio *folio)
{
#ifdef CONFIG_MEMCG
	return READ_ONCE(folio->memcg_data);
#else
	return 0;
#endif
}

static struct iommu_parts *parts_desc_alloc(int nid, gfp_t gfp, u32 key)
{
	size_t word = sizeof(unsigned long);
	size_t nr = PAGE_SIZE >> parts_key_shift(key);

	if (IS_ENABLED(CONFIG_MEM_ALLOC_PROFILING))
		word += sizeof(union codetag_ref);
	gfp &= ~(GFP_ZONEMASK | __GFP_ACCOUNT | __GFP_THISNODE | __GFP_COMP);
	return kmalloc_node(sizeof(struct iommu_parts) + nr * word, gfp, nid);
}

static void parts_init(struct iommu_parts *parts, struct folio *folio, u32 key)
{
	unsigned int i, nr;

	parts->group = folio_parts_group(folio);
	parts->virt = folio_address(folio);
	parts->key = key & ~(~0U << PARTS_KEY_NID_SHIFT);
	parts->key |= folio_nid(folio) << PARTS_KEY_NID_SHIFT;

	INIT_HLIST_NODE(&parts->node);
	parts->free = 0;
	parts->nr_live = 0;

	nr = parts_nr(parts);
	for (i = 0; i < nr; i++) {
		parts->link[i] = (i + 1UL) << PART_STATE_BITS | PART_FREE;
		part_tag_init(parts, i);
	}
}

/* Describe @page, or give it back if there is no memory to do so */
static struct iommu_parts *parts_make(struct page *page, int nid, gfp_t gfp,
				      u32 key)
{
	struct folio *folio = page_folio(page);
	struct iommu_parts *parts = parts_desc_alloc(nid, gfp, key);

	if (unlikely(!parts)) {
		__free_pages(page, 0);
		return NULL;
	}
	parts_init(parts, folio, key);
	folio_ioptdesc(folio)->parts = parts;
	folio_ioptdesc(folio)->state = IOPTDESC_SHARED;
	if (parts->group)
		iommu_pages_account(folio, 1);
	return parts;
}

/*
 * A page with all parts FREE, in no pool yet, and perhaps some more of the same
 * kind in @spare
 */
struct iommu_parts *parts_new(int nid, gfp_t gfp, u32 key,
			      struct hlist_head *spare)
{
	struct page *pages[PARTS_BULK] = {};
	struct iommu_parts *parts;
	unsigned long i, nr;

	/* At least one if there is any; one if they are charged */
	gfp &= ~__GFP_ZERO;
	nr = alloc_pages_bulk_array_node(gfp, nid, PARTS_BULK, pages);
	for (i = 1; i < nr; i++) {
		parts = parts_make(pages[i], nid, gfp | __GFP_NOWARN, key);
		if (parts)
			hlist_add_head(&parts->node, spare);
	}
	return nr ? parts_make(pages[0], nid, gfp, key) : NULL;
}

/* A page that is on no list and has no part in use is a page like any other */
struct page *parts_dissolve(struct iommu_parts *parts)
{
	struct folio *folio = virt_to_folio(parts->virt);
	struct ioptdesc *desc = folio_ioptdesc(folio);

	if (parts->group)
		iommu_pages_account(folio, -1);
	desc->state = UINT_MAX;
	desc->parts = NULL;
	kfree(parts);
	return &folio->page;
}
