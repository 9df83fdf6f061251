// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pools that parts of shared pages are taken from and given back to. See
 * iommu-pages-parts.c, which has the model and the rules for the lock.
 */
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/vmstat.h>
#include <trace/events/iommu.h>

#include "iommu-pages-parts.h"

/* Pages to look at on a list before a new one is taken */
#define PARTS_TRIES		16

static struct parts_pool pools[1 << PARTS_POOL_BITS] = {
	[0 ... (1 << PARTS_POOL_BITS) - 1] = {
		.lock = __RAW_SPIN_LOCK_UNLOCKED(pools),
	},
};

/* Shards of one key differ in the top bits alone, so they never collide */
static struct parts_pool *parts_pool_shard(u32 key, u32 shard)
{
	if (PARTS_SHARDS > 1)
		key |= (shard % PARTS_SHARDS) << PARTS_KEY_SHARD_SHIFT;
	return &pools[hash_32(key, PARTS_POOL_BITS)];
}

static struct parts_pool *parts_pool(unsigned long group, u32 key)
{
	if (group)
		return &pools[hash_long(group + key, PARTS_POOL_BITS)];
	return parts_pool_shard(key, raw_smp_processor_id());
}

static struct iommu_parts *parts_find(struct hlist_head *head,
				      unsigned long group, u32 key)
{
	unsigned int tries = PARTS_TRIES;
	struct iommu_parts *parts;

	hlist_for_each_entry(parts, head, node) {
		if (parts->key == key && parts->group == group)
			return parts;
		if (!--tries)
			break;
	}
	return NULL;
}

/*
 * The first part of a page is taken, or the last given back. Interrupts are
 * off. Charged pages are neither empty nor in a pool for long: they count as
 * they come and go.
 */
static void parts_account(const struct iommu_parts *parts, int nr)
{
	pg_data_t *pgdat = NODE_DATA(parts_key_nid(parts->key));

	if (parts->group)
		return;

	__mod_node_page_state(pgdat, NR_IOMMU_PAGES, nr);
	__mod_node_page_state(pgdat, NR_SECONDARY_PAGETABLE, nr);
}

static void pool_add_partial(struct parts_pool *pool, struct iommu_parts *parts)
{
	hlist_add_head(&parts->node, &pool->partial);
	pool->nr_partial++;
}

static void pool_del_partial(struct parts_pool *pool, struct iommu_parts *parts)
{
	hlist_del_init(&parts->node);
	pool->nr_partial--;
}

/* Not in front: further back among the partial pages, or empty */
static noinline struct iommu_parts *
pool_search(struct parts_pool *pool, unsigned long group, u32 key)
{
	struct iommu_parts *parts = parts_find(&pool->partial, group, key);

	if (parts) {
		pool_del_partial(pool, parts);
	} else {
		parts = parts_find(&pool->empty, group, key);
		if (!parts)
			return NULL;
		hlist_del(&parts->node);
		pool->nr_empty--;
	}
	pool_add_partial(pool, parts);
	return parts;
}

/* A page with a part that is free, in front of the partial ones */
static struct iommu_parts *pool_find(struct parts_pool *pool,
				     unsigned long group, u32 key)
{
	struct iommu_parts *parts;

	parts = hlist_entry_safe(pool->partial.first, struct iommu_parts, node);
	if (likely(parts && parts->key == key && parts->group == group))
		return parts;
	return pool_search(pool, group, key);
}

static void *pool_take_from(struct parts_pool *pool, struct iommu_parts *parts)
{
	unsigned int nr = parts->free;

	parts->free = parts->link[nr] >> PART_STATE_BITS;
	parts->link[nr] = PART_LIVE;
	if (!parts->nr_live++)
		parts_account(parts, 1);
	if (parts->nr_live == parts_nr(parts))
		pool_del_partial(pool, parts);
	return parts->virt + ((size_t)nr << parts_shift(parts));
}

void *parts_take(unsigned long group, u32 key)
{
	struct parts_pool *pool = parts_pool(group, key);
	struct iommu_parts *parts;
	unsigned long flags;
	void *virt = NULL;

	raw_spin_lock_irqsave(&pool->lock, flags);
	parts = pool_find(pool, group, key);
	if (likely(parts))
		virt = pool_take_from(pool, parts);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return virt;
}

/* The pool of a page in which the caller has a part, locked */
struct parts_pool *parts_lock(const struct iommu_parts *parts,
			      unsigned long *flags)
	__acquires(parts->pool->lock)
{
	struct parts_pool *pool = READ_ONCE(parts->pool);

	for (;;) {
		raw_spin_lock_irqsave(&pool->lock, *flags);
		if (likely(parts->pool == pool))
			return pool;
		raw_spin_unlock_irqrestore(&pool->lock, *flags);
		pool = READ_ONCE(parts->pool);
	}
}

/* Offer the FREE parts of a page that has none on offer, as it was moved */
static void parts_publish(struct iommu_parts *parts)
{
	struct parts_pool *pool;
	unsigned long flags;

	pool = parts_lock(parts, &flags);
	if (hlist_unhashed(&parts->node) && parts->nr_live < parts_nr(parts))
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
	parts = pool_find(from, 0, key);
	if (parts) {
		virt = pool_take_from(from, parts);
		if (!hlist_unhashed(&parts->node))
			pool_del_partial(from, parts);
		WRITE_ONCE(parts->pool, to);
	}
	raw_spin_unlock_irqrestore(&from->lock, flags);

	if (parts)
		parts_publish(parts);
	return virt;
}

/* What other CPUs have to spare */
void *parts_steal(u32 key)
{
	struct parts_pool *pool, *mine = parts_pool(0, key);
	unsigned int shard;
	void *virt;

	for (shard = 0; shard < min(PARTS_SHARDS, nr_cpu_ids); shard++) {
		pool = parts_pool_shard(key, shard);
		if (pool == mine || (!READ_ONCE(pool->nr_empty) &&
				     READ_ONCE(pool->nr_partial) <=
				     PARTS_SPARE_MAX))
			continue;
		virt = pool_take_over(pool, mine, key);
		if (virt)
			return virt;
	}
	return NULL;
}

/* Keep new pages, as many as there is room for */
void parts_keep(struct hlist_head *spare)
{
	struct iommu_parts *parts;
	struct parts_pool *pool;
	struct hlist_node *next;
	unsigned long flags;
	bool kept;

	hlist_for_each_entry_safe(parts, next, spare, node) {
		pool = parts_pool(parts->group, parts->key);
		parts->pool = pool;
		raw_spin_lock_irqsave(&pool->lock, flags);
		hlist_del_init(&parts->node);
		kept = pool->nr_empty < PARTS_EMPTY_MAX;
		if (kept) {
			hlist_add_head(&parts->node, &pool->empty);
			pool->nr_empty++;
		}
		raw_spin_unlock_irqrestore(&pool->lock, flags);
		if (!kept)
			__free_pages(parts_dissolve(parts), 0);
	}
}

/* Offer a new page, and take a part of it */
void *parts_take_first(struct iommu_parts *parts)
{
	struct parts_pool *pool = parts_pool(parts->group, parts->key);
	unsigned long flags;
	void *virt;

	parts->pool = pool;
	raw_spin_lock_irqsave(&pool->lock, flags);
	pool_add_partial(pool, parts);
	virt = pool_take_from(pool, parts);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return virt;
}

/*
 * A part that is LIVE or LISTED is FREE. True if its page is empty and not
 * kept: it is on no list then, and the caller's.
 */
static __always_inline bool
__parts_give_back(struct parts_pool *pool, struct iommu_parts *parts,
		  unsigned int nr, unsigned long caller)
{
	void *virt = parts->virt + ((size_t)nr << parts_shift(parts));

	trace_iommu_pages_free(virt, part_size(parts), caller);
	part_tag_sub(parts, nr);

	parts->link[nr] = (unsigned long)parts->free << PART_STATE_BITS |
			  PART_FREE;
	parts->free = nr;
	if (hlist_unhashed(&parts->node))
		pool_add_partial(pool, parts);
	if (likely(--parts->nr_live))
		return false;

	pool_del_partial(pool, parts);
	parts_account(parts, -1);
	if (parts->group || pool->nr_empty >= PARTS_EMPTY_MAX)
		return true;
	hlist_add_head(&parts->node, &pool->empty);
	pool->nr_empty++;
	return false;
}

bool parts_give_back(struct parts_pool *pool, struct iommu_parts *parts,
		     unsigned int nr, unsigned long caller)
{
	return __parts_give_back(pool, parts, nr, caller);
}

/* iommu_free_pages() in a page that is shared */
bool iommu_part_free(struct iommu_parts *parts, void *virt,
		     unsigned long caller)
{
	struct parts_pool *pool;
	unsigned long flags;
	bool live, last;

	pool = parts_lock(parts, &flags);
	live = part_live_at(parts, virt);
	last = live && __parts_give_back(pool, parts, part_nr(parts, virt),
					 caller);
	raw_spin_unlock_irqrestore(&pool->lock, flags);

	if (unlikely(last))
		__free_pages(parts_dissolve(parts), 0);
	return live;
}
