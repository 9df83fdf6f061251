// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite of the AMD I/O page tables: calls that cover many pages.
 *
 * The oracle is a model of a window of the address space, in granules of 4 KiB
 * or, one level up, of 2 MiB; 512 granules are one table. After every call each
 * granule has to translate as the model says, the entry itself must be right
 * in all bits, and the number of tables must be exact. The window lies across
 * an address where all levels of a table with four change to the next entry.
 *
 * What the model knows of the driver:
 *  - a page may replace tables and pages of its own size or below, and splits
 *    none: a larger one that is in the way goes completely;
 *  - unmap takes whole pages. It counts absent 4 KiB entries of a table as if
 *    they had been there, and stops at any other hole.
 * Pages that half-replace another one of the same level are not tried: a v1
 * page that is several entries is not made to lose some of them.
 */

#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "amd_pgtable_test.h"
#include "iommu_fail_nth.h"

#define WALK_TABLES	4
#define WALK_GRANULES	(WALK_TABLES * 512)
#define WALK_EDGE	BIT(39)
#define WALK_OPS	400

struct walk_page {
	phys_addr_t paddr;	/* of the page, not of the granule */
	unsigned int granules;	/* in the page, 0 if there is none */
	int prot;
};

struct walk_model {
	struct rnd_state rnd;
	unsigned long granule;
	unsigned long base;		/* IOVA of granule 0 */
	struct walk_page page[WALK_GRANULES];
	bool table[WALK_TABLES];
	long other_tables;		/* those above and beside the window */
};

static u64 walk_addr(u64 pte)
{
	return __sme_clr(pte & PM_ADDR_MASK);
}

/* The entry that translates @iova, found without the driver's walk; or 0 */
static u64 walk_entry_v1(struct amd_io_pgtable *pgtable, unsigned long iova)
{
	u64 *table = pgtable->root, pte;
	int level;

	for (level = pgtable->mode - 1; ; level--) {
		pte = table[PM_LEVEL_INDEX(level, iova)];
		if (!(pte & IOMMU_PTE_PR) || !level ||
		    PM_PTE_LEVEL(pte) == PAGE_MODE_NONE ||
		    PM_PTE_LEVEL(pte) == PAGE_MODE_7_LEVEL)
			return pte;
		table = phys_to_virt(walk_addr(pte));
	}
}

#define V2_P	BIT_ULL(0)
#define V2_RW	BIT_ULL(1)
#define V2_US	BIT_ULL(2)
#define V2_A	BIT_ULL(5)
#define V2_D	BIT_ULL(6)
#define V2_PSE	BIT_ULL(7)

static u64 walk_entry_v2(struct amd_io_pgtable *pgtable, unsigned long iova)
{
	u64 *table = pgtable->pgd, pte;
	int level;

	for (level = amd_iommu_gpt_level - 1; ; level--) {
		pte = table[PM_LEVEL_INDEX(level, iova)];
		if (!(pte & V2_P) || !level || pte & V2_PSE)
			return pte;
		table = phys_to_virt(walk_addr(pte));
	}
}

/* What that entry has to be. Replicated v1 entries have the size in the bits */
static u64 walk_expect(struct pgt_test *ctx, phys_addr_t paddr, size_t size,
		       int prot)
{
	bool replicated = size != SZ_4K && size != SZ_2M && size != SZ_1G;
	u64 pte = __sme_set(paddr);

	if (ctx->format->fmt == AMD_IOMMU_V2) {
		pte |= V2_P | V2_US | V2_A | V2_D;
		pte |= prot & IOMMU_PROT_IW ? V2_RW : 0;
		return pte | (size > SZ_4K ? V2_PSE : 0);
	}

	if (replicated)
		pte |= ((size / 2 - 1) & PM_ADDR_MASK) |
		       PM_LEVEL_ENC(PAGE_MODE_7_LEVEL);
	pte |= IOMMU_PTE_PR | IOMMU_PTE_FC;
	pte |= prot & IOMMU_PROT_IR ? IOMMU_PTE_IR : 0;
	return pte | (prot & IOMMU_PROT_IW ? IOMMU_PTE_IW : 0);
}

static u64 walk_entry(struct pgt_test *ctx, unsigned long iova)
{
	struct amd_io_pgtable *pgtable = &ctx->pdom->iop;

	return ctx->format->fmt == AMD_IOMMU_V2 ?
	       walk_entry_v2(pgtable, iova) : walk_entry_v1(pgtable, iova);
}

/* By the last byte of granule @g, in all that can be asked about it */
static bool walk_granule_is_right(struct pgt_test *ctx, struct walk_model *m,
				  unsigned int g)
{
	const struct walk_page *page = &m->page[g];
	unsigned long iova = m->base + g * m->granule + m->granule - 1;
	unsigned long offset;
	u64 expect;

	if (!page->granules)
		return !walk_entry(ctx, iova) &&
		       !ctx->ops->iova_to_phys(ctx->ops, iova);

	offset = (g % page->granules + 1) * m->granule - 1;
	expect = walk_expect(ctx, page->paddr, page->granules * m->granule,
			     page->prot);
	return walk_entry(ctx, iova) == expect &&
	       ctx->ops->iova_to_phys(ctx->ops, iova) == page->paddr + offset;
}

/* The first granule that is not as it should be, or -1 */
static int walk_first_wrong(struct pgt_test *ctx, struct walk_model *m)
{
	int g;

	for (g = 0; g < WALK_GRANULES; g++) {
		if (!walk_granule_is_right(ctx, m, g))
			return g;
	}
	return -1;
}

static long walk_tables(struct walk_model *m)
{
	long tables = m->other_tables;
	int t;

	for (t = 0; t < WALK_TABLES; t++)
		tables += m->table[t];
	return tables;
}

static void walk_check(struct kunit *test, struct walk_model *m)
{
	struct pgt_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, walk_first_wrong(ctx, m), -1);
	KUNIT_ASSERT_EQ(test, pgt_tables(test), walk_tables(m));
	KUNIT_ASSERT_EQ(test, pgt_phys(test, m->base - 1), PGT_PADDR - 1);
	KUNIT_ASSERT_EQ(test, pgt_phys(test, m->base +
				       WALK_GRANULES * m->granule),
			PGT_PADDR);
}

static void walk_free(void *model)
{
	vfree(model);
}

/* An empty window between two pages that no call may touch */
static struct walk_model *walk_window(struct kunit *test, unsigned long granule)
{
	struct walk_model *m = vzalloc(sizeof(*m));
	unsigned long end;

	KUNIT_ASSERT_NOT_NULL(test, m);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, walk_free, m), 0);

	prandom_seed_state(&m->rnd, granule + 1);
	m->granule = granule;
	m->base = WALK_EDGE - WALK_GRANULES / 2 * granule;
	end = m->base + WALK_GRANULES * granule;

	pgt_map_one(test, m->base - granule, PGT_PADDR - granule, granule);
	pgt_map_one(test, end, PGT_PADDR, granule);
	m->other_tables = pgt_tables(test);
	walk_check(test, m);

	return m;
}

static void walk_drop(struct walk_model *m, unsigned int g)
{
	unsigned int n = m->page[g].granules;

	memset(&m->page[g - g % n], 0, n * sizeof(m->page[0]));
}

static void walk_model_map_one(struct walk_model *m, unsigned int first,
			       const struct walk_page *page)
{
	unsigned int g, n = page->granules;

	for (g = first; g < first + n; g++) {
		if (m->page[g].granules)
			walk_drop(m, g);
		m->table[g / 512] = n < 512;
	}
	for (g = first; g < first + n; g++)
		m->page[g] = *page;
}

/* A page of the same level that would be replaced in part? See above */
static bool walk_may_map(struct walk_model *m, unsigned int first,
			 unsigned int count, unsigned int n)
{
	unsigned int g;

	for (g = first; g < first + count * n; g++) {
		if (m->page[g].granules > n &&
		    (n >= 512 || m->page[g].granules < 512))
			return false;
	}
	return true;
}

static void walk_map(struct kunit *test, struct walk_model *m,
		     unsigned int first, unsigned int count,
		     struct walk_page page)
{
	struct pgt_test *ctx = test->priv;
	size_t size = page.granules * m->granule, mapped = 0;
	unsigned int i;

	KUNIT_ASSERT_EQ(test,
			ctx->ops->map_pages(ctx->ops,
					    m->base + first * m->granule,
					    page.paddr, size, count, page.prot,
					    GFP_KERNEL, &mapped),
			0);
	KUNIT_ASSERT_EQ(test, mapped, count * size);

	for (i = 0; i < count; i++) {
		walk_model_map_one(m, first + i * page.granules, &page);
		page.paddr += size;
	}
}

/* Returns the granules that a driver counts for an unmap of @nr from @g on */
static unsigned int walk_model_unmap(struct walk_model *m, unsigned int g,
				     unsigned int nr)
{
	unsigned int n, done = 0;

	while (done < nr) {
		n = m->page[g].granules;
		if (n)
			walk_drop(m, g);
		else if (m->granule == SZ_4K && m->table[g / 512])
			n = 1;
		else
			break;
		g += n - g % n;
		done += n;
	}
	return done;
}

static void walk_unmap(struct kunit *test, struct walk_model *m,
		       unsigned int first, unsigned int count, unsigned int n)
{
	struct pgt_test *ctx = test->priv;
	size_t unmapped;

	unmapped = ctx->ops->unmap_pages(ctx->ops,
					 m->base + first * m->granule,
					 n * m->granule, count, NULL);
	KUNIT_ASSERT_EQ(test, unmapped,
			walk_model_unmap(m, first, count * n) * m->granule);
}

static unsigned int walk_random(struct walk_model *m, unsigned int below)
{
	return prandom_u32_state(&m->rnd) % below;
}

/* v1 takes every power of two, v2 only what a whole level is */
static unsigned int walk_random_size(struct kunit *test, struct walk_model *m)
{
	struct pgt_test *ctx = test->priv;

	if (ctx->format->fmt == AMD_IOMMU_V2)
		return walk_random(m, 4) ? 1 : 512;
	return 1 << (walk_random(m, 2) ? walk_random(m, 11) :
		     walk_random(m, 3));
}

/* Short ranges and long ones alike */
static unsigned int walk_random_count(struct walk_model *m, unsigned int max)
{
	return 1 + walk_random(m, min(max, 1U << walk_random(m, 11)));
}

static void walk_random_op(struct kunit *test, struct walk_model *m)
{
	unsigned int n = walk_random_size(test, m);
	unsigned int slot = walk_random(m, WALK_GRANULES / n);
	unsigned int count = walk_random_count(m, WALK_GRANULES / n - slot);
	struct walk_page page = {
		.paddr = walk_random(m, 1000) * (u64)SZ_4G + n * m->granule,
		.granules = n,
		.prot = 1 + walk_random(m, 3),
	};

	if (walk_random(m, 5) < 3 && walk_may_map(m, slot * n, count, n))
		walk_map(test, m, slot * n, count, page);
	else
		walk_unmap(test, m, slot * n, count, n);
}

static void walk_random_ops(struct kunit *test, unsigned long granule)
{
	struct walk_model *m = walk_window(test, granule);
	int i;

	for (i = 0; i < WALK_OPS; i++) {
		walk_random_op(test, m);
		walk_check(test, m);
	}
}

static void walk_model_of_4k_tables(struct kunit *test)
{
	walk_random_ops(test, SZ_4K);
}

static void walk_model_of_2m_tables(struct kunit *test)
{
	walk_random_ops(test, SZ_2M);
}

static struct walk_page walk_page(unsigned int granules)
{
	return (struct walk_page) {
		.paddr = 7ULL * SZ_4G,
		.granules = granules,
		.prot = PGT_PROT,
	};
}

/* Every start and length around the entries that unmap looks at together */
static void walk_unmap_spares_the_neighbours(struct kunit *test)
{
	struct walk_model *m = walk_window(test, SZ_4K);
	unsigned int start, nr;

	for (start = 0; start < 10; start++) {
		for (nr = 1; nr < 20; nr++) {
			walk_map(test, m, 0, 32, walk_page(1));
			walk_unmap(test, m, start, nr, 1);
			KUNIT_ASSERT_EQ(test, walk_first_wrong(test->priv, m),
					-1);
		}
	}
}

static void walk_map_spares_the_neighbours(struct kunit *test)
{
	struct walk_model *m = walk_window(test, SZ_4K);
	struct walk_page page = walk_page(1);
	unsigned int start, nr;

	page.prot = IOMMU_READ;
	for (start = 510; start < 514; start++) {
		for (nr = 1; nr < 6; nr++) {
			walk_map(test, m, 505, 16, walk_page(1));
			walk_map(test, m, start, nr, page);
			walk_check(test, m);
		}
	}
}

/* Each call starts in one table and ends in the third */
static void walk_one_call_many_tables(struct kunit *test)
{
	struct walk_model *m = walk_window(test, SZ_4K);

	walk_map(test, m, 509, 518, walk_page(1));
	walk_check(test, m);
	walk_unmap(test, m, 510, 516, 1);
	walk_check(test, m);
}

static void walk_replaces_every_table_of_a_range(struct kunit *test)
{
	struct walk_model *m = walk_window(test, SZ_4K);
	int t;

	for (t = 0; t < WALK_TABLES; t++)
		walk_map(test, m, t * 512 + 511, 1, walk_page(1));
	walk_check(test, m);
	walk_map(test, m, 0, WALK_TABLES, walk_page(512));
	walk_check(test, m);
}

/* Over tables, large pages and holes in turn, and with something in each */
static void walk_replaces_what_differs(struct kunit *test)
{
	struct walk_model *m = walk_window(test, SZ_4K);

	walk_map(test, m, 3, 700, walk_page(1));
	walk_map(test, m, 2 * 512, 1, walk_page(512));
	walk_map(test, m, 0, 3, walk_page(512));
	walk_check(test, m);
	walk_map(test, m, 300, 1600, walk_page(1));
	walk_check(test, m);
}

static void walk_unmap_stops_at_a_missing_table(struct kunit *test)
{
	struct walk_model *m = walk_window(test, SZ_4K);
	struct pgt_test *ctx = test->priv;

	walk_map(test, m, 500, 4, walk_page(1));
	walk_map(test, m, 2 * 512, 4, walk_page(1));
	KUNIT_EXPECT_EQ(test,
			ctx->ops->unmap_pages(ctx->ops,
					      m->base + 500 * SZ_4K, SZ_4K,
					      1000, NULL),
			12 * SZ_4K);
	KUNIT_EXPECT_EQ(test, walk_model_unmap(m, 500, 1000), 12);
	walk_check(test, m);
}

static void walk_unmap_counts_absent_entries(struct kunit *test)
{
	struct walk_model *m = walk_window(test, SZ_4K);

	walk_map(test, m, 20, 1, walk_page(1));
	walk_map(test, m, 47, 1, walk_page(1));
	walk_unmap(test, m, 3, 30, 1);
	KUNIT_EXPECT_EQ(test, pgt_unmap(test, m->base, SZ_2M), SZ_2M);
	walk_model_unmap(m, 0, 512);
	walk_check(test, m);
}

static void walk_unmap_mixed_sizes(struct kunit *test)
{
	struct walk_model *m = walk_window(test, SZ_4K);

	walk_map(test, m, 500, 12, walk_page(1));
	walk_map(test, m, 512, 2, walk_page(512));
	walk_map(test, m, 3 * 512, 3, walk_page(1));
	walk_unmap(test, m, 500, 12 + 2 * 512 + 2, 1);
	walk_check(test, m);
}

static void walk_unmap_in_a_large_page(struct kunit *test)
{
	struct walk_model *m = walk_window(test, SZ_4K);

	walk_map(test, m, 512, 2, walk_page(512));
	KUNIT_EXPECT_EQ(test, pgt_unmap(test, m->base + SZ_2M + SZ_64K, SZ_4K),
			SZ_2M);
	walk_model_unmap(m, 512 + 16, 1);
	walk_map(test, m, 3 * 512, 16, walk_page(1));
	walk_unmap(test, m, 2 * 512 + 16, 512 + 4, 1);
	walk_check(test, m);
}

/* v1 only: pages that are several entries, among others and before them */
static void walk_v1_replicated_runs(struct kunit *test)
{
	struct walk_model *m = walk_window(test, SZ_4K);
	unsigned int start, n;

	for (n = 2; n <= 16; n *= 2) {
		for (start = 0; start < 24; start++) {
			walk_map(test, m, 0, 64, walk_page(1));
			walk_unmap(test, m, 16, 32, 1);
			walk_map(test, m, 16, 32 / n, walk_page(n));
			walk_unmap(test, m, start, 30, 1);
			KUNIT_ASSERT_EQ(test, walk_first_wrong(test->priv, m),
					-1);
			walk_unmap(test, m, 0, 64, 1);
		}
	}
}

/* v1 only: the root gets another one above it in the middle of a call */
static void walk_v1_grows_in_a_call(struct kunit *test)
{
	struct pgt_test *ctx = test->priv;
	unsigned long iova = WALK_EDGE - 3 * SZ_4K;
	size_t mapped;

	pgt_map(test, iova, PGT_PADDR, SZ_4K, 6, &mapped);
	KUNIT_EXPECT_EQ(test, mapped, 6 * SZ_4K);
	KUNIT_EXPECT_EQ(test, ctx->pdom->iop.mode, PAGE_MODE_4_LEVEL);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, iova), PGT_PADDR);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, WALK_EDGE + 2 * SZ_4K),
			PGT_PADDR + 5 * SZ_4K);
	/* Two paths of three tables, and the new root */
	KUNIT_EXPECT_EQ(test, pgt_tables(test), 2 * 3 + 1);
	KUNIT_EXPECT_EQ(test,
			ctx->ops->unmap_pages(ctx->ops, iova, SZ_4K, 6, NULL),
			6 * SZ_4K);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, iova), 0);
	KUNIT_EXPECT_EQ(test, pgt_phys(test, WALK_EDGE), 0);
}

/* What comes before the table that cannot be had is mapped, and no more */
static void walk_failure_keeps_the_prefix(struct kunit *test)
{
	static const size_t prefix[] = { 0, 2, 2 + 512 };
	struct walk_model *m = walk_window(test, SZ_4K);
	struct walk_page page;
	unsigned int n, i;
	size_t mapped;

	if (!IS_ENABLED(CONFIG_FAIL_IOMMU_PAGES))
		kunit_skip(test, "needs FAIL_IOMMU_PAGES to fail a table");

	for (n = 0; n < ARRAY_SIZE(prefix); n++) {
		page = walk_page(1);
		iommu_fail_nth_begin(n + 1);
		KUNIT_EXPECT_EQ(test,
				pgt_map(test, m->base + 510 * SZ_4K, page.paddr,
					SZ_4K, 2 + 512 + 3, &mapped),
				-ENOMEM);
		KUNIT_EXPECT_TRUE(test, iommu_fail_nth_end());
		KUNIT_EXPECT_EQ(test, mapped, prefix[n] * SZ_4K);
		for (i = 0; i < prefix[n]; i++, page.paddr += SZ_4K)
			walk_model_map_one(m, 510 + i, &page);
		walk_check(test, m);

		/* The next round shall need all of its tables again */
		walk_map(test, m, 0, WALK_TABLES, walk_page(512));
		walk_unmap(test, m, 0, WALK_TABLES, 512);
		walk_check(test, m);
	}
	/* There is no fourth allocation */
	iommu_fail_nth_begin(n + 1);
	walk_map(test, m, 510, 2 + 512 + 3, walk_page(1));
	KUNIT_EXPECT_FALSE(test, iommu_fail_nth_end());
	walk_check(test, m);
}

#define RACE_ROUNDS	20
#define RACE_TABLES	64
#define RACE_HALF	256

/* Two tasks want the same tables at the same time, each for half of one */
struct walk_race {
	struct pgt_test *ctx;
	atomic_t arrived;
	struct completion other_done;
	unsigned int wrong[2];
};

static unsigned long race_iova(int who, int t)
{
	return WALK_EDGE + t * SZ_2M + who * RACE_HALF * SZ_4K;
}

static phys_addr_t race_paddr(int who, int t)
{
	return PGT_PADDR + race_iova(1 - who, t);
}

static void race_run(struct walk_race *race, int who)
{
	struct io_pgtable_ops *ops = race->ctx->ops;
	size_t mapped;
	int t;

	atomic_inc(&race->arrived);
	while (atomic_read(&race->arrived) < 2)
		cond_resched();

	for (t = 0; t < RACE_TABLES; t++) {
		mapped = 0;
		if (ops->map_pages(ops, race_iova(who, t), race_paddr(who, t),
				   SZ_4K, RACE_HALF, PGT_PROT, GFP_KERNEL,
				   &mapped) || mapped != RACE_HALF * SZ_4K)
			race->wrong[who]++;
	}
}

static int race_other(void *arg)
{
	struct walk_race *race = arg;

	race_run(race, 1);
	complete(&race->other_done);
	return 0;
}

static unsigned int race_check(struct walk_race *race, int who)
{
	struct io_pgtable_ops *ops = race->ctx->ops;
	unsigned int wrong = 0;
	unsigned long offset;
	int t;

	for (t = 0; t < RACE_TABLES; t++) {
		for (offset = 0; offset < RACE_HALF * SZ_4K; offset += SZ_4K)
			wrong += ops->iova_to_phys(ops,
						   race_iova(who, t) + offset)
				 != race_paddr(who, t) + offset;
		wrong += ops->unmap_pages(ops, race_iova(who, t), SZ_4K,
					  RACE_HALF, NULL) != RACE_HALF * SZ_4K;
	}
	return wrong;
}

static void walk_race_round(struct kunit *test, unsigned int cpu)
{
	struct walk_race race = { .ctx = test->priv };
	struct task_struct *other;
	/* v1 keeps the old root, and has one level more than before */
	long upper = race.ctx->format->fmt == AMD_IOMMU_V1 ?
		     1 + PAGE_MODE_4_LEVEL - 1 : amd_iommu_gpt_level - 1;

	init_completion(&race.other_done);
	other = kthread_run_on_cpu(race_other, &race, cpu, "amd_walk/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	race_run(&race, 0);
	wait_for_completion(&race.other_done);

	KUNIT_EXPECT_EQ(test, race.wrong[0] + race.wrong[1], 0);
	KUNIT_EXPECT_EQ(test, pgt_tables(test), upper + RACE_TABLES);
	KUNIT_EXPECT_EQ(test, race_check(&race, 0) + race_check(&race, 1), 0);
}

static void walk_two_cpus_race_for_tables(struct kunit *test)
{
	unsigned int cpu = get_cpu(), other, i;

	other = cpumask_any_but(cpu_online_mask, cpu);
	set_cpus_allowed_ptr(current, cpumask_of(cpu));
	put_cpu();
	if (other >= nr_cpu_ids)
		kunit_skip(test, "two CPUs have to race");

	for (i = 0; i < RACE_ROUNDS; i++) {
		walk_race_round(test, other);
		pgt_destroy(test->priv);
		KUNIT_ASSERT_EQ(test, pgt_tables(test), 0);
		KUNIT_ASSERT_NOT_NULL(test, pgt_create(test->priv,
						       NUMA_NO_NODE));
	}
}

#define WALK_CASE_SLOW(fn) \
	{ .run_case = fn, .name = #fn, .module_name = KBUILD_MODNAME, \
	  .generate_params = pgt_formats_gen_params, \
	  .attr.speed = KUNIT_SPEED_SLOW }

static struct kunit_case walk_cases[] = {
	WALK_CASE_SLOW(walk_model_of_4k_tables),
	WALK_CASE_SLOW(walk_model_of_2m_tables),
	PGT_CASE(walk_unmap_spares_the_neighbours),
	PGT_CASE(walk_map_spares_the_neighbours),
	PGT_CASE(walk_one_call_many_tables),
	PGT_CASE(walk_replaces_every_table_of_a_range),
	PGT_CASE(walk_replaces_what_differs),
	PGT_CASE(walk_unmap_stops_at_a_missing_table),
	PGT_CASE(walk_unmap_counts_absent_entries),
	PGT_CASE(walk_unmap_mixed_sizes),
	PGT_CASE(walk_unmap_in_a_large_page),
	PGT_CASE(walk_failure_keeps_the_prefix),
	PGT_CASE(walk_two_cpus_race_for_tables),
	KUNIT_CASE(walk_v1_replicated_runs),
	KUNIT_CASE(walk_v1_grows_in_a_call),
	{}
};

static struct kunit_suite walk_suite = {
	.name = "amd_pgtable_walk",
	.init = pgt_init,
	.exit = pgt_exit,
	.test_cases = walk_cases,
};

kunit_test_suite(walk_suite);

MODULE_DESCRIPTION("KUnit tests of AMD I/O page-table walks");
MODULE_LICENSE("GPL");
