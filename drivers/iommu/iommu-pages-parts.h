/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The insides of iommu-pages-parts.c, for the files around it and their tests
 */
#ifndef __IOMMU_PAGES_PARTS_H
#define __IOMMU_PAGES_PARTS_H

#include <linux/alloc_tag.h>
#include <linux/cache.h>
#include <linux/minmax.h>
#include <linux/mm.h>
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
#define PARTS_POOL_BITS		8
#define PARTS_SHARDS		8
#else
#define PARTS_POOL_BITS		5
#define PARTS_SHARDS		1
#endif

/* Empty pages that a pool keeps: enough to ride out a table or a domain */
#define PARTS_EMPTY_MAX	MAX(SZ_64K / PAGE_SIZE, 1)

/*
 * Pages that are not charged are allocated together, as long as they are at
 * hand, for that is cheaper than one by one
 */
#define PARTS_BULK	(PARTS_EMPTY_MAX > 4 ? 4 : 1)

/*
 * A pool with more partial pages than this gives of them to its siblings, so
 * that the parts which one CPU leaves behind find a use on another.
 */
#define PARTS_SPARE_MAX	2

/* The key: log2 of the size in 8 bits, the zone in 4, the node above */
#define PARTS_KEY_ZONE_SHIFT	8
#define PARTS_KEY_NID_SHIFT	12
#define PARTS_KEY_SHARD_SHIFT	29

static_assert(MAX_NR_ZONES <= 16);
static_assert(PARTS_KEY_NID_SHIFT + NODES_SHIFT <= PARTS_KEY_SHARD_SHIFT);
static_assert(PARTS_SHARDS <= 1 << (32 - PARTS_KEY_SHARD_SHIFT));
static_assert(PARTS_SHARDS <= 1 << PARTS_POOL_BITS);

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
 *              has this hash.
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
 * struct iommu_parts - A page that is shared
 * @node:     On one of the lists of @pool; unhashed while each part is in use.
 * @pool:     The pool that the page belongs to. Changes under the lock of the
 *            old pool, so read it, lock it and look again.
 * @group:    What the page is charged to, page->memcg_data; 0 for nothing.
 * @virt:     The page.
 * @key:      Size, zone and node of its parts, see parts_key().
 * @free:     Index of a free part, which has the next one in its link. Anything
 *            if all are in use.
 * @nr_live:  Parts in use, those on lists included.
 * @link:     The state of each part, see enum part_state. With allocation
 *            profiling, as many references to allocation tags follow.
 *
 * All but @virt, @group, @key and the links of parts in use is protected by the
 * lock of @pool. The link of a part in use belongs to who has the part.
 */
struct iommu_parts {
	struct hlist_node node;
	struct parts_pool *pool;
	unsigned long group;
	void *virt;
	u32 key;
	u16 free;
	u16 nr_live;
	unsigned long link[];
};

static_assert(PAGE_SIZE / 64 <= U16_MAX);

/* The low bits of a link; parts are aligned to more than that */
enum part_state {
	PART_FREE	= 0,	/* above: the index of the next one */
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
static inline unsigned int part_nr(const struct iommu_parts *parts,
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

/* Does a part begin at @virt, and is it in hand? */
static inline bool part_live_at(const struct iommu_parts *parts,
				const void *virt)
{
	return IS_ALIGNED((uintptr_t)virt, part_size(parts)) &&
	       READ_ONCE(parts->link[part_nr(parts, virt)]) == PART_LIVE;
}

struct iommu_parts *parts_new(int nid, gfp_t gfp, u32 key,
			      struct hlist_head *spare);
struct page *parts_dissolve(struct iommu_parts *parts);
void *parts_take(unsigned long group, u32 key);
void *parts_take_first(struct iommu_parts *parts);
void *parts_steal(u32 key);
void parts_keep(struct hlist_head *spare);
struct parts_pool *parts_lock(const struct iommu_parts *parts,
			      unsigned long *flags)
	__acquires(parts->pool->lock);
bool parts_give_back(struct parts_pool *pool, struct iommu_parts *parts,
		     unsigned int nr, unsigned long caller);

#endif /* __IOMMU_PAGES_PARTS_H */
