/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exact readings of the page counters of I/O page tables, for KUnit suites.
 *
 * The VM keeps node counters as one atomic per node plus a small delta per CPU,
 * and a periodic work item of each CPU moves its deltas to the node. A reader
 * that merely adds both sees a page twice, or not at all, while such a move is
 * under way. So each CPU is asked to move its deltas first, by a work item:
 * work items of one CPU do not overlap, and the caller's own allocations are
 * complete. What remains are the atomics, and these are exact.
 *
 * The values are raw: below zero is reported as such, where /proc/vmstat and
 * node_page_state() show 0. Units are pages. May sleep.
 */

#ifndef __IOMMU_TESTS_COUNTERS_H
#define __IOMMU_TESTS_COUNTERS_H

#include <linux/limits.h>
#include <linux/mmzone.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/vmstat.h>
#include <linux/workqueue.h>

/**
 * struct iommu_counters - one reading, by node
 * @node: indexed by node id; nodes that are not online read 0
 *
 * Large if MAX_NUMNODES is: not for the stack.
 */
struct iommu_counters {
	struct {
		long iommu_pages;	/* NR_IOMMU_PAGES */
		long secondary;		/* NR_SECONDARY_PAGETABLE */
	} node[MAX_NUMNODES];
};

#ifdef CONFIG_SMP
static inline void __iommu_counters_fold(int nid, enum node_stat_item item)
{
	struct pglist_data *pgdat = NODE_DATA(nid);
	long delta;

	delta = this_cpu_xchg(pgdat->per_cpu_nodestats->vm_node_stat_diff[item],
			      0);
	atomic_long_add(delta, &pgdat->vm_stat[item]);
	atomic_long_add(delta, &vm_node_stat[item]);
}
#else
static inline void __iommu_counters_fold(int nid, enum node_stat_item item)
{
}
#endif

static inline long __iommu_counters_fold_this_cpu(void *unused)
{
	int nid;

	for_each_online_node(nid) {
		__iommu_counters_fold(nid, NR_IOMMU_PAGES);
		__iommu_counters_fold(nid, NR_SECONDARY_PAGETABLE);
	}
	return 0;
}

static inline void iommu_counters_fold(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		work_on_cpu_safe(cpu, __iommu_counters_fold_this_cpu, NULL);
}

static inline long __iommu_counters_get(int nid, enum node_stat_item item)
{
	return atomic_long_read(&NODE_DATA(nid)->vm_stat[item]);
}

/**
 * iommu_counters_read - take a reading of all nodes
 * @counters: filled in
 */
static inline void iommu_counters_read(struct iommu_counters *counters)
{
	int nid;

	iommu_counters_fold();
	memset(counters, 0, sizeof(*counters));
	for_each_online_node(nid) {
		counters->node[nid].iommu_pages =
			__iommu_counters_get(nid, NR_IOMMU_PAGES);
		counters->node[nid].secondary =
			__iommu_counters_get(nid, NR_SECONDARY_PAGETABLE);
	}
}

/**
 * iommu_counters_grown_node - pages that one node gained since a reading
 * @base: the earlier reading
 * @nid: an online node
 *
 * Return: the pages, below zero if there are fewer now. LONG_MIN if the two
 * counters moved by different amounts.
 */
static inline long iommu_counters_grown_node(const struct iommu_counters *base,
					     int nid)
{
	long pages, secondary;

	iommu_counters_fold();
	pages = __iommu_counters_get(nid, NR_IOMMU_PAGES) -
		base->node[nid].iommu_pages;
	secondary = __iommu_counters_get(nid, NR_SECONDARY_PAGETABLE) -
		    base->node[nid].secondary;

	return pages == secondary ? pages : LONG_MIN;
}

/**
 * iommu_counters_grown - pages that all nodes together gained since a reading
 * @base: the earlier reading
 *
 * Return: as iommu_counters_grown_node(). LONG_MIN if the counters disagree on
 * any node.
 */
static inline long iommu_counters_grown(const struct iommu_counters *base)
{
	long node, sum = 0;
	int nid;

	for_each_online_node(nid) {
		node = iommu_counters_grown_node(base, nid);
		if (node == LONG_MIN)
			return LONG_MIN;
		sum += node;
	}
	return sum;
}

/**
 * iommu_counters_same - is every node back where it was?
 * @base: the earlier reading
 *
 * Stricter than a growth of 0: what one node lost, another cannot make up.
 *
 * Return: true if no counter of any node differs from @base.
 */
static inline bool iommu_counters_same(const struct iommu_counters *base)
{
	int nid;

	for_each_online_node(nid) {
		if (iommu_counters_grown_node(base, nid))
			return false;
	}
	return true;
}

#endif /* __IOMMU_TESTS_COUNTERS_H */
