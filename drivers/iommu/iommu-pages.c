// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for I/O page tables
 *
 * An allocation is a part of a page, see iommu-pages-parts.c, or a folio of 2^n
 * pages, described by a struct ioptdesc. The life of a folio, told by
 * ioptdesc::state:
 *
 *	          alloc            list_add
 *	 (none) --------->  LIVE  ----------> LISTED
 *	    ^                |                  |
 *	    +------ free ----+---- put_list ----+
 *
 * Invariants:
 *
 * - The state changes only along these arrows, before anything else happens to
 *   the memory. A caller that asks for another change (frees twice, frees what
 *   is on a list, queues slab memory, passes an address inside a table) is told
 *   with one warning, and the memory is left alone: leaked at worst.
 * - The pages of every LIVE or LISTED descriptor are in NR_IOMMU_PAGES of their
 *   node and in NR_SECONDARY_PAGETABLE of their lruvec, exactly once. They
 *   leave the counters while the folio still holds its memory cgroup.
 * - The driver owns LIVE memory, and the list with everything on it; there is
 *   no lock here. The checks catch mistakes that follow one another. They
 *   cannot tell which of two racing callers is the wrong one.
 * - A list is threaded through the descriptors, so adding never allocates.
 */
#include <linux/fault-inject.h>
#include <linux/memcontrol.h>
#include <linux/pagevec.h>
#include <linux/vmstat.h>
#include <trace/events/iommu.h>

#include "iommu-pages.h"
#include "ioptdesc.h"

#ifdef CONFIG_IOMMU_PAGES_PARTS
#include "iommu-parts-fast.h"
#else
static bool iommu_part_simple(int nid, gfp_t gfp, size_t size)
{
	return false;
}

static void *iommu_part_alloc_simple(int nid, gfp_t gfp, size_t size,
				     unsigned long caller)
{
	return NULL;
}

static bool iommu_part_free(struct iommu_parts *parts, void *virt)
{
	return false;
}
#endif

#ifdef CONFIG_FAIL_IOMMU_PAGES
static DECLARE_FAULT_ATTR(fail_iommu_pages);

static int __init setup_fail_iommu_pages(char *str)
{
	return setup_fault_attr(&fail_iommu_pages, str);
}
__setup("fail_iommu_pages=", setup_fail_iommu_pages);

static bool should_fail_iommu_pages(gfp_t gfp, size_t size)
{
	return should_fail_ex(&fail_iommu_pages, size,
			      gfp & __GFP_NOWARN ? FAULT_NOWARN : 0);
}

#ifdef CONFIG_FAULT_INJECTION_DEBUG_FS
static int __init fail_iommu_pages_debugfs(void)
{
	return PTR_ERR_OR_ZERO(fault_create_debugfs_attr("fail_iommu_pages",
							 NULL,
							 &fail_iommu_pages));
}
late_initcall(fail_iommu_pages_debugfs);
#endif
#else
static bool should_fail_iommu_pages(gfp_t gfp, size_t size)
{
	return false;
}
#endif /* CONFIG_FAIL_IOMMU_PAGES */

/* iommu_pages_account(), in line where each table passes */
static __always_inline void __iommu_pages_account(struct folio *folio, long nr)
{
	pg_data_t *pgdat = folio_pgdat(folio);

	mod_node_page_state(pgdat, NR_IOMMU_PAGES, nr);
	/* Without a cgroup the lruvec is the node's: no need to look it up */
	if (folio_memcg_charged(folio))
		lruvec_stat_mod_folio(folio, NR_SECONDARY_PAGETABLE, nr);
	else
		mod_node_page_state(pgdat, NR_SECONDARY_PAGETABLE, nr);
}

/* Count @nr pages on the node and the memory cgroup that @folio is on */
void iommu_pages_account(struct folio *folio, long nr)
{
	__iommu_pages_account(folio, nr);
}

/* Is there no such memory? get_order() is undefined for 0 */
static __always_inline bool iommu_pages_impossible(int nid, gfp_t gfp,
						   size_t size)
{
	/* Page tables need an address, and the hardware expects them to stay */
	return WARN_ON_ONCE(!size) ||
	       WARN_ON_ONCE(gfp & (__GFP_HIGHMEM | __GFP_MOVABLE)) ||
	       (nid != NUMA_NO_NODE &&
		WARN_ON_ONCE((unsigned int)nid >= MAX_NUMNODES ||
			     !node_possible(nid)));
}

/* Whole pages. Not in line: parts need no registers saved for this */
static noinline void *iommu_folio_alloc(int nid, gfp_t gfp, size_t size,
					unsigned long caller)
{
	gfp_t flags = gfp | __GFP_ZERO | __GFP_COMP;
	unsigned int order;
	struct folio *folio;
	void *virt;

	if (iommu_pages_impossible(nid, gfp, size))
		return NULL;
	if (nid == NUMA_NO_NODE)
		nid = numa_mem_id();

	/* Not __folio_alloc(): no process is ever going to map this one */
	order = get_order(size);
	folio = (struct folio *)__alloc_pages_node_noprof(nid, flags, order);
	if (unlikely(!folio))
		return NULL;

	folio_ioptdesc(folio)->state = IOPTDESC_LIVE;
	__iommu_pages_account(folio, 1L << order);
	virt = folio_address(folio);
	trace_iommu_pages_alloc(virt, PAGE_SIZE << order, gfp, caller);

	return virt;
}

/* A part. Not in line, either: whole pages must not pay for its registers */
static noinline void *iommu_pages_alloc_part(int nid, gfp_t gfp, size_t size,
					     unsigned long caller)
{
	int node = nid == NUMA_NO_NODE ? numa_mem_id() : nid;

	if (iommu_part_simple(node, gfp, size))
		return iommu_part_alloc_simple(node, gfp, size, caller);
	if (iommu_pages_impossible(nid, gfp, size))
		return NULL;
	return iommu_part_alloc(node, gfp, size, caller);
}

/* See iommu_alloc_pages_node_sz() */
void *iommu_alloc_pages_node_sz_noprof(int nid, gfp_t gfp, size_t size)
{
	if (should_fail_iommu_pages(gfp, size))
		return NULL;

	if (!IOMMU_PART_SIZE_MAX || size > IOMMU_PART_SIZE_MAX)
		return iommu_folio_alloc(nid, gfp, size, _RET_IP_);
	return iommu_pages_alloc_part(nid, gfp, size, _RET_IP_);
}
EXPORT_SYMBOL_GPL(iommu_alloc_pages_node_sz_noprof);

/*
 * The descriptor of the page that @virt is in. That @virt has a struct page at
 * all is checked with DEBUG_VM only: NULL with a warning.
 */
static __always_inline struct ioptdesc *iommu_pages_desc(const void *virt)
{
	if (IS_ENABLED(CONFIG_DEBUG_VM) && WARN_ON_ONCE(!virt_addr_valid(virt)))
		return NULL;
	return (struct ioptdesc *)virt_to_page(virt);
}

/*
 * Does an allocation that is LIVE begin at @virt? Tail pages carry no type, so
 * that there is no need to look for the head.
 */
static bool ioptdesc_live_at(const struct ioptdesc *desc, const void *virt)
{
	return PAGE_ALIGNED(virt) && desc->state == IOPTDESC_LIVE;
}

/* The last word of the state: the page allocator wants its own value there */
static __always_inline void iommu_pages_release(struct ioptdesc *desc,
						unsigned long caller)
{
	struct folio *folio = ioptdesc_folio(desc);

	if (trace_iommu_pages_free_enabled())
		trace_iommu_pages_free(folio_address(folio), folio_size(folio),
				       caller);
	desc->state = UINT_MAX;
}

/* iommu_free_pages() of whole pages */
static noinline void iommu_free_folio(struct ioptdesc *desc, void *virt,
				      unsigned long caller)
{
	unsigned int order;

	if (WARN_ON_ONCE(!ioptdesc_live_at(desc, virt)))
		return;

	order = folio_order(ioptdesc_folio(desc));
	iommu_pages_release(desc, caller);
	__iommu_pages_account(ioptdesc_folio(desc), -1L << order);
	/*
	 * Nothing that folio_put() looks for before it comes to this (LRU,
	 * hugetlb, device memory, a split to be done) is true of our folios.
	 */
	__free_pages((struct page *)desc, order);
}

/**
 * iommu_free_pages - Free I/O page-table memory
 * @virt: what iommu_alloc_pages_node_sz() returned, or NULL
 *
 * The hardware must have forgotten the memory: the IOTLB and the walk caches
 * are flushed. Memory that was not allocated here, was freed before or is on a
 * list is left alone, with a warning; what is not in the direct map, such as
 * vmalloc() memory, only with DEBUG_VM.
 *
 * Context: Any context but NMI, and where locks sleep (PREEMPT_RT), as
 * free_pages().
 */
void iommu_free_pages(void *virt)
{
	struct ioptdesc *desc;

	if (!virt)
		return;

	desc = iommu_pages_desc(virt);
	if (unlikely(!desc))
		return;

	if (ioptdesc_shared(desc)) {
		WARN_ON_ONCE(!iommu_part_free(desc->parts, virt));
		return;
	}
	iommu_free_folio(desc, virt, _RET_IP_);
}
EXPORT_SYMBOL_GPL(iommu_free_pages);

/**
 * iommu_pages_list_add - Queue I/O page-table memory to be freed with others
 * @list: the list
 * @virt: what iommu_alloc_pages_node_sz() returned
 *
 * Memory of any size may be on one list. It stays intact and counted until
 * iommu_put_pages_list(), so that the hardware may go on reading it until the
 * IOTLB flush in between. Memory that was not allocated here or is on a list
 * already is left alone, with a warning.
 *
 * Context: Any context but NMI, never allocates; the caller keeps others away
 * from @list.
 */
void iommu_pages_list_add(struct iommu_pages_list *list, void *virt)
{
	struct ioptdesc *desc;

	if (WARN_ON_ONCE(!virt))
		return;

	desc = iommu_pages_desc(virt);
	if (unlikely(!desc))
		return;

	if (ioptdesc_shared(desc)) {
		WARN_ON_ONCE(!iommu_part_list_add(list, virt));
		return;
	}
	if (WARN_ON_ONCE(!ioptdesc_live_at(desc, virt)))
		return;

	desc->state = IOPTDESC_LISTED;
	list_add_tail(&desc->freelist_elm, &list->descs);
}
EXPORT_SYMBOL_GPL(iommu_pages_list_add);

/* Do both come off the same counters? */
static bool ioptdesc_same_lruvec(const struct ioptdesc *a,
				 const struct ioptdesc *b)
{
#ifdef CONFIG_MEMCG
	if (a->memcg_data != b->memcg_data)
		return false;
#endif
	return folio_nid(ioptdesc_folio(a)) == folio_nid(ioptdesc_folio(b));
}

/*
 * All descriptors on the list give up their state and leave the counters, with
 * one update per run of the same node and cgroup. One that is not LISTED leaves
 * the list instead, which writes to its neighbours only.
 */
static void iommu_pages_release_list(struct list_head *descs,
				     unsigned long caller)
{
	struct ioptdesc *desc, *run = NULL;
	long nr = 0;

	list_for_each_entry(desc, descs, freelist_elm) {
		if (WARN_ON_ONCE(desc->state != IOPTDESC_LISTED)) {
			__list_del_entry(&desc->freelist_elm);
			continue;
		}
		iommu_pages_release(desc, caller);
		if (nr && !ioptdesc_same_lruvec(run, desc)) {
			iommu_pages_account(ioptdesc_folio(run), -nr);
			nr = 0;
		}
		run = desc;
		nr += folio_nr_pages(ioptdesc_folio(desc));
	}
	if (nr)
		iommu_pages_account(ioptdesc_folio(run), -nr);
}

/* put_pages_list() that uncharges a batch of folios at once, not each */
static void iommu_pages_put_charged(struct list_head *folios)
{
	struct folio *folio, *next;
	struct folio_batch fbatch;

	folio_batch_init(&fbatch);
	list_for_each_entry_safe(folio, next, folios, lru) {
		if (!folio_batch_add(&fbatch, folio))
			folios_put(&fbatch);
	}
	if (folio_batch_count(&fbatch))
		folios_put(&fbatch);
}

/* The part of iommu_put_pages_list() for lists with something on them */
void __iommu_put_pages_list(struct iommu_pages_list *list)
{
	struct list_head *descs = &list->descs;

	if (IOMMU_PART_SIZE_MAX && list->first_part)
		WARN_ON_ONCE(!iommu_part_put_list(list, _RET_IP_));
	if (list_empty(descs))
		return;
	/* What is on a copy of a list is on the original, or freed already */
	if (WARN_ON_ONCE(descs->next->prev != descs ||
			 descs->prev->next != descs)) {
		INIT_LIST_HEAD(descs);
		return;
	}

	iommu_pages_release_list(descs, _RET_IP_);

	/* Either way frees all of it; the first folio tells which is faster */
	if (!list_empty(descs) &&
	    folio_memcg_charged(list_first_entry(descs, struct folio, lru)))
		iommu_pages_put_charged(descs);
	else
		put_pages_list(descs);

	INIT_LIST_HEAD(descs);
}
EXPORT_SYMBOL_GPL(__iommu_put_pages_list);
