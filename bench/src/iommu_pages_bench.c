// SPDX-License-Identifier: GPL-2.0-only
/*
 * What memory for I/O page tables costs
 *
 * Never part of the series: bench/run puts this file into a scratch tree of
 * the base and into one of the series, and boots both. It is built in, like
 * the drivers that it stands for, runs as the last initcall, prints one line
 * for each operation and powers off:
 *
 *	iommu_pages_bench: <operation> <count> <min> <median>
 *
 * Both figures are picoseconds for one table, over a number of rounds. Under
 * QEMU's -icount shift=0 the TSC counts instructions, one for a nanosecond, so
 * there they are thousandths of an instruction. A round times <count> tables
 * together. What it needs or leaves behind is set up and cleared outside of the
 * timed part, and what reading the clock costs is taken off.
 *
 * "charged" rows run inside a memory cgroup, with __GFP_ACCOUNT. What the page
 * tables cost that are made of this memory is in io_pgtable_bench.c, tables
 * smaller than a page in iommu_parts_bench.c.
 */
#include <linux/cgroup.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/init_syscalls.h>
#include <linux/memcontrol.h>
#include <linux/reboot.h>
#include <linux/sched/mm.h>
#include <linux/sort.h>
#include <linux/timekeeping.h>

#include "iommu_pages_bench.h"

#define TABLES		512
#define TABLES_MAX	32768
#define LIST_SHORT	16

static unsigned int rounds __initdata = 1000;
static void *tables[TABLES_MAX] __initdata;
static bench_list_t lists[TABLES / LIST_SHORT] __initdata;
u64 samples[2][ROUNDS_MAX] __initdata;

static int __init bench_rounds(char *str)
{
	return kstrtouint(str, 0, &rounds) ?: (rounds > ROUNDS_MAX ? -EINVAL : 0);
}
early_param("iommu_pages_bench.rounds", bench_rounds);

static u64 clock_khz __initdata = 1000 * 1000;

/* How fast it runs under UML. Under -icount nothing but instructions moves it */
static void __init clock_calibrate(void)
{
	u64 t = bench_clock(), ns = ktime_get_ns();

	if (!IS_ENABLED(CONFIG_UML))
		return;
	mdelay(200);
	ns = ktime_get_ns() - ns;
	clock_khz = div64_u64((bench_clock() - t) * NSEC_PER_MSEC, ns);
}

static int __init cmp_u64(const void *a, const void *b)
{
	u64 l = *(const u64 *)a, r = *(const u64 *)b;

	return (l > r) - (l < r);
}

static u64 clock_cost __initdata;

static u64 __init per_table(u64 cycles, unsigned int count)
{
	return div64_u64(cycles * NSEC_PER_MSEC * 1000, clock_khz * count);
}

void __init bench_report(const char *op, u64 *sample, unsigned int nr,
			 unsigned int count)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		sample[i] -= min(sample[i], clock_cost);
	sort(sample, nr, sizeof(*sample), cmp_u64, NULL);
	pr_info("iommu_pages_bench: %s %u %llu %llu\n", op, count,
		per_table(sample[0], count), per_table(sample[nr / 2], count));
}

/* A run on a machine without memory to spare, or not charged, is no result */
static void __init bench_check(unsigned int count, gfp_t gfp)
{
	bool charged = gfp & __GFP_ACCOUNT;
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!tables[i])
			panic("iommu_pages_bench: out of memory\n");
		if (folio_memcg_charged(virt_to_folio(tables[i])) != charged)
			panic("iommu_pages_bench: wrong charge\n");
	}
}

/* Allocate @count tables, then free them in the same order */
#define BENCH_TABLES(name, label, api, gfp, order, count)		\
static void __init name(void)						\
{									\
	unsigned int i, r;						\
	u64 t;								\
									\
	for (r = 0; r < rounds; r++) {					\
		t = bench_clock();					\
		for (i = 0; i < (count); i++)				\
			tables[i] = api##_alloc(gfp, order);		\
		samples[0][r] = bench_clock() - t;			\
									\
		bench_check(count, gfp);				\
									\
		t = bench_clock();					\
		for (i = 0; i < (count); i++)				\
			api##_free(tables[i], order);			\
		samples[1][r] = bench_clock() - t;			\
	}								\
	bench_report(label "alloc", samples[0], rounds, count);		\
	bench_report(label "free", samples[1], rounds, count);		\
}

BENCH_TABLES(tables_bare, "bare-4K-", bare, GFP_KERNEL, 0, TABLES)
BENCH_TABLES(tables_4k, "4K-", bench, GFP_KERNEL, 0, TABLES)
BENCH_TABLES(tables_4k_charged, "charged-4K-", bench, GFP_KERNEL_ACCOUNT, 0,
	     TABLES)
BENCH_TABLES(tables_bare_16k, "bare-16K-", bare, GFP_KERNEL, 2, TABLES / 4)
BENCH_TABLES(tables_16k, "16K-", bench, GFP_KERNEL, 2, TABLES / 4)
BENCH_TABLES(tables_bare_64k, "bare-64K-", bare, GFP_KERNEL, 4, TABLES / 16)
BENCH_TABLES(tables_64k, "64K-", bench, GFP_KERNEL, 4, TABLES / 16)

/* @count tables on lists of @len, allocated just before */
static void __init time_lists(gfp_t gfp, unsigned int count, unsigned int len,
			      unsigned int nr_rounds)
{
	unsigned int i, r;
	u64 t;

	for (r = 0; r < nr_rounds; r++) {
		for (i = 0; i < count; i++)
			tables[i] = bench_alloc(gfp, 0);
		bench_check(count, gfp);
		for (i = 0; i < count / len; i++)
			bench_list_init(&lists[i]);

		t = bench_clock();
		for (i = 0; i < count; i++)
			bench_list_add(&lists[i / len], tables[i]);
		samples[0][r] = bench_clock() - t;

		t = bench_clock();
		for (i = 0; i < count / len; i++)
			iommu_put_pages_list(&lists[i]);
		samples[1][r] = bench_clock() - t;
	}
}

static void __init lists_all(void)
{
	unsigned int few = max(rounds / 50, 5U);

	time_lists(GFP_KERNEL, TABLES, LIST_SHORT, rounds);
	bench_report("put-list-16", samples[1], rounds, TABLES);

	time_lists(GFP_KERNEL, TABLES, TABLES, rounds);
	bench_report("list-add", samples[0], rounds, TABLES);
	bench_report("put-list-512", samples[1], rounds, TABLES);

	time_lists(GFP_KERNEL, TABLES_MAX, TABLES_MAX, few);
	bench_report("put-list-32768", samples[1], few, TABLES_MAX);
}

static void __init lists_charged(void)
{
	time_lists(GFP_KERNEL_ACCOUNT, TABLES, TABLES, rounds);
	bench_report("charged-put-list-512", samples[1], rounds, TABLES);
}

/* What a caller pays who has nothing to free */
static void __init nothing_to_free(void)
{
	unsigned int i, r;
	u64 t;

	bench_list_init(&lists[0]);
	for (r = 0; r < rounds; r++) {
		void *virt = NULL;

		t = bench_clock();
		for (i = 0; i < TABLES; i++) {
			OPTIMIZER_HIDE_VAR(virt);
			bench_free(virt, 0);
		}
		samples[0][r] = bench_clock() - t;

		t = bench_clock();
		for (i = 0; i < TABLES; i++) {
			iommu_put_pages_list(&lists[0]);
			barrier();
		}
		samples[1][r] = bench_clock() - t;
	}
	bench_report("free-NULL", samples[0], rounds, TABLES);
	bench_report("put-list-empty", samples[1], rounds, TABLES);
}

/* Zeroing the same fresh tables that an allocation would zero */
static void __init zeroing(void)
{
	unsigned int i, r;
	u64 t;

	for (i = 0; i < TABLES; i++)
		tables[i] = bare_alloc(GFP_KERNEL, 0);
	bench_check(TABLES, GFP_KERNEL);
	for (r = 0; r < rounds; r++) {
		t = bench_clock();
		for (i = 0; i < TABLES; i++)
			clear_page(tables[i]);
		samples[0][r] = bench_clock() - t;
	}
	for (i = 0; i < TABLES; i++)
		bare_free(tables[i], 0);
	bench_report("clear_page", samples[0], rounds, TABLES);
}

/* The clock itself, then a loop of 2001 instructions against it */
static void __init calibrate(void)
{
	unsigned int r;
	u64 t;

	clock_calibrate();
	for (r = 0; r < rounds; r++) {
		t = bench_clock();
		samples[0][r] = bench_clock() - t;
	}
	sort(samples[0], rounds, sizeof(u64), cmp_u64, NULL);
	clock_cost = samples[0][rounds / 2];

	for (r = 0; r < rounds; r++) {
		unsigned long n;

		t = bench_clock();
		asm volatile("mov $1000, %0; 1: dec %0; jnz 1b" : "=r" (n));
		samples[0][r] = bench_clock() - t;
	}
	bench_report("2001-instructions", samples[0], rounds, 1);
}

static void __init write_file(const char *path, const char *text)
{
	struct file *file = filp_open(path, O_WRONLY, 0);
	loff_t pos = 0;

	if (IS_ERR(file) || kernel_write(file, text, strlen(text), &pos) < 0)
		panic("iommu_pages_bench: cannot write %s\n", path);
	filp_close(file, NULL);
}

/* Everything charged from here on goes to a memory cgroup of our own */
static void __init enter_memcg(void)
{
	struct cgroup *cgroup;

	if (init_mkdir("/cgroup", 0700) ||
	    init_mount("none", "/cgroup", "cgroup2", 0, NULL))
		panic("iommu_pages_bench: no cgroup2\n");
	write_file("/cgroup/cgroup.subtree_control", "+memory");
	if (init_mkdir("/cgroup/bench", 0700))
		panic("iommu_pages_bench: no memory cgroup\n");

	cgroup = cgroup_get_from_path("/bench");
	if (IS_ERR(cgroup))
		panic("iommu_pages_bench: lost the memory cgroup\n");
	set_active_memcg(mem_cgroup_from_css(cgroup_e_css(cgroup,
							  &memory_cgrp_subsys)));
}

static int __init iommu_pages_bench(void)
{
	set_cpus_allowed_ptr(current, cpumask_of(0));
	pr_info("iommu_pages_bench: api " BENCH_API "\n");
	calibrate();
	zeroing();
	tables_bare();
	tables_4k();
	tables_bare_16k();
	tables_16k();
	tables_bare_64k();
	tables_64k();
	lists_all();
	nothing_to_free();
	io_pgtable_bench(rounds);
	iommu_parts_bench(rounds);
	enter_memcg();
	tables_4k_charged();
	lists_charged();
	pr_info("iommu_pages_bench: done\n");
	kernel_power_off();
	return 0;
}
late_initcall_sync(iommu_pages_bench);
