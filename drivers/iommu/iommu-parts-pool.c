// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pools that parts of shared pages are taken from and given back to: what
 * happens when there is no part in front. See iommu-pages-parts.c, which has
 * the model and the rules for the lock.
 */
#include <linux/mm.h>
#include <linux/vmstat.h>

#include "iommu-parts-fast.h"

/* Pages to look at on a list before a new one is taken */
#define PARTS_TRIES		16

#define PARTS_POOL_INIT	{ .lock = __RAW_SPIN_LOCK_UNLOCKED(parts_pool) }

struct parts_pool parts_pools[PARTS_SHARDS][PARTS_SIZES] = {
	[0 ... PARTS_SHARDS - 1][0 ... PARTS_SIZES - 1] = PARTS_POOL_INIT,
};

struct parts_pool parts_charged_pools[1 << PARTS_POOL_BITS] = {
	[0 ... (1 << PARTS_POOL_BITS) - 1] = PARTS_POOL_INIT,
};

static_assert(PAGE_SIZE / 2 < 1UL << PARTS_SIZES);

static struct iommu_parts *parts_find(struct hlist_head *head,
				      unsigned long group, u32 key)
{
	unsigned int tries = PARTS_TRIES;
	struct iommu_parts *parts;

	hlist_for_each_entry(parts, head, node) {
		if (parts_match(parts, group, key))
			return parts;
		if (!--tries)
			break;
	}
	return NULL;
}

/*
 * The first part of a page is about to be taken, or the last was given back.
 * Interrupts are off. Charged pages are never kept when they are empty: they
 * count as they are made and dissolved.
 */
static void parts_account(const struct iommu_parts *parts, int nr)
{
	pg_data_t *pgdat = NODE_DATA(parts_key_nid(parts->key));

	if (parts->group)
		return;

	__mod_node_page_state(pgdat, NR_IOMMU_PAGES, nr);
	__mod_node_page_state(pgdat, NR_SECONDARY_PAGETABLE, nr);
}

/* A page on no list, with FREE parts only, to take one */
static void pool_begin(struct parts_pool *pool, struct iommu_parts *parts)
{
	pool_add_partial(pool, parts);
	parts_account(parts, 1);
}

static struct iommu_parts *pool_first_empty(struct parts_pool *pool)
{
	return hlist_entry_safe(pool->empty.first, struct iommu_parts, node);
}

static void pool_add_empty(struct parts_pool *pool, struct iommu_parts *parts)
{
	hlist_add_head(&parts->node, &pool->empty);
	pool->nr_empty++;
}

static void pool_del_empty(struct parts_pool *pool, struct iommu_parts *parts)
{
	hlist_del(&parts->node);
	pool->nr_empty--;
}

/*
 * Find a page with a part that is free, and put it in front of the partial
 * ones. It was further back, or empty.
 */
static struct iommu_parts *pool_search(struct parts_pool *pool,
				       unsigned long group, u32 key)
{
	struct iommu_parts *parts = parts_find(&pool->partial, group, key);

	if (parts) {
		pool_del_partial(pool, parts);
		pool_add_partial(pool, parts);
		return parts;
	}
	parts = parts_find(&pool->empty, group, key);
	if (parts) {
		pool_del_empty(pool, parts);
		pool_begin(pool, parts);
	}
	return parts;
}

/*
 * The last part of a page was given back. Returns a page that there is no room
 * for any more, to be dissolved: this one, or if the one in front is of another
 * kind, that, since this kind was in use later.
 */
struct iommu_parts *pool_emptied(struct parts_pool *pool,
				 struct iommu_parts *parts)
{
	struct iommu_parts *other = NULL;

	pool_del_partial(pool, parts);
	parts_account(parts, -1);
	if (parts->group)
		return parts;
	if (pool->nr_empty == PARTS_EMPTY_MAX) {
		other = pool_first_empty(pool);
		if (other->key == parts->key)
			return parts;
		pool_del_empty(pool, other);
	}
	pool_add_empty(pool, parts);
	return other;
}

/* Offer the FREE parts of a page that has none on offer, as it was moved */
static void parts_publish(struct iommu_parts *parts)
{
	struct parts_pool *pool;
	unsigned long flags;

	pool = parts_lock(parts, &flags);
	if (hlist_unhashed(&parts->node) && parts->free)
		pool_add_partial(pool, parts);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
}

/* Take a part, and with it its page over to @to */
static void *pool_take_over(struct parts_pool *from, struct parts_pool *to,
			    u32 key)
{
	struct iommu_parts *parts;
	unsigned long flags;
	void *virt = NULL;

	raw_spin_lock_irqsave(&from->lock, flags);
	parts = pool_search(from, 0, key);
	if (parts) {
		virt = pool_take(from, parts);
		if (!hlist_unhashed(&parts->node))
			pool_del_partial(from, parts);
		/*
		 * Who locks @to because of this must see what was done to the
		 * page under @from's lock
		 */
		smp_store_release(&parts->pool, to);
	}
	raw_spin_unlock_irqrestore(&from->lock, flags);

	if (parts)
		parts_publish(parts);
	return virt;
}

static bool pool_spares(const struct parts_pool *pool)
{
	/* A guess without the lock: at worst a page too many is taken */
	return data_race(pool->nr_empty ||
			 pool->nr_partial > PARTS_SPARE_MAX);
}

/* What other CPUs have to spare */
static void *parts_steal(u32 key)
{
	u32 shard, shift = parts_key_shift(key);
	struct parts_pool *pool, *mine = parts_pool(shift);
	void *virt;

	for (shard = 0; shard < min(PARTS_SHARDS, nr_cpu_ids); shard++) {
		pool = parts_pool_shard(shift, shard);
		if (pool == mine || !pool_spares(pool))
			continue;
		virt = pool_take_over(pool, mine, key);
		if (virt)
			return virt;
	}
	return NULL;
}

/*
 * The pages in @fresh are the pool's from now on, and what there is no room for
 * any more is in @fresh. Those are of other kinds: a new page is not asked for
 * as long as one of its kind is empty.
 */
static void pool_add_fresh(struct parts_pool *pool, struct hlist_head *fresh)
{
	struct iommu_parts *parts;
	struct hlist_node *next;
	HLIST_HEAD(others);

	while (pool->nr_empty > PARTS_EMPTY_MAX - PARTS_BULK) {
		parts = pool_first_empty(pool);
		pool_del_empty(pool, parts);
		hlist_add_head(&parts->node, &others);
	}
	hlist_for_each_entry_safe(parts, next, fresh, node) {
		parts->pool = pool;
		hlist_del(&parts->node);
		pool_add_empty(pool, parts);
	}
	hlist_move_list(&others, fresh);
}

/*
 * Offer new pages, and take a part. It need not be one of theirs, nor of the
 * group and key that were looked for: if the node has no page left, or the task
 * has just changed its group, there may be a page of the kind that came.
 */
static void *parts_take_fresh(struct hlist_head *fresh)
{
	struct iommu_parts *first, *parts;
	struct parts_pool *pool;
	unsigned long flags;
	void *virt;

	first = hlist_entry(fresh->first, struct iommu_parts, node);
	if (first->group)
		pool = parts_charged_pool(first->group, first->key);
	else
		pool = parts_pool(parts_shift(first));

	raw_spin_lock_irqsave(&pool->lock, flags);
	parts = pool_search(pool, first->group, first->key);
	if (likely(!parts)) {
		parts = first;
		parts->pool = pool;
		hlist_del(&parts->node);
		pool_begin(pool, parts);
	}
	virt = pool_take(pool, parts);
	if (!hlist_empty(fresh) && !first->group)
		pool_add_fresh(pool, fresh);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return virt;
}

/* A part that is not to be had in the pool for @group and @key */
static void *parts_take_new(gfp_t gfp, unsigned long group, u32 key)
{
	struct iommu_parts *parts;
	struct hlist_node *next;
	HLIST_HEAD(fresh);
	void *virt = NULL;

	if (PARTS_SHARDS > 1 && !group) {
		virt = parts_steal(key);
		if (virt)
			return virt;
	}
	parts_new(gfp, key, &fresh);
	if (likely(!hlist_empty(&fresh)))
		virt = parts_take_fresh(&fresh);
	hlist_for_each_entry_safe(parts, next, &fresh, node)
		__free_pages(parts_dissolve(parts), 0);
	return virt;
}

/* A part that is not to be had on the page in front in the pool */
void *parts_take_unlock(struct parts_pool *pool, gfp_t gfp,
			unsigned long group, u32 key, unsigned long flags)
	__releases(pool->lock)
{
	struct iommu_parts *parts = pool_search(pool, group, key);
	void *virt = parts ? pool_take(pool, parts) : NULL;

	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return virt ?: parts_take_new(gfp, group, key);
}
