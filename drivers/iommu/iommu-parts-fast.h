/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What nearly every allocation and free of a part of a shared page goes
 * through, to be part of the functions that drivers call. See
 * iommu-pages-parts.c, which has the model, and the rest.
 */
#ifndef __IOMMU_PARTS_FAST_H
#define __IOMMU_PARTS_FAST_H

#include <linux/kernel.h>
#include <linux/nodemask.h>
#include <linux/sched/mm.h>
#include <trace/events/iommu.h>

#include "iommu-pages-parts.h"

static __always_inline void *pool_take(struct parts_pool *pool,
				       struct iommu_parts *parts)
{
	void *virt = parts->free;
	unsigned long nr = part_nr(parts, virt);

	parts->free = (void *)parts->link[nr];
	parts->link[nr] = PART_LIVE;
	parts->nr_live++;
	if (unlikely(!parts->free))
		pool_del_partial(pool, parts);
	return virt;
}

/* From the page in front, which is the one used last, or else anywhere */
static __always_inline void *parts_take(struct parts_pool *pool, gfp_t gfp,
					unsigned long group, u32 key)
{
	struct iommu_parts *parts;
	unsigned long flags;
	void *virt;

	raw_spin_lock_irqsave(&pool->lock, flags);
	parts = hlist_entry_safe(pool->partial.first, struct iommu_parts, node);
	if (unlikely(!parts || !parts_match(parts, group, key)))
		return parts_take_unlock(pool, gfp, group, key, flags);
	virt = pool_take(pool, parts);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return virt;
}

/*
 * might_alloc(), but for the point to reschedule: the page allocator has it,
 * which is called for one part out of a page
 */
static __always_inline void parts_might_alloc(gfp_t gfp)
{
	fs_reclaim_acquire(gfp);
	fs_reclaim_release(gfp);
	if (gfpflags_allow_blocking(gfp))
		__might_sleep(__FILE__, __LINE__);
}

static __always_inline void *parts_alloc(struct parts_pool *pool, gfp_t gfp,
					 unsigned long group, u32 key)
{
	void *virt;

	parts_might_alloc(gfp);
	virt = parts_take(pool, gfp, group, key);
	if (unlikely(!virt))
		return NULL;
	memset(virt, 0, 1UL << parts_key_shift(key));
	part_tag_add(virt);
	return virt;
}

static __always_inline u32 part_shift(size_t size)
{
	return __fls((size - 1) | (PART_SIZE_MIN - 1)) + 1;
}

/* Does it take no more than a look at what is asked for to tell the key? */
static __always_inline bool iommu_part_simple(int nid, gfp_t gfp, size_t size)
{
	return size - 1 < IOMMU_PART_SIZE_MAX &&
	       !(gfp & (GFP_ZONEMASK | __GFP_ACCOUNT)) &&
	       (unsigned int)nid < MAX_NUMNODES &&
	       node_state(nid, N_NORMAL_MEMORY);
}

/* iommu_alloc_pages_node_sz() if iommu_part_simple() */
static __always_inline void *iommu_part_alloc_simple(int nid, gfp_t gfp,
						     size_t size,
						     unsigned long caller)
{
	u32 shift = part_shift(size);
	u32 key = parts_key(nid, ZONE_NORMAL, shift);
	void *virt = parts_alloc(parts_pool(shift), gfp, 0, key);

	if (likely(virt))
		trace_iommu_pages_alloc(virt, 1UL << parts_key_shift(key), gfp,
					caller);
	return virt;
}

/* The pool of a page in which the caller has a part, locked */
static __always_inline struct parts_pool *
parts_lock(const struct iommu_parts *parts, unsigned long *flags)
	__acquires(parts->pool->lock)
{
	struct parts_pool *pool = READ_ONCE(parts->pool);

	for (;;) {
		raw_spin_lock_irqsave(&pool->lock, *flags);
		/* The page may have left and come back, see pool_take_over() */
		if (likely(smp_load_acquire(&parts->pool) == pool))
			return pool;
		raw_spin_unlock_irqrestore(&pool->lock, *flags);
		pool = READ_ONCE(parts->pool);
	}
}

/* A part that is LIVE or LISTED is FREE. True if it was the last of its page */
static __always_inline bool
parts_give_back(struct parts_pool *pool, struct iommu_parts *parts,
		unsigned long nr, void *virt)
{
	part_tag_sub(parts, nr);

	parts->link[nr] = (unsigned long)parts->free | PART_FREE;
	if (unlikely(!parts->free))
		pool_add_partial(pool, parts);
	parts->free = virt;
	return !--parts->nr_live;
}

/* iommu_free_pages() in a page that is shared; false if it is no part in use */
static __always_inline bool iommu_part_free(struct iommu_parts *parts,
					    void *virt)
{
	struct parts_pool *pool;
	unsigned long flags, nr;
	bool live;

	if (trace_iommu_pages_free_enabled())
		part_trace_free(parts, virt, _RET_IP_);

	pool = parts_lock(parts, &flags);
	nr = part_nr(parts, virt);
	live = part_live_at(parts, nr, virt);
	if (likely(live) && unlikely(parts_give_back(pool, parts, nr, virt))) {
		parts_unlock_emptied(pool, parts, flags);
		return true;
	}
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return live;
}

#endif /* __IOMMU_PARTS_FAST_H */
