// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists of I/O page tables smaller than a page. See iommu-pages-parts.c.
 *
 * A list of parts is beside the list of whole pages in a struct
 * iommu_pages_list, threaded through the words that tell the state of each
 * part. It has an end to append to, so that splicing takes the same time for
 * any number. Parts that are on it belong to it: no lock until they are freed.
 */
#include "iommu-pages.h"
#include "iommu-parts-fast.h"

/* Parts to free under the lock at a time */
#define PARTS_PUT_BATCH		32

static void part_set_next(void *virt, void *next)
{
	struct iommu_parts *parts = virt_to_parts(virt);

	parts->link[part_nr(parts, virt)] = (unsigned long)next | PART_LISTED;
}

/* iommu_pages_list_add() in a page that is shared */
bool iommu_part_list_add(struct iommu_pages_list *list, void *virt)
{
	struct iommu_parts *parts = virt_to_parts(virt);

	if (!part_live_at(parts, part_nr(parts, virt), virt))
		return false;

	part_set_next(virt, NULL);
	if (list->first_part)
		part_set_next(list->last_part, virt);
	else
		list->first_part = virt;
	list->last_part = virt;
	return true;
}

/* The part of iommu_pages_list_splice() for lists with parts on them */
void iommu_part_list_splice(struct iommu_pages_list *from,
			    struct iommu_pages_list *to)
{
	if (to->first_part)
		part_set_next(to->last_part, from->first_part);
	else
		to->first_part = from->first_part;
	to->last_part = from->last_part;
	from->first_part = NULL;
	from->last_part = NULL;
}
EXPORT_SYMBOL_GPL(iommu_part_list_splice);

/* How a page that is to be dissolved is queued */
static struct list_head *parts_freelist_elm(const struct iommu_parts *parts)
{
	return &virt_to_ioptdesc(parts->free)->freelist_elm;
}

/*
 * NULL if @virt is in a page that is not shared, or not any more: somebody has
 * put a copy of the list
 */
static struct iommu_parts *listed_parts(const void *virt)
{
	const struct ioptdesc *desc = (struct ioptdesc *)virt_to_page(virt);

	return likely(ioptdesc_shared(desc)) ? desc->parts : NULL;
}

/*
 * Free the parts from @virt on that are in the same pool, with an end. Return
 * the next one, NULL behind the last, and @virt itself if it is not LISTED.
 */
static void *part_put_run(void *virt, struct list_head *emptied,
			  unsigned long caller)
{
	struct iommu_parts *gone, *parts = listed_parts(virt);
	unsigned int max = PARTS_PUT_BATCH;
	struct parts_pool *pool;
	unsigned long flags, link, nr;

	if (unlikely(!parts))
		return virt;
	pool = parts_lock(parts, &flags);
	do {
		nr = part_nr(parts, virt);
		link = parts->link[nr];
		if (unlikely((link & PART_STATE_MASK) != PART_LISTED))
			break;
		trace_iommu_pages_free(virt, part_size(parts), caller);
		if (parts_give_back(pool, parts, nr, virt)) {
			gone = pool_emptied(pool, parts);
			if (gone)
				list_add_tail(parts_freelist_elm(gone),
					      emptied);
		}
		virt = (void *)(link & ~PART_STATE_MASK);
		if (!virt)
			break;
		parts = listed_parts(virt);
		/* As in parts_lock() */
	} while (parts && --max && smp_load_acquire(&parts->pool) == pool);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return virt;
}

/*
 * The part of iommu_put_pages_list() for parts. A damaged link ends the list:
 * what is behind it stays allocated.
 */
bool iommu_part_put_list(struct iommu_pages_list *list, unsigned long caller)
{
	void *virt = list->first_part, *next;
	struct ioptdesc *desc;
	LIST_HEAD(emptied);

	list->first_part = NULL;
	list->last_part = NULL;
	while (virt) {
		next = part_put_run(virt, &emptied, caller);
		if (unlikely(next == virt))
			break;
		virt = next;
	}
	list_for_each_entry(desc, &emptied, freelist_elm)
		parts_dissolve(desc->parts);
	put_pages_list(&emptied);
	return !virt;
}
