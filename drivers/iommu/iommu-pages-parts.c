// SPDX-License-Identifier: GPL-2.0-only
/*
 * I/O page tables smaller than a page: parts of a page that is shared
 *
 * A page is cut into parts of one size, a power of two. Parts of a page differ
 * in nothing that the caller asked for: size, zone and node are the page's key,
 * and its group is what the page is charged to, so that no two memory cgroups
 * meet on a page; what is not charged is a group of its own. The page's
 * descriptor has the state IOPTDESC_SHARED and points to a struct iommu_parts,
 * allocated with the page or the block of pages that it came in, which has one
 * word for each part:
 *
 *	          alloc            list_add
 *	  FREE  --------->  LIVE  ----------> LISTED
 *	    ^                |                  |
 *	    +------ free ----+---- put_list ----+
 *
 * The word of a FREE part names the next one of the page, that of a LISTED part
 * the next one on the list. So parts of one page may be on different lists, and
 * adding to a list takes neither memory nor a lock.
 *
 * A page belongs to a pool. Pools are fixed: a hash table of them for what is
 * charged, and for the rest one for each size and CPU, or a few CPUs, so that
 * two CPUs take and give back parts under different locks, and none has
 * anything to do when a CPU leaves. What is freed on another CPU goes to the
 * pool where its page is. A pool has a list of partial pages, the one used last
 * in front, and one of empty pages.
 *
 * Invariants:
 *
 * - As for whole pages, the state of a part changes only along the arrows, and
 *   a caller who asks for another change is told, and nothing happens.
 * - A page counts in NR_IOMMU_PAGES and NR_SECONDARY_PAGETABLE, once, exactly
 *   while a part of it is LIVE or LISTED. No other page does.
 * - A page is on the partial list of its pool if and only if it has both FREE
 *   and other parts, and the lock of the pool is not held. The exception is one
 *   that moves to another pool: the CPU that moves it has a part of it.
 * - Pages that became empty go back to the page allocator, but for
 *   PARTS_EMPTY_MAX of a pool, of any zone and node; those of a kind that was
 *   in use later replace others. Charged ones always do: their cgroup may be on
 *   its way out. A charged page pins its obj_cgroup and keeps it when that is
 *   handed to the parent, so the group of a page never changes, nor does
 *   another obj_cgroup get its address.
 * - Hash collisions, zones and nodes bring foreign pages to a list. A search
 *   gives up after PARTS_TRIES pages and takes a new one, so pages further back
 *   are not filled while that many foreign ones are in front.
 *
 * Locking: parts_pool::lock is innermost, and nobody holds two. It is raw, and
 * held for a bounded number of parts. Pages and their descriptors are allocated
 * and freed outside of it. So on PREEMPT_RT, as for whole pages, parts are
 * allocated and freed where the page allocator may be called, which is neither
 * in hard interrupts nor under raw locks; queueing works there, too.
 *
 * Speed: a part comes from the page in front and goes back to a page that stays
 * partial with the lock taken once, and no list touched. That is in
 * iommu-parts-fast.h, inline in what drivers call; the rest of taking parts is
 * here and in iommu-parts-pool.c. iommu-parts-page.c makes the pages, and
 * iommu-parts-list.c has the lists.
 */
#include <linux/memcontrol.h>

#include "iommu-parts-fast.h"

/*
 * The key of parts that are not simply where memory is. The node is the one
 * where the page allocator looks first: another one if @nid has no memory in
 * the zone, and pages of it would never be found under @nid.
 */
static u32 parts_key_zone(int nid, gfp_t gfp, unsigned int shift)
{
	enum zone_type zone = gfp_zone(gfp);
	struct zoneref *ref;

	ref = first_zones_zonelist(node_zonelist(nid, gfp), zone, NULL);
	if (zonelist_zone(ref))
		nid = zonelist_node_idx(ref);
	return parts_key(nid, zone, shift);
}

/* What the page allocator would charge a page to, as in page->memcg_data */
static unsigned long parts_group(void)
{
#ifdef CONFIG_MEMCG
	struct obj_cgroup *objcg;

	if (memcg_kmem_online()) {
		objcg = current_obj_cgroup();
		if (objcg)
			return (unsigned long)objcg | MEMCG_DATA_KMEM;
	}
#endif
	return 0;
}

/* iommu_alloc_pages_node_sz() of at most IOMMU_PART_SIZE_MAX bytes */
void *iommu_part_alloc(int nid, gfp_t gfp, size_t size, unsigned long caller)
{
	unsigned long group = gfp & __GFP_ACCOUNT ? parts_group() : 0;
	u32 shift = part_shift(size);
	u32 key = parts_key_zone(nid, gfp, shift);
	void *virt;

	if (group) {
		key |= PARTS_KEY_CHARGED;
		virt = parts_alloc(parts_charged_pool(group, key), gfp, group,
				   key);
	} else {
		virt = parts_alloc(parts_pool(shift), gfp, 0, key);
	}
	if (likely(virt))
		trace_iommu_pages_alloc(virt, 1UL << shift, gfp, caller);
	return virt;
}

void part_trace_free(const struct iommu_parts *parts, const void *virt,
		     unsigned long caller)
{
	if (part_live_at(parts, part_nr(parts, virt), virt))
		trace_iommu_pages_free(virt, part_size(parts), caller);
}

/* The last part of a page was given back */
void parts_unlock_emptied(struct parts_pool *pool, struct iommu_parts *parts,
			  unsigned long flags)
	__releases(pool->lock)
{
	struct iommu_parts *gone = pool_emptied(pool, parts);

	raw_spin_unlock_irqrestore(&pool->lock, flags);
	if (gone)
		__free_pages(parts_dissolve(gone), 0);
}
