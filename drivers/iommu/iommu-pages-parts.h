/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The insides of iommu-pages-parts.c, for the files around it and their tests
 */
#ifndef __IOMMU_PAGES_PARTS_H
#define __IOMMU_PAGES_PARTS_H

#include <linux/alloc_tag.h>
#include <linux/cache.h>
#include <linux/hash.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>

#include "ioptdesc.h"

/*
 * The smallest part. Cache maintenance for a table of a device that does not
 * snoop must not touch another device's table.
 */
#define PART_SIZE_MIN	((size_t)MAX(64, ARCH_DMA_MINALIGN))

#ifdef CONFIG_SMP
#define PARTS_POOL_BITS		7
#define PARTS_SHARDS		8
#else
#define PARTS_POOL_BITS		5
#define PARTS_SHARDS		1
#endif

/* More than log2 of the size of any part */
#define PARTS_SIZES		MAX(16, PAGE_SHIFT)

/* Empty pages that a pool keeps: enough to ride out a table or a domain */
#define PARTS_EMPTY_MAX	MAX(SZ_64K / PAGE_SIZE, 1)

/*
 * Pages that are not charged are allocated together, as long as they are at
 * hand, for that is cheaper than one by one
 */
#define PARTS_BULK	(PARTS_EMPTY_MAX > 8 ? 8 : 1)
static_assert(PARTS_BULK <= PARTS_EMPTY_MAX);

/*
 * A pool with more partial pages than this gives of them to its siblings, so
 * that the parts which one CPU leaves behind find a use on another.
 */
#define PARTS_SPARE_MAX	2

/* The key: log2 of the size in 8 bits, zone in 3, charged or not, node */
#define PARTS_KEY_ZONE_SHIFT	8
#define PARTS_KEY_CHARGED	BIT(11)
#define PARTS_KEY_NID_SHIFT	12

static_assert(MAX_NR_ZONES <= 8);
static_assert(PARTS_KEY_NID_SHIFT + NODES_SHIFT <= 31);

static inline u32 parts_key(int nid, enum zone_type zone, unsigned int shift)
{
	return shift + (zone << PARTS_KEY_ZONE_SHIFT) +
	       (nid << PARTS_KEY_NID_SHIFT);
}

static inline unsigned int parts_key_shift(u32 key)
{
	return key & 0xff;
}

static inline int parts_key_nid(u32 key)
{
	return key >> PARTS_KEY_NID_SHIFT;
}

/**
 * struct parts_pool - Pages to take parts from
 * @lock:       Protects the rest, and the pages.
 * @nr_partial: Entries of @partial.
 * @nr_empty:   Entries of @empty, at most PARTS_EMPTY_MAX.
 * @partial:    Pages with both FREE and other parts, of any key and group that
 *              comes here.
 * @empty:      Pages with FREE parts only, not charged.
 */
struct parts_pool {
	raw_spinlock_t lock;
	unsigned int nr_partial;
	unsigned int nr_empty;
	struct hlist_head partial;
	struct hlist_head empty;
} ____cacheline_aligned_in_smp;

/**
 * struct parts_block - What is allocated in one piece to describe pages
 * @nr:   Those that have not been given back.
 * @desc: Their struct iommu_parts.
 */
struct parts_block {
	refcount_t nr;
	unsigned long desc[];
};

/**
 * struct iommu_parts - A page that is shared
 * @node:     On one of the lists of @pool; unhashed while each part is in use.
 * @pool:     The pool that the page belongs to. Changes under the lock of the
 *            old pool, so read it, lock it and look again.
 * @block:    What this is in.
 * @group:    What the page is charged to, page->memcg_data; 0 for nothing.
 * @free:     A FREE part, which has the next one in its link, or NULL.
 * @key:      Size, zone and node of its parts, see parts_key(), and whether
 *            they are charged.
 * @nr_live:  Parts in use, those on lists included.
 * @link:     The state of each part, see enum part_state. With allocation
 *            profiling, as many references to allocation tags follow.
 *
 * All but @block, @group, @key and the links of parts in use is protected by
 * the lock of @pool. The link of a part in use belongs to who has the part.
 */
struct iommu_parts {
	struct hlist_node node;
	struct parts_pool *pool;
	struct parts_block *block;
	unsigned long group;
	void *free;
	u32 key;
	u32 nr_live;
	unsigned long link[];
};

/* The low bits of a link; parts are aligned to more than that */
enum part_state {
	PART_FREE	= 0,	/* above: the next one of the page or NULL */
	PART_LIVE	= 1,	/* above: nothing */
	PART_LISTED	= 2,	/* above: the next on the list or NULL */
};

#define PART_STATE_BITS	2
#define PART_STATE_MASK	((1UL << PART_STATE_BITS) - 1)

static inline unsigned int parts_shift(const struct iommu_parts *parts)
{
	return parts_key_shift(parts->key);
}

static inline size_t part_size(const struct iommu_parts *parts)
{
	return 1UL << parts_shift(parts);
}

static inline unsigned int parts_nr(const struct iommu_parts *parts)
{
	return PAGE_SIZE >> parts_shift(parts);
}

static inline struct iommu_parts *virt_to_parts(const void *virt)
{
	return ((struct ioptdesc *)virt_to_page(virt))->parts;
}

/* Which part of the page @virt is in */
static inline unsigned long part_nr(const struct iommu_parts *parts,
				    const void *virt)
{
	return offset_in_page(virt) >> parts_shift(parts);
}

#ifdef CONFIG_MEM_ALLOC_PROFILING
static inline union codetag_ref *part_tag_ref(struct iommu_parts *parts,
					      unsigned int nr)
{
	return (union codetag_ref *)&parts->link[parts_nr(parts)] + nr;
}

static inline void part_tag_init(struct iommu_parts *parts, unsigned int nr)
{
	part_tag_ref(parts, nr)->ct = NULL;
}

/* The page is attributed to this allocator, each part to who asked for it */
static inline void part_tag_add(const void *virt)
{
	struct iommu_parts *parts;

	if (!mem_alloc_profiling_enabled())
		return;
	parts = virt_to_parts(virt);
	alloc_tag_add(part_tag_ref(parts, part_nr(parts, virt)),
		      current->alloc_tag, part_size(parts));
}

/* Without a tag, profiling was off when the part was allocated */
static inline void part_tag_sub(struct iommu_parts *parts, unsigned int nr)
{
	union codetag_ref *ref = part_tag_ref(parts, nr);

	if (mem_alloc_profiling_enabled() && ref->ct)
		alloc_tag_sub(ref, part_size(parts));
}
#else
static inline void part_tag_init(struct iommu_parts *parts, unsigned int nr)
{
}

static inline void part_tag_add(const void *virt)
{
}

static inline void part_tag_sub(struct iommu_parts *parts, unsigned int nr)
{
}
#endif

/* Does part @nr begin at @virt, and is it in hand? */
static inline bool part_live_at(const struct iommu_parts *parts,
				unsigned long nr, const void *virt)
{
	return offset_in_page(virt) == nr << parts_shift(parts) &&
	       READ_ONCE(parts->link[nr]) == PART_LIVE;
}

/* For no group, the key says it all */
static inline bool parts_match(const struct iommu_parts *parts,
			       unsigned long group, u32 key)
{
	return parts->key == key && (!group || parts->group == group);
}

extern struct parts_pool parts_pools[PARTS_SHARDS][PARTS_SIZES];
extern struct parts_pool parts_charged_pools[1 << PARTS_POOL_BITS];

static inline struct parts_pool *parts_pool_shard(u32 shift, u32 shard)
{
	struct parts_pool *pool = &parts_pools[shard % PARTS_SHARDS][shift];

	OPTIMIZER_HIDE_VAR(pool);	/* or it is indexed again and again */
	return pool;
}

/* Where this CPU looks for parts that are not charged */
static inline struct parts_pool *parts_pool(u32 shift)
{
	return parts_pool_shard(shift, raw_smp_processor_id());
}

static inline struct parts_pool *parts_charged_pool(unsigned long group,
						    u32 key)
{
	return &parts_charged_pools[hash_long(group + key, PARTS_POOL_BITS)];
}

static inline void pool_add_partial(struct parts_pool *pool,
				    struct iommu_parts *parts)
{
	hlist_add_head(&parts->node, &pool->partial);
	pool->nr_partial++;
}

static inline void pool_del_partial(struct parts_pool *pool,
				    struct iommu_parts *parts)
{
	hlist_del_init(&parts->node);
	pool->nr_partial--;
}

/* iommu-pages-parts.c */
void part_trace_free(const struct iommu_parts *parts, const void *virt,
		     unsigned long caller);
void parts_unlock_emptied(struct parts_pool *pool, struct iommu_parts *parts,
			  unsigned long flags) __releases(pool->lock);

/* iommu-parts-pool.c */
void *parts_take_unlock(struct parts_pool *pool, gfp_t gfp,
			unsigned long group, u32 key, unsigned long flags)
	__releases(pool->lock);
struct iommu_parts *pool_emptied(struct parts_pool *pool,
				 struct iommu_parts *parts);

/* iommu-parts-page.c */
void parts_new(gfp_t gfp, u32 key, struct hlist_head *fresh);
struct page *parts_dissolve(struct iommu_parts *parts);

#endif /* __IOMMU_PAGES_PARTS_H */
