// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of I/O page-table memory that is charged to memory cgroups.
 *
 * The cgroups are real ones, made and read through cgroup2 as user space does:
 *
 *	iommu_pages_kunit	(the parent)
 *	|-- a
 *	`-- b
 *
 * A value of memory.stat is never shown below zero. So there is some memory in
 * each of a and b for as long as a case runs, and what is subtracted too much
 * shows as well. Values are pages; the file has bytes.
 */
#include <kunit/test.h>
#include <linux/cgroup.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/memcontrol.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/pagevec.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>

#include "iommu_fail_nth.h"
#include "iommu_pages_kunit.h"

#ifdef CONFIG_MEMCG
#define PARENT		"iommu_pages_kunit"
#define GFP_CHARGE	(GFP_KERNEL | __GFP_ACCOUNT)
#define NR_BALLAST	64

static struct vfsmount *cgroupfs;

/* Where a child is, or its parent with @name NULL */
struct group {
	const char *name;
	struct cgroup *cgrp;
	struct cgroup_subsys_state *css;
	struct mem_cgroup *memcg;
	void *ballast;
	long secondary;		/* sec_pagetables when the case began */
	long kernel;		/* kernel, likewise */
};

struct groups {
	struct group parent;
	struct group a;
	struct group b;
	struct group gone;
	bool enabled;		/* the controller, by us */
};

static struct groups *groups;

#define PATH_LEN 64

/* The path of a group, or of a @file in it, in buffer @path */
static const char *group_path(char *path, const struct group *group,
			      const char *file)
{
	snprintf(path, PATH_LEN, "/" PARENT "%s%s%s%s", group->name ? "/" : "",
		 group->name ?: "", file ? "/" : "", file ?: "");
	return path;
}

static int group_write(const char *path, const char *text)
{
	struct file *file = file_open_root_mnt(cgroupfs, path, O_WRONLY, 0);
	loff_t pos = 0;
	ssize_t ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = kernel_write(file, text, strlen(text), &pos);
	filp_close(file, NULL);
	return ret < 0 ? ret : 0;
}

typedef int (*dir_op)(struct inode *dir, struct dentry *dentry);

static int dir_mkdir(struct inode *dir, struct dentry *dentry)
{
	return vfs_mkdir(&nop_mnt_idmap, dir, dentry, 0755);
}

static int dir_rmdir(struct inode *dir, struct dentry *dentry)
{
	return vfs_rmdir(&nop_mnt_idmap, dir, dentry);
}

/* Make or remove directory @name in @in */
static int group_dir(const char *in, const char *name, dir_op op)
{
	struct dentry *dentry;
	struct path path;
	int ret;

	ret = vfs_path_lookup(cgroupfs->mnt_root, cgroupfs, in,
			      LOOKUP_DIRECTORY, &path);
	if (ret)
		return ret;

	inode_lock_nested(d_inode(path.dentry), I_MUTEX_PARENT);
	dentry = lookup_one_len(name, path.dentry, strlen(name));
	ret = PTR_ERR_OR_ZERO(dentry);
	if (!ret) {
		ret = op(d_inode(path.dentry), dentry);
		dput(dentry);
	}
	inode_unlock(d_inode(path.dentry));
	path_put(&path);
	return ret;
}

/* Is @word in the file at @path, between blanks or newlines? */
static bool group_says(const char *path, const char *word)
{
	struct file *file = file_open_root_mnt(cgroupfs, path, O_RDONLY, 0);
	char text[128] = "", *at = text, *next;
	loff_t pos = 0;

	if (IS_ERR(file))
		return false;
	kernel_read(file, text, sizeof(text) - 1, &pos);
	filp_close(file, NULL);
	while ((next = strsep(&at, "\n "))) {
		if (!strcmp(next, word))
			return true;
	}
	return false;
}

static long group_stat(struct kunit *test, struct group *group,
		       const char *item)
{
	char *text = kunit_kzalloc(test, SZ_16K, GFP_KERNEL);
	char *at, key[32], path[PATH_LEN];
	struct file *file;
	unsigned long bytes;
	loff_t pos = 0;
	int fields;

	KUNIT_ASSERT_NOT_NULL(test, text);
	snprintf(key, sizeof(key), "\n%s ", item);
	group_path(path, group, "memory.stat");
	cgroup_rstat_flush(group->cgrp);

	file = file_open_root_mnt(cgroupfs, path, O_RDONLY, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, file);
	text[0] = '\n';
	kernel_read(file, text + 1, SZ_16K - 2, &pos);
	filp_close(file, NULL);

	at = strstr(text, key);
	KUNIT_ASSERT_NOT_NULL_MSG(test, at, "no %s in memory.stat", item);
	fields = sscanf(at + strlen(key), "%lu", &bytes);
	KUNIT_ASSERT_EQ(test, fields, 1);
	kunit_kfree(test, text);
	return bytes >> PAGE_SHIFT;
}

/* Both what is counted as page tables, and what is charged */
static void expect_group(struct kunit *test, struct group *group, long pages)
{
	KUNIT_EXPECT_EQ_MSG(test, group_stat(test, group, "sec_pagetables"),
			    group->secondary + pages, "in %s",
			    group->name ?: "parent");
	KUNIT_EXPECT_EQ_MSG(test, group_stat(test, group, "kernel"),
			    group->kernel + pages, "in %s",
			    group->name ?: "parent");
}

static void expect_groups(struct kunit *test, long a, long b)
{
	expect_group(test, &groups->a, a);
	expect_group(test, &groups->b, b);
	expect_group(test, &groups->parent, a + b);
}

static void *alloc_in(struct group *group, gfp_t gfp, size_t size)
{
	struct mem_cgroup *old = set_active_memcg(group->memcg);
	void *virt = iommu_alloc_pages_sz(gfp, size);

	set_active_memcg(old);
	return virt;
}

static int group_make(struct kunit *test, struct group *group)
{
	char path[PATH_LEN];
	int ret;

	ret = group_dir(group->name ? PARENT : "", group->name ?: PARENT,
			dir_mkdir);
	if (ret)
		return ret;

	group->cgrp = cgroup_get_from_path(group_path(path, group, NULL));
	if (IS_ERR(group->cgrp)) {
		ret = PTR_ERR(group->cgrp);
		group->cgrp = NULL;
		return ret;
	}
	group->css = cgroup_get_e_css(group->cgrp, &memory_cgrp_subsys);
	group->memcg = mem_cgroup_from_css(group->css);
	return group->css->cgroup == group->cgrp ? 0 : -ENODEV;
}

static void group_put(struct group *group)
{
	iommu_free_pages(group->ballast);
	group->ballast = NULL;
	if (!group->cgrp)
		return;
	css_put(group->css);
	cgroup_put(group->cgrp);
	group->cgrp = NULL;
	group_dir(group->name ? PARENT : "", group->name ?: PARENT, dir_rmdir);
}

static void group_ballast(struct kunit *test, struct group *group)
{
	group->ballast = alloc_in(group, GFP_CHARGE, NR_BALLAST * PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, group->ballast);
}

static void group_base(struct kunit *test, struct group *group)
{
	group->secondary = group_stat(test, group, "sec_pagetables");
	group->kernel = group_stat(test, group, "kernel");
}

static int groups_make(struct kunit *test)
{
	int ret;

	groups->a.name = "a";
	groups->b.name = "b";
	groups->gone.name = "gone";
	if (!group_says("cgroup.subtree_control", "memory")) {
		ret = group_write("cgroup.subtree_control", "+memory");
		if (ret)
			return ret;
		groups->enabled = true;
	}
	ret = group_make(test, &groups->parent);
	if (ret)
		return ret;
	ret = group_write(PARENT "/cgroup.subtree_control", "+memory");
	if (ret)
		return ret;
	ret = group_make(test, &groups->a);
	return ret ?: group_make(test, &groups->b);
}

static int memcg_init(struct kunit *test)
{
	struct file_system_type *type;
	int ret;

	if (mem_cgroup_disabled())
		kunit_skip(test, "memory cgroups are disabled");

	ret = iommu_pages_test_init(test);
	if (ret)
		return ret;
	groups = kunit_kzalloc(test, sizeof(*groups), GFP_KERNEL);
	type = get_fs_type("cgroup2");
	if (!type)
		return -ENODEV;
	cgroupfs = groups ? kern_mount(type) : ERR_PTR(-ENOMEM);
	put_filesystem(type);
	if (IS_ERR(cgroupfs))
		return PTR_ERR(cgroupfs);

	ret = groups_make(test);
	if (ret)
		return ret;
	group_ballast(test, &groups->a);
	group_ballast(test, &groups->b);
	group_base(test, &groups->parent);
	group_base(test, &groups->a);
	group_base(test, &groups->b);
	return 0;
}

static void memcg_exit(struct kunit *test)
{
	if (!groups)
		return;
	group_put(&groups->gone);
	group_put(&groups->b);
	group_put(&groups->a);
	group_put(&groups->parent);
	if (groups->enabled)
		KUNIT_EXPECT_EQ(test, 0,
				group_write("cgroup.subtree_control",
					    "-memory"));
	groups = NULL;
	if (!IS_ERR_OR_NULL(cgroupfs))
		kern_unmount(cgroupfs);
	cgroupfs = NULL;
	iommu_pages_test_exit(test);
}

static void ballast_is_seen(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, groups->a.secondary, NR_BALLAST);
	KUNIT_EXPECT_EQ(test, groups->b.secondary, NR_BALLAST);
	KUNIT_EXPECT_EQ(test, groups->parent.secondary, 2 * NR_BALLAST);
}

static void charged_memory_is_counted(struct kunit *test)
{
	void *virt[6];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(virt); i++) {
		virt[i] = alloc_in(&groups->a, GFP_CHARGE, PAGE_SIZE << i);
		KUNIT_ASSERT_NOT_NULL(test, virt[i]);
		expect_groups(test, (2 << i) - 1, 0);
	}
	while (i--) {
		iommu_free_pages(virt[i]);
		expect_groups(test, (1 << i) - 1, 0);
	}
}

static void uncharged_memory_is_not_counted(struct kunit *test)
{
	void *virt = alloc_in(&groups->a, GFP_KERNEL, SZ_64K);

	KUNIT_ASSERT_NOT_NULL(test, virt);
	expect_groups(test, 0, 0);
	EXPECT_GROWN(test, rounded_pages(SZ_64K) + 2 * NR_BALLAST);
	iommu_free_pages(virt);
	expect_groups(test, 0, 0);
}

static void freed_while_another_group_is_active(struct kunit *test)
{
	void *virt = alloc_in(&groups->a, GFP_CHARGE, SZ_64K);
	struct mem_cgroup *old;

	KUNIT_ASSERT_NOT_NULL(test, virt);
	expect_groups(test, rounded_pages(SZ_64K), 0);
	old = set_active_memcg(groups->b.memcg);
	iommu_free_pages(virt);
	set_active_memcg(old);
	expect_groups(test, 0, 0);
}

static void listed_memory_stays_counted(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *virt = alloc_in(&groups->a, GFP_CHARGE, SZ_64K);

	KUNIT_ASSERT_NOT_NULL(test, virt);
	iommu_pages_list_add(&list, virt);
	expect_groups(test, rounded_pages(SZ_64K), 0);
	iommu_put_pages_list(&list);
	KUNIT_EXPECT_TRUE(test, iommu_pages_list_empty(&list));
	expect_groups(test, 0, 0);
}

/* Group a, group b and no group in turn, @run at a time */
static void fill_groups(struct kunit *test, struct iommu_pages_list *list,
			unsigned int nr, unsigned int run, long *pages)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		unsigned int who = i / run % 3;
		size_t size = SZ_4K << (i % 4);
		void *virt;

		virt = alloc_in(who == 1 ? &groups->b : &groups->a,
				who == 2 ? GFP_KERNEL : GFP_CHARGE, size);
		if (virt)
			iommu_pages_list_add(list, virt);
		else
			iommu_put_pages_list(list);
		KUNIT_ASSERT_NOT_NULL(test, virt);
		pages[who] += rounded_pages(size);
	}
}

static const unsigned int runs[] = { 1, 2, 7, PAGEVEC_SIZE, 1000 };

static void run_desc(const unsigned int *run, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "runs of %u", *run);
}

KUNIT_ARRAY_PARAM(run, runs, run_desc);

static void batched_put_across_groups(struct kunit *test)
{
	struct iommu_pages_list keep = IOMMU_PAGES_LIST_INIT(keep);
	struct iommu_pages_list put = IOMMU_PAGES_LIST_INIT(put);
	unsigned int run = *(const unsigned int *)test->param_value;
	long kept[3] = {}, pages[3] = {};

	fill_groups(test, &keep, 5, 1, kept);
	fill_groups(test, &put, 3 * PAGEVEC_SIZE + 5, run, pages);
	expect_groups(test, kept[0] + pages[0], kept[1] + pages[1]);

	iommu_put_pages_list(&put);
	expect_groups(test, kept[0], kept[1]);
	EXPECT_GROWN(test, kept[0] + kept[1] + kept[2] + 2 * NR_BALLAST);

	iommu_put_pages_list(&keep);
	expect_groups(test, 0, 0);
}

/* Neighbours on the list that differ in the node only, in the group only */
static void batched_put_across_groups_and_nodes(struct kunit *test)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct iommu_counters *begun;
	unsigned int i;

	if (num_node_state(N_MEMORY) < 2)
		kunit_skip(test, "one memory node");
	begun = kunit_kzalloc(test, sizeof(*begun), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, begun);
	iommu_counters_read(begun);

	for (i = 0; i < 80; i++) {
		struct group *group = i / 2 % 2 ? &groups->b : &groups->a;
		struct mem_cgroup *old = set_active_memcg(group->memcg);
		int nid = first_memory_node;
		void *virt;

		if (i % 2)
			nid = next_node(nid, node_states[N_MEMORY]);
		virt = iommu_alloc_pages_node_sz(nid,
						 GFP_CHARGE | __GFP_THISNODE,
						 PAGE_SIZE);
		set_active_memcg(old);
		if (virt)
			iommu_pages_list_add(&list, virt);
		else
			iommu_put_pages_list(&list);
		KUNIT_ASSERT_NOT_NULL(test, virt);
	}
	expect_groups(test, 40, 40);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown_node(begun,
							first_memory_node), 40);
	iommu_put_pages_list(&list);
	expect_groups(test, 0, 0);
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(begun));
}

static bool group_is_offline(const struct group *group)
{
	unsigned int tries;

	for (tries = 0; tries < 250; tries++) {
		if (!(READ_ONCE(group->css->flags) & CSS_ONLINE))
			return true;
		msleep(20);
	}
	return false;
}

/* The parent pays for the making of a group, too: its page tables alone */
static void expect_parent_tables(struct kunit *test, long pages)
{
	KUNIT_EXPECT_EQ(test,
			group_stat(test, &groups->parent, "sec_pagetables"),
			groups->parent.secondary + pages);
}

/* What a dead group was charged for is its parent's, until it is freed */
static void group_dies(struct kunit *test, bool listed)
{
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	struct group *gone = &groups->gone;
	long pages = rounded_pages(SZ_64K);
	void *virt;

	KUNIT_ASSERT_EQ(test, group_make(test, gone), 0);
	virt = alloc_in(gone, GFP_CHARGE, SZ_64K);
	KUNIT_ASSERT_NOT_NULL(test, virt);
	if (listed)
		iommu_pages_list_add(&list, virt);
	expect_parent_tables(test, pages);

	KUNIT_ASSERT_EQ(test, group_dir(PARENT, "gone", dir_rmdir), 0);
	KUNIT_EXPECT_TRUE(test, group_is_offline(gone));
	expect_parent_tables(test, pages);

	if (listed)
		iommu_put_pages_list(&list);
	else
		iommu_free_pages(virt);
	expect_parent_tables(test, 0);
}

static void freed_after_the_group_is_gone(struct kunit *test)
{
	group_dies(test, false);
}

static void put_after_the_group_is_gone(struct kunit *test)
{
	group_dies(test, true);
}

static void failed_allocation_charges_nothing(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "FAIL_IOMMU_PAGES is not set");

	iommu_fail_nth_begin(1);
	KUNIT_EXPECT_NULL(test, alloc_in(&groups->a, GFP_CHARGE, SZ_64K));
	KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
	expect_groups(test, 0, 0);
}

/* memory.max of the group refuses the charge: NULL, and no trace of it */
static void charge_over_the_limit_is_null(struct kunit *test)
{
	char path[PATH_LEN];
	gfp_t gfp = GFP_CHARGE | __GFP_NOWARN | __GFP_NORETRY;

	group_path(path, &groups->a, "memory.max");
	KUNIT_ASSERT_EQ(test, group_write(path, "2097152"), 0);
	KUNIT_EXPECT_NULL(test, alloc_in(&groups->a, gfp, SZ_4M));
	KUNIT_ASSERT_EQ(test, group_write(path, "max"), 0);
	expect_groups(test, 0, 0);
	EXPECT_GROWN(test, 2 * NR_BALLAST);
}
#else /* CONFIG_MEMCG */
static int memcg_init(struct kunit *test)
{
	kunit_skip(test, "MEMCG is not set");
	return 0;
}

static void memcg_exit(struct kunit *test)
{
}

static void charged_memory_is_counted(struct kunit *test)
{
}
#endif /* CONFIG_MEMCG */

static struct kunit_case iommu_pages_memcg_cases[] = {
	KUNIT_CASE(charged_memory_is_counted),
#ifdef CONFIG_MEMCG
	KUNIT_CASE(ballast_is_seen),
	KUNIT_CASE(uncharged_memory_is_not_counted),
	KUNIT_CASE(freed_while_another_group_is_active),
	KUNIT_CASE(listed_memory_stays_counted),
	KUNIT_CASE_PARAM(batched_put_across_groups, run_gen_params),
	KUNIT_CASE(batched_put_across_groups_and_nodes),
	KUNIT_CASE(freed_after_the_group_is_gone),
	KUNIT_CASE(put_after_the_group_is_gone),
	KUNIT_CASE(failed_allocation_charges_nothing),
	KUNIT_CASE(charge_over_the_limit_is_null),
#endif
	{}
};

static struct kunit_suite iommu_pages_memcg_suite = {
	.name		= "iommu_pages_memcg",
	.init		= memcg_init,
	.exit		= memcg_exit,
	.test_cases	= iommu_pages_memcg_cases,
};

kunit_test_suite(iommu_pages_memcg_suite);

MODULE_DESCRIPTION("KUnit tests for charged I/O page-table memory");
MODULE_LICENSE("GPL");
