// SPDX-License-Identifier: GPL-2.0
/*
 * Map memory of user space, page by page, inside a memory cgroup: the tables
 * must be counted once, on the node and in the cgroup alike, and all of them
 * must be returned.
 */
#include "init.h"

#define GROUP		"/sys/fs/cgroup/tables"
#define IOVA		0x100000000UL

struct sample {
	struct counters node;
	long group;
};

static void sample(struct sample *s)
{
	read_counters(&s->node);
	s->group = cgroup_tables(GROUP);
}

static void tell(const char *when, const struct sample *s)
{
	char name[32];

	format(name, sizeof(name), "map_%s_iommu", when);
	fact(name, "%ld", s->node.iommu);
	format(name, sizeof(name), "map_%s_second", when);
	fact(name, "%ld", s->node.second);
	format(name, sizeof(name), "map_%s_group", when);
	fact(name, "%ld", s->group);
}

static const char *enter_group(void)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	mkdir(GROUP, 0755);
	if (!planted("no-group") && write_file(GROUP "/cgroup.procs", "0"))
		return fail("cannot enter a memory cgroup");
	setrlimit(RLIMIT_MEMLOCK, &all);
	return NULL;
}

static void leave_group(void)
{
	write_file("/sys/fs/cgroup/cgroup.procs", "0");
}

/* The tables that appeared between two samples, seen three ways. */
static const char *check_peak(size_t size, const struct sample *before,
			      struct sample *peak)
{
	long want = tables_below_root(IOVA, size);
	long grown = peak->node.iommu - before->node.iommu;

	if (grown != want)
		return fail("%ld tables expected, nr_iommu_pages grew by %ld",
			    want, grown);
	if (peak->node.second - before->node.second != grown)
		return fail("nr_iommu_pages grew by %ld, nr_sec_page_table_pages by %ld",
			    grown, peak->node.second - before->node.second);
	peak->group = cgroup_settle(GROUP, before->group + grown);
	if (peak->group != before->group + grown)
		return fail("nr_iommu_pages grew by %ld, the cgroup's sec_pagetables by %ld",
			    grown, peak->group - before->group);
	return NULL;
}

static const char *map_and_unmap(struct user_device *u, void *mem, size_t size,
				 const struct sample *before)
{
	unsigned long start = milliseconds();
	struct sample peak, unmapped;
	const char *failed;

	if (user_map(u, mem, IOVA, size))
		return fail("IOMMU_IOAS_MAP of %lu bytes failed: error %d",
			    size, errno);
	fact("map_ms", "%lu", milliseconds() - start);
	sample(&peak);
	failed = check_peak(size, before, &peak);
	tell("peak", &peak);
	if (failed)
		return failed;
	start = milliseconds();
	if (user_unmap(u, IOVA, size))
		return fail("IOMMU_IOAS_UNMAP failed: error %d", errno);
	fact("unmap_ms", "%lu", milliseconds() - start);
	sample(&unmapped);
	tell("unmapped", &unmapped);
	return NULL;
}

static const char *attached(void *mem, size_t size)
{
	struct user_device u;
	struct sample before;
	const char *failed = user_open(&u);

	if (failed)
		return failed;
	sample(&before);
	tell("attached", &before);
	failed = map_and_unmap(&u, mem, size, &before);
	if (!planted("user-leak"))
		user_close(&u);
	return failed;
}

static const char *check_after(const struct sample *before,
			       struct sample *after)
{
	int same = counters_settle(&before->node, &after->node);

	after->group = cgroup_settle(GROUP, 0);
	tell("after", after);
	if (!same)
		return fail("nr_iommu_pages was %ld and is %ld, nr_sec_page_table_pages was %ld and is %ld",
			    before->node.iommu, after->node.iommu,
			    before->node.second, after->node.second);
	if (after->group)
		return fail("the cgroup still has %ld sec_pagetables",
			    after->group);
	return NULL;
}

const char *gigabyte(void)
{
	size_t size = number("MAP_MIB", 1024) * MIB;
	struct sample before, after;
	const char *failed = enter_group();
	unsigned long start = milliseconds();
	void *mem;

	if (failed)
		return failed;
	mem = pages(size);
	if (!mem)
		return fail("no memory to map");
	fact("touch_ms", "%lu", milliseconds() - start);
	fact("map_bytes", "%lu", size);
	sample(&before);
	tell("before", &before);
	failed = attached(mem, size);
	munmap(mem, size);
	leave_group();
	return failed ? failed : check_after(&before, &after);
}
