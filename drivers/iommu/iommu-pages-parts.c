// SPDX-License-Identifier: GPL-2.0-only
/*
 * I/O page tables smaller than a page: parts of a page that is shared
 *
 * A page is cut into parts of one size, a power of two. Parts of a page differ
 * in nothing that the caller asked for: size, zone and node are the page's key,
 * and its group is what the page is charged to, so that no two memory cgroups
 * meet on a page; what is not charged is a group of its own. The page's
 * descriptor has the state IOPTDESC_SHARED and points to a struct iommu_parts,
 * allocated with the page, which has one word for each part:
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
 * A page belongs to a pool. Pools are a fixed hash table: by the group if there
 * is one, else by the CPU, so that two CPUs take and give back parts under
 * different locks, and none has anything to do when a CPU leaves. What is freed
 * on another CPU goes to the pool where its page is. A pool has a list of
 * partial pages, the one used last in front, and one of empty pages.
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
 *   PARTS_EMPTY_MAX of a pool. Charged ones always do: their cgroup may be on
 *   its way out. A charged page pins its obj_cgroup and keeps it when that is
 *   handed to the parent, so the group of a page never changes, nor does
 *   another obj_cgroup get its address.
 * - Hash collisions let foreign pages into a list. A search gives up after
 *   PARTS_TRIES pages: at worst a page too many is taken.
 *
 * Locking: parts_pool::lock is innermost, and nobody holds two. It is raw, and
 * held for a bounded number of parts. Pages and their descriptors are allocated
 * and freed outside of it. So on PREEMPT_RT, as for whole pages, parts are
 * allocated and freed where the page allocator may be called, which is neither
 * in hard interrupts nor under raw locks; queueing works there, too.
 *
 * iommu-parts-pool.c has the pools, iommu-parts-page.c the making of pages, and
 * iommu-parts-list.c the lists.
 */
#include <linux/memcontrol.h>
#include <linux/sched/mm.h>
#include <trace/events/iommu.h>

#include "iommu-pages-parts.h"
#include "iommu-pages.h"

/*
 * The node where the page allocator looks first. It is another one if @nid has
 * no memory in the zone, and pages of it would never be found under @nid.
 */
static int parts_nid(int nid, gfp_t gfp)
{
	enum zone_type idx = gfp_zone(gfp);
	struct zoneref *ref;

	if (likely(idx == ZONE_NORMAL && node_state(nid, N_NORMAL_MEMORY)))
		return nid;

	ref = first_zones_zonelist(node_zonelist(nid, gfp), idx, NULL);
	return zonelist_zone(ref) ? zonelist_node_idx(ref) : nid;
}

static u32 parts_key(int nid, gfp_t gfp, size_t size)
{
	u32 shift = order_base_2(max(size, PART_SIZE_MIN));

	return shift | gfp_zone(gfp) << PARTS_KEY_ZONE_SHIFT |
	       parts_nid(nid, gfp) << PARTS_KEY_NID_SHIFT;
}

/* What the page allocator would charge a page to, as in page->memcg_data */
static unsigned long parts_group(gfp_t gfp)
{
#ifdef CONFIG_MEMCG
	struct obj_cgroup *objcg;

	if (memcg_kmem_online() && (gfp & __GFP_ACCOUNT)) {
		objcg = current_obj_cgroup();
		if (objcg)
			return (unsigned long)objcg | MEMCG_DATA_KMEM;
	}
#endif
	return 0;
}

static noinline void *parts_take_new(int nid, gfp_t gfp, unsigned long group,
				     u32 key)
{
	struct iommu_parts *parts;
	HLIST_HEAD(spare);
	void *virt;

	if (PARTS_SHARDS > 1 && !group) {
		virt = parts_steal(key);
		if (virt)
			return virt;
	}
	parts = parts_new(nid, gfp, key, &spare);
	parts_keep(&spare);
	if (unlikely(!parts))
		return NULL;

	/*
	 * Not what was looked for: the node had no page left, or the task has
	 * just changed its group. There may be a free part of this kind.
	 */
	if (unlikely(parts->key != key || parts->group != group)) {
		virt = parts_take(parts->group, parts->key);
		if (virt) {
			__free_pages(parts_dissolve(parts), 0);
			return virt;
		}
	}
	return parts_take_first(parts);
}

/* iommu_alloc_pages_node_sz() of at most IOMMU_PART_SIZE_MAX bytes */
void *iommu_part_alloc(int nid, gfp_t gfp, size_t size, unsigned long caller)
{
	unsigned long group = parts_group(gfp);
	u32 key = parts_key(nid, gfp, size);
	void *virt;

	might_alloc(gfp);
	virt = parts_take(group, key);
	if (unlikely(!virt)) {
		virt = parts_take_new(nid, gfp, group, key);
		if (unlikely(!virt))
			return NULL;
	}
	size = 1UL << parts_key_shift(key);
	memset(virt, 0, size);
	part_tag_add(virt);
	trace_iommu_pages_alloc(virt, size, gfp, caller);
	return virt;
}
