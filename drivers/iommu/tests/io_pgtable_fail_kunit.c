// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of I/O page-table formats when things go wrong: every allocation
 * and every DMA mapping fails once, and every table is installed by somebody
 * else first. See io_pgtable_formats.h.
 *
 * A race is lost on purpose: the tracepoint of the allocator fires between the
 * look at an entry and the write to it, and its probe does there what another
 * CPU might. Two CPUs that really race come after that.
 */
#include <linux/cpumask.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <trace/events/iommu.h>

#include "io_pgtable_formats.h"
#include "iommu_fail_nth.h"
#include "iommu_warnings_kunit.h"

FMT_WANTED(any, true);
FMT_WANTED(split, !fmt_is_amd(var) && !fmt_is_dart(var));
FMT_WANTED(walked, !var->coherent);
FMT_WANTED(warns, var->coherent && !fmt_is_amd(var));

#ifdef CONFIG_FAIL_IOMMU_PAGES
static void need_failures(struct kunit *test)
{
}
#else
static void need_failures(struct kunit *test)
{
	kunit_skip(test, "needs FAIL_IOMMU_PAGES");
}
#endif

static void need_dma_failures(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_SWIOTLB))
		kunit_skip(test, "needs SWIOTLB to fail a DMA mapping");
}

/* Whatever fails, what is left is what was there, or nothing */
static void expect_gone(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	fmt_destroy(ctx);
	KUNIT_EXPECT_EQ(test, iommu_counters_grown(ctx->base), 0);
	if (ctx->view.dev) {
		KUNIT_EXPECT_EQ(test, ctx->view.live, 0);
		KUNIT_EXPECT_EQ(test, ctx->view.wrong, 0);
	}
}

static void creation_fails_cleanly(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	unsigned int n, failed = 0, tries = 0;
	bool injected, failing;

	need_failures(test);
	for (n = 1; n < 64; n = iommu_fail_nth_next(n, failing, &tries)) {
		fmt_destroy(ctx);
		iommu_fail_nth_begin(n);
		fmt_create(ctx);
		injected = iommu_fail_nth_end();
		if (ctx->ops && !injected)
			break;
		failing = !ctx->ops;
		failed += failing;
		expect_gone(test);
	}
	KUNIT_EXPECT_GE(test, failed, ctx->var->roots);
	KUNIT_EXPECT_NOT_NULL(test, ctx->ops);
}

/* The n-th allocation of one mapping fails: false if there are fewer */
static bool failing_map(struct kunit *test, size_t size, int n, int *failed)
{
	struct fmt_test *ctx = test->priv;
	size_t mapped;
	bool injected;
	int ret;

	iommu_fail_nth_begin(n);
	ret = fmt_map_call(test, FMT_IOVA, ctx->var->paddr, size, 1, &mapped);
	injected = iommu_fail_nth_end();
	if (ret) {
		KUNIT_EXPECT_TRUE(test, injected);
		KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
		KUNIT_EXPECT_EQ(test, mapped, 0);
		fmt_expect_nothing(test, FMT_IOVA, size);
		(*failed)++;
		/* Once there is memory again, it goes on from there */
		fmt_map_one(test, FMT_IOVA, ctx->var->paddr, size);
	}
	fmt_expect_mapped(test, FMT_IOVA, ctx->var->paddr, size);
	return injected;
}

static void mapping_fails_cleanly(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	int n, failed;
	bool injected;
	size_t size;

	need_failures(test);
	fmt_for_each_size(ctx, size) {
		failed = 0;
		n = 1;
		do {
			injected = failing_map(test, size, n++, &failed);
			expect_gone(test);
			KUNIT_ASSERT_NOT_NULL(test, fmt_create(ctx));
		} while (injected && n < 64);
		KUNIT_EXPECT_EQ(test, failed, fmt_tables(test, size) - 1);
	}
}

/* The n-th allocation of a split fails: the block stays as it is */
static bool failing_split(struct kunit *test, size_t size, int n, int *failed)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), unmapped;
	u64 paddr = ctx->var->paddr;
	bool injected;

	fmt_map_one(test, FMT_IOVA, paddr, size);
	iommu_fail_nth_begin(n);
	unmapped = fmt_unmap_call(test, FMT_IOVA, page, 1);
	injected = iommu_fail_nth_end();
	if (!unmapped) {
		KUNIT_EXPECT_TRUE(test, injected);
		fmt_expect_mapped(test, FMT_IOVA, paddr, size);
		(*failed)++;
		unmapped = fmt_unmap_call(test, FMT_IOVA, page, 1);
	}
	KUNIT_EXPECT_EQ(test, unmapped, page);
	fmt_expect_nothing(test, FMT_IOVA, page);
	fmt_expect_mapped(test, FMT_IOVA + page, paddr + page, size - page);
	return injected;
}

static void split_fails_cleanly(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	int n, failed, tables = fmt_tables(test, fmt_page(test));
	bool injected;
	size_t size;

	need_failures(test);
	fmt_for_each_size(ctx, size) {
		if (size == fmt_page(test))
			continue;
		failed = 0;
		n = 1;
		do {
			injected = failing_split(test, size, n++, &failed);
			expect_gone(test);
			KUNIT_ASSERT_NOT_NULL(test, fmt_create(ctx));
		} while (injected && n < 64);
		/* FAIL_PAGE_ALLOC, too, counts what may not wait */
		KUNIT_EXPECT_GE(test, failed, tables - fmt_tables(test, size));
	}
}

/* The n-th mapping for DMA from now on fails */
static void fail_dma_begin(struct fmt_test *ctx, unsigned int n)
{
	ctx->view.fail_at = ctx->view.maps + n;
	dma_view_arm(&ctx->view);
}

/* Did it? */
static bool fail_dma_end(struct fmt_test *ctx)
{
	bool injected = ctx->view.maps >= ctx->view.fail_at;

	ctx->view.fail_at = 0;
	dma_view_arm(&ctx->view);
	return injected;
}

static void creation_without_dma(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;

	need_dma_failures(test);
	fmt_destroy(ctx);
	fail_dma_begin(ctx, 1);
	KUNIT_EXPECT_NULL(test, fmt_create(ctx));
	KUNIT_EXPECT_TRUE(test, fail_dma_end(ctx));
	expect_gone(test);
}

static void mapping_without_dma(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), mapped;
	int n;

	need_dma_failures(test);
	for (n = 1; n < fmt_tables(test, page); n++) {
		fail_dma_begin(ctx, n);
		KUNIT_EXPECT_EQ(test, fmt_map_call(test, FMT_IOVA,
						   ctx->var->paddr, page, 1,
						   &mapped), -ENOMEM);
		KUNIT_EXPECT_TRUE(test, fail_dma_end(ctx));
		KUNIT_EXPECT_EQ(test, mapped, 0);
		fmt_expect_tables(test, n);
		expect_gone(test);
		KUNIT_ASSERT_NOT_NULL(test, fmt_create(ctx));
	}
}

static void split_without_dma(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), size = page << ctx->var->bits;

	need_dma_failures(test);
	fmt_map_one(test, FMT_IOVA, ctx->var->paddr, size);
	fail_dma_begin(ctx, 1);
	KUNIT_EXPECT_EQ(test, fmt_unmap_call(test, FMT_IOVA, page, 1), 0);
	KUNIT_EXPECT_TRUE(test, fail_dma_end(ctx));
	fmt_expect_mapped(test, FMT_IOVA, ctx->var->paddr, size);
	fmt_expect_tables(test, fmt_tables(test, size));
}

/* What another CPU does while the n-th table from now on is being allocated */
struct rival {
	struct fmt_test *ctx;
	struct task_struct *task;
	int nth;
	size_t page;
	bool unmaps;
	size_t done;
};

static void rival_acts(void *data, const void *virt, size_t size, gfp_t gfp,
		       unsigned long caller)
{
	struct rival *rival = data;
	struct fmt_test *ctx = rival->ctx;
	unsigned long iova = FMT_IOVA + rival->page;

	if (rival->task != current || !rival->nth || --rival->nth)
		return;

	if (rival->unmaps)
		rival->done = ctx->ops->unmap_pages(ctx->ops, iova, rival->page,
						    1, NULL);
	else
		ctx->ops->map_pages(ctx->ops, iova,
				    ctx->var->paddr + rival->page, rival->page,
				    1, FMT_PROT, GFP_ATOMIC, &rival->done);
}

static void rival_begin(struct kunit *test, struct rival *rival, int nth)
{
	rival->ctx = test->priv;
	rival->task = current;
	rival->page = fmt_page(test);
	rival->nth = nth;
	rival->done = 0;
	if (register_trace_iommu_pages_alloc(rival_acts, rival))
		kunit_skip(test, "needs TRACEPOINTS");
}

static void rival_end(struct rival *rival)
{
	unregister_trace_iommu_pages_alloc(rival_acts, rival);
	tracepoint_synchronize_unregister();
}

/* One page here, its neighbour there: they share each table, once */
static void lost_race_frees_the_table(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	struct rival rival = {};
	size_t page = fmt_page(test), mapped;
	u64 paddr = ctx->var->paddr;
	int n, ret;

	for (n = 1; n < fmt_tables(test, page); n++) {
		rival_begin(test, &rival, n);
		ret = fmt_map_call(test, FMT_IOVA, paddr, page, 1, &mapped);
		rival_end(&rival);

		KUNIT_EXPECT_EQ(test, ret, 0);
		KUNIT_EXPECT_EQ(test, rival.done, page);
		fmt_expect_mapped(test, FMT_IOVA, paddr, 2 * page);
		fmt_expect_tables(test, fmt_tables(test, page));
		expect_gone(test);
		KUNIT_ASSERT_NOT_NULL(test, fmt_create(ctx));
	}
}

/* Two unmap parts of one block at once: both must be gone, and nothing else */
static void lost_split_frees_the_table(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	struct rival rival = { .unmaps = true };
	size_t page = fmt_page(test), size = page << ctx->var->bits, unmapped;
	u64 paddr = ctx->var->paddr;

	fmt_map_one(test, FMT_IOVA, paddr, size);
	rival_begin(test, &rival, 1);
	unmapped = fmt_unmap_call(test, FMT_IOVA, page, 1);
	rival_end(&rival);

	KUNIT_EXPECT_EQ(test, unmapped, page);
	KUNIT_EXPECT_EQ(test, rival.done, page);
	fmt_expect_nothing(test, FMT_IOVA, 2 * page);
	fmt_expect_mapped(test, FMT_IOVA + 2 * page, paddr + 2 * page,
			  size - 2 * page);
	fmt_expect_tables(test, fmt_tables(test, page));
}

#define RACE_TABLES	4
#define RACE_PAGES	6	/* at the beginning of each table */

/* Every other of the pages, from @first on, once both CPUs are there */
struct racer {
	struct work_struct work;
	struct fmt_test *ctx;
	atomic_t *absent;
	int first;
	size_t page;
	int errors;
};

static unsigned long race_offset(struct fmt_test *ctx, int n, size_t page)
{
	return ((n / RACE_PAGES << ctx->var->bits) + n % RACE_PAGES) * page;
}

static void racer_maps(struct work_struct *work)
{
	struct racer *racer = container_of(work, struct racer, work);
	struct fmt_test *ctx = racer->ctx;
	unsigned long offset;
	size_t mapped;
	int n;

	atomic_dec(racer->absent);
	while (atomic_read(racer->absent))
		cpu_relax();

	for (n = racer->first; n < RACE_TABLES * RACE_PAGES; n += 2) {
		offset = race_offset(ctx, n, racer->page);
		mapped = 0;
		if (ctx->ops->map_pages(ctx->ops, FMT_IOVA + offset,
					ctx->var->paddr + offset, racer->page,
					1, FMT_PROT, GFP_ATOMIC, &mapped) ||
		    mapped != racer->page)
			racer->errors++;
	}
}

static void race_once(struct kunit *test)
{
	atomic_t absent = ATOMIC_INIT(2);
	struct racer racer[2] = {};
	int i, cpu = -1;

	for (i = 0; i < 2; i++) {
		racer[i].ctx = test->priv;
		racer[i].absent = &absent;
		racer[i].first = i;
		racer[i].page = fmt_page(test);
		INIT_WORK_ONSTACK(&racer[i].work, racer_maps);
	}
	for (i = 0; i < 2; i++) {
		cpu = cpumask_next(cpu, cpu_online_mask);
		schedule_work_on(cpu, &racer[i].work);
	}
	for (i = 0; i < 2; i++) {
		flush_work(&racer[i].work);
		destroy_work_on_stack(&racer[i].work);
		KUNIT_EXPECT_EQ(test, racer[i].errors, 0);
	}
}

static void two_cpus_install_one_table(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test);
	unsigned long offset;
	int n, round;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");

	for (round = 0; round < 50; round++) {
		race_once(test);
		fmt_settled(test);
		for (n = 0; n < RACE_TABLES * RACE_PAGES; n++) {
			offset = race_offset(ctx, n, page);
			fmt_expect_mapped(test, FMT_IOVA + offset,
					  ctx->var->paddr + offset, page);
		}
		fmt_expect_tables(test,
				  fmt_tables(test, page) + RACE_TABLES - 1);
		expect_gone(test);
		KUNIT_ASSERT_NOT_NULL(test, fmt_create(ctx));
	}
}

/* All other cases are without: IO_PGTABLE_QUIRK_NO_WARN is in each variant */
static void refusals_warn_by_default(struct kunit *test)
{
	struct fmt_test *ctx = test->priv;
	size_t page = fmt_page(test), mapped, unmapped;
	u64 paddr = ctx->var->paddr;
	struct warnings warnings;
	int ret;

	fmt_destroy(ctx);
	fmt_cfg(ctx, &ctx->cfg);
	ctx->cfg.quirks &= ~IO_PGTABLE_QUIRK_NO_WARN;
	ctx->ops = alloc_io_pgtable_ops(ctx->var->fmt, &ctx->cfg, ctx);
	KUNIT_ASSERT_NOT_NULL(test, ctx->ops);

	fmt_map_one(test, FMT_IOVA, paddr, page);
	warnings_begin(test, &warnings);
	ret = fmt_map_call(test, FMT_IOVA, paddr, page, 1, &mapped);
	unmapped = fmt_unmap_call(test, FMT_IOVA + page, page, 1);
	warnings_end(test, &warnings, 2, "io-pgtable-");
	KUNIT_EXPECT_EQ(test, ret, -EEXIST);
	KUNIT_EXPECT_EQ(test, unmapped, 0);
}

static void fail_exit(struct kunit *test)
{
	console_restore();
	fmt_exit(test);
}

static struct kunit_case io_pgtable_fail_cases[] = {
	FMT_CASE(creation_fails_cleanly, any),
	FMT_CASE(mapping_fails_cleanly, any),
	FMT_CASE(split_fails_cleanly, split),
	FMT_CASE(creation_without_dma, walked),
	FMT_CASE(mapping_without_dma, walked),
	FMT_CASE(split_without_dma, walked),
	FMT_CASE(lost_race_frees_the_table, any),
	FMT_CASE(lost_split_frees_the_table, split),
	FMT_CASE_SLOW(two_cpus_install_one_table, any),
	FMT_CASE(refusals_warn_by_default, warns),
	{}
};

static int fail_init(struct kunit *test)
{
	iommu_fail_quietly(test);
	return fmt_init(test);
}

static struct kunit_suite io_pgtable_fail_suite = {
	.name		= "io_pgtable_fail",
	.suite_init	= fmt_suite_init,
	.suite_exit	= fmt_suite_exit,
	.init		= fail_init,
	.exit		= fail_exit,
	.test_cases	= io_pgtable_fail_cases,
};

kunit_test_suite(io_pgtable_fail_suite);

MODULE_DESCRIPTION("KUnit tests of failures and races in io-pgtable formats");
MODULE_LICENSE("GPL");
