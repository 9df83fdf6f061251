// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a table smaller than a page costs, next to an object of a kmem_cache of
 * that size and alignment, which is what drivers of the base take for it: not
 * accounted to memory cgroups, as theirs are not. A part of
 * iommu_pages_bench.c, which explains the figures.
 *
 * An operation is "<size>/<what>", and "slab:<size>/<what>" the same with the
 * kmem_cache, which is its base: the two take turns in one boot, round by
 * round. "pair" allocates a table and frees it while another one lives. In
 * "2cpu" rows two threads do the same at the same time, each with its own
 * tables, and a round is as long as its slowest thread.
 *
 * In a kernel without shared pages there is nothing to compare.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "iommu_pages_bench.h"

#ifdef CONFIG_IOMMU_PAGES_PARTS

#define TABLES		512
#define CPUS_MAX	2

struct part {
	const char *name;
	size_t size;
};

static const struct part part_sizes[] __initconst = {
	{ "256", SZ_256 },
	{ "1K", SZ_1K },
	{ "2K", SZ_2K },
};

struct thread {
	void *tables[TABLES];
	u64 time[2];
	struct completion go, done;
};

static struct thread threads[CPUS_MAX] __initdata;
static struct kmem_cache *cache __initdata;
static size_t size __initdata;
static bool use_parts __initdata;
static void (*operation)(struct thread *thread) __initdata;
/* Of slab, then of parts */
static u64 part_samples[2][2][ROUNDS_MAX] __initdata;

static __always_inline void *one_alloc(bool parts)
{
	if (parts)
		return iommu_alloc_pages_sz(GFP_KERNEL, size);
	return kmem_cache_zalloc(cache, GFP_KERNEL);
}

static __always_inline void one_free(bool parts, void *virt)
{
	if (parts)
		iommu_free_pages(virt);
	else
		kmem_cache_free(cache, virt);
}

static void __init part_check(void *virt)
{
	if (!virt)
		panic("iommu_pages_bench: out of memory\n");
}

static __always_inline void __batch(struct thread *thread, bool parts)
{
	unsigned int i;
	u64 t;

	t = bench_clock();
	for (i = 0; i < TABLES; i++)
		thread->tables[i] = one_alloc(parts);
	thread->time[0] = bench_clock() - t;

	for (i = 0; i < TABLES; i++)
		part_check(thread->tables[i]);

	t = bench_clock();
	for (i = 0; i < TABLES; i++)
		one_free(parts, thread->tables[i]);
	thread->time[1] = bench_clock() - t;
}

/* Allocate all, then free all in the same order */
static void __init batch(struct thread *thread)
{
	if (use_parts)
		__batch(thread, true);
	else
		__batch(thread, false);
}

static __always_inline void __pair(struct thread *thread, bool parts)
{
	void *keep = one_alloc(parts);
	unsigned int i;
	u64 t;

	part_check(keep);
	t = bench_clock();
	for (i = 0; i < TABLES; i++)
		one_free(parts, one_alloc(parts));
	thread->time[0] = bench_clock() - t;
	one_free(parts, keep);
}

static void __init pair(struct thread *thread)
{
	if (use_parts)
		__pair(thread, true);
	else
		__pair(thread, false);
}

static int __init thread_run(void *data)
{
	struct thread *thread = data;

	for (;;) {
		wait_for_completion(&thread->go);
		operation(thread);
		complete(&thread->done);
	}
	return 0;
}

static void __init threads_start(void)
{
	struct task_struct *task;
	unsigned int i;

	for (i = 0; i < CPUS_MAX && cpu_online(i); i++) {
		init_completion(&threads[i].go);
		init_completion(&threads[i].done);
		task = kthread_create(thread_run, &threads[i], "bench/%u", i);
		if (IS_ERR(task))
			panic("iommu_pages_bench: no thread\n");
		kthread_bind(task, i);
		wake_up_process(task);
	}
}

static void __init round_once(bool parts, unsigned int cpus, unsigned int r)
{
	u64 t[2] = {};
	unsigned int i;

	use_parts = parts;
	for (i = 0; i < cpus; i++)
		complete(&threads[i].go);
	for (i = 0; i < cpus; i++) {
		wait_for_completion(&threads[i].done);
		t[0] = max(t[0], threads[i].time[0]);
		t[1] = max(t[1], threads[i].time[1]);
	}
	part_samples[parts][0][r] = t[0];
	part_samples[parts][1][r] = t[1];
}

static void __init part_report(const char *name, const char *what,
			       unsigned int cpus, unsigned int n,
			       unsigned int nr)
{
	char op[48];
	int parts;

	for (parts = 0; parts < 2; parts++) {
		snprintf(op, sizeof(op), "%s%s/%s%s", parts ? "" : "slab:",
			 name, what, cpus > 1 ? "-2cpu" : "");
		bench_report(op, part_samples[parts][n], nr, TABLES);
	}
}

static void __init time_parts(void (*op)(struct thread *), unsigned int cpus,
			      unsigned int nr)
{
	unsigned int r;

	operation = op;
	for (r = 0; r < nr; r++) {
		round_once(r & 1, cpus, r);
		round_once(!(r & 1), cpus, r);
	}
}

static void __init time_size(const struct part *part, unsigned int nr)
{
	unsigned int cpus;

	size = part->size;
	cache = kmem_cache_create("iommu_parts_bench", size, size,
				  SLAB_NO_MERGE | SLAB_PANIC, NULL);
	for (cpus = 1; cpus <= min(num_online_cpus(), CPUS_MAX); cpus++) {
		time_parts(batch, cpus, nr);
		part_report(part->name, "alloc", cpus, 0, nr);
		part_report(part->name, "free", cpus, 1, nr);
		time_parts(pair, cpus, nr);
		part_report(part->name, "pair", cpus, 0, nr);
	}
	kmem_cache_destroy(cache);
}

void __init iommu_parts_bench(unsigned int rounds)
{
	int i;

	threads_start();
	for (i = 0; i < ARRAY_SIZE(part_sizes); i++)
		time_size(&part_sizes[i], rounds);
}
#else
void __init iommu_parts_bench(unsigned int rounds)
{
}
#endif
