/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory cgroups for the KUnit suites of I/O page tables.
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
 *
 * memcg_init() and memcg_exit() are those of a suite. Without MEMCG there is
 * nothing else, and each case is skipped.
 */

#ifndef __IOMMU_MEMCG_KUNIT_H
#define __IOMMU_MEMCG_KUNIT_H

#include <kunit/test.h>
#include <linux/cgroup.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/memcontrol.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>

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
static inline const char *
group_path(char *path, const struct group *group, const char *file)
{
	snprintf(path, PATH_LEN, "/" PARENT "%s%s%s%s", group->name ? "/" : "",
		 group->name ?: "", file ? "/" : "", file ?: "");
	return path;
}

static inline int group_write(const char *path, const char *text)
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

static inline int dir_mkdir(struct inode *dir, struct dentry *dentry)
{
	return vfs_mkdir(&nop_mnt_idmap, dir, dentry, 0755);
}

static inline int dir_rmdir(struct inode *dir, struct dentry *dentry)
{
	return vfs_rmdir(&nop_mnt_idmap, dir, dentry);
}

/* Make or remove directory @name in @in */
static inline int group_dir(const char *in, const char *name, dir_op op)
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
static inline bool group_says(const char *path, const char *word)
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

static inline long group_stat(struct kunit *test, struct group *group,
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
static inline void expect_group(struct kunit *test, struct group *group,
				long pages)
{
	KUNIT_EXPECT_EQ_MSG(test, group_stat(test, group, "sec_pagetables"),
			    group->secondary + pages, "in %s",
			    group->name ?: "parent");
	KUNIT_EXPECT_EQ_MSG(test, group_stat(test, group, "kernel"),
			    group->kernel + pages, "in %s",
			    group->name ?: "parent");
}

static inline void expect_groups(struct kunit *test, long a, long b)
{
	expect_group(test, &groups->a, a);
	expect_group(test, &groups->b, b);
	expect_group(test, &groups->parent, a + b);
}

/* On one node: others share no page with it, and the task may be moved there */
static inline void *alloc_in(struct group *group, gfp_t gfp, size_t size)
{
	struct mem_cgroup *old = set_active_memcg(group->memcg);
	void *virt = iommu_alloc_pages_node_sz(first_memory_node, gfp, size);

	set_active_memcg(old);
	return virt;
}

static inline int group_make(struct kunit *test, struct group *group)
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

static inline void group_put(struct group *group)
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

static inline void group_ballast(struct kunit *test, struct group *group)
{
	group->ballast = alloc_in(group, GFP_CHARGE, NR_BALLAST * PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, group->ballast);
}

static inline void group_base(struct kunit *test, struct group *group)
{
	group->secondary = group_stat(test, group, "sec_pagetables");
	group->kernel = group_stat(test, group, "kernel");
}

static inline int groups_make(struct kunit *test)
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

static inline int memcg_init(struct kunit *test)
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

static inline void memcg_exit(struct kunit *test)
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

static inline bool group_is_offline(const struct group *group)
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
static inline void expect_parent_tables(struct kunit *test, long pages)
{
	KUNIT_EXPECT_EQ(test,
			group_stat(test, &groups->parent, "sec_pagetables"),
			groups->parent.secondary + pages);
}
#else /* CONFIG_MEMCG */
static inline int memcg_init(struct kunit *test)
{
	kunit_skip(test, "MEMCG is not set");
	return 0;
}

static inline void memcg_exit(struct kunit *test)
{
}
#endif /* CONFIG_MEMCG */

#endif /* __IOMMU_MEMCG_KUNIT_H */
