// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pages that are shared by I/O page tables smaller than a page: how they
 * are made and given back. See iommu-pages-parts.c.
 *
 * A page and what describes it are allocated together, so that nothing that
 * happens to the parts later needs memory. The descriptor is not charged, since
 * memory cgroups count what is asked for. With pages of 4K it takes 3 % of the
 * page for parts of 512 bytes and more, and a quarter for the smallest.
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

/* What it takes to describe a page, in words */
static size_t parts_words(u32 key)
{
	size_t word = sizeof(unsigned long);
	size_t nr = PAGE_SIZE >> parts_key_shift(key);
	size_t size = sizeof(struct iommu_parts) + nr * word;

	if (IS_ENABLED(CONFIG_MEM_ALLOC_PROFILING))
		size += nr * sizeof(union codetag_ref);
	return DIV_ROUND_UP(size, word);
}

static struct parts_block *parts_block_alloc(gfp_t gfp, u32 key,
					     unsigned long nr)
{
	struct parts_block *block;

	gfp &= ~(GFP_ZONEMASK | __GFP_ACCOUNT);
	block = kmalloc_node(struct_size(block, desc, parts_words(key) * nr),
			     gfp, parts_key_nid(key));
	if (likely(block))
		refcount_set(&block->nr, nr);
	return block;
}

static void parts_init(struct iommu_parts *parts, struct folio *folio, u32 key)
{
	unsigned int i, nr;
	void *virt;

	key &= ~(~0U << PARTS_KEY_NID_SHIFT | PARTS_KEY_CHARGED);
	key |= folio_nid(folio) << PARTS_KEY_NID_SHIFT;
	parts->group = folio_parts_group(folio);
	parts->key = parts->group ? key | PARTS_KEY_CHARGED : key;

	INIT_HLIST_NODE(&parts->node);
	virt = folio_address(folio);
	parts->free = virt;
	parts->nr_live = 0;

	nr = parts_nr(parts);
	for (i = 0; i < nr; i++) {
		virt += part_size(parts);
		parts->link[i] = (unsigned long)virt | PART_FREE;
		part_tag_init(parts, i);
	}
	parts->link[nr - 1] = PART_FREE;
}

static void parts_make(struct iommu_parts *parts, struct parts_block *block,
		       struct folio *folio, u32 key)
{
	parts_init(parts, folio, key);
	parts->block = block;
	folio_ioptdesc(folio)->parts = parts;
	folio_ioptdesc(folio)->state = IOPTDESC_SHARED;
	if (parts->group)
		iommu_pages_account(folio, 1);
}

/*
 * Pages of one kind with all parts FREE, in no pool yet: to @fresh, none if
 * there is no memory
 */
void parts_new(gfp_t gfp, u32 key, struct hlist_head *fresh)
{
	struct page *pages[PARTS_BULK] = {};
	struct parts_block *block = NULL;
	struct iommu_parts *parts;
	unsigned long i, nr;

	/* At least one if there is any; one if they are charged */
	gfp &= ~(__GFP_ZERO | __GFP_COMP);
	nr = alloc_pages_bulk_array_node(gfp, parts_key_nid(key), PARTS_BULK,
					 pages);
	if (likely(nr))
		block = parts_block_alloc(gfp, key, nr);
	for (i = 0; i < nr; i++) {
		if (unlikely(!block)) {
			__free_pages(pages[i], 0);
			continue;
		}
		parts = (void *)&block->desc[i * parts_words(key)];
		parts_make(parts, block, page_folio(pages[i]), key);
		hlist_add_head(&parts->node, fresh);
	}
}

/* A page that is on no list and has no part in use is a page like any other */
struct page *parts_dissolve(struct iommu_parts *parts)
{
	struct folio *folio = virt_to_folio(parts->free);
	struct ioptdesc *desc = folio_ioptdesc(folio);

	if (parts->group)
		iommu_pages_account(folio, -1);
	desc->state = UINT_MAX;
	desc->parts = NULL;
	if (refcount_dec_and_test(&parts->block->nr))
		kfree(parts->block);
	return &folio->page;
}
