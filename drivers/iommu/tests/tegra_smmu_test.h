/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the KUnit suites of the Tegra SMMU share, included at the end of
 * tegra-smmu.c like them.
 *
 * There is no SMMU. The driver's registers are memory that keeps what was last
 * written, and its DMA mappings are those of a fake device, which sees what was
 * synced and nothing else. Physical and DMA addresses differ.
 *
 * Three oracles: tsm_walk() translates as the hardware would, from the register
 * with the directory's address on. The page counters say how many tables there
 * are, each is a page. The fake device says how many are mapped: the directory
 * from the first attach on, each page table all its life.
 */

#ifndef __IOMMU_TESTS_TEGRA_SMMU_H
#define __IOMMU_TESTS_TEGRA_SMMU_H

#include <kunit/test.h>
#include <linux/completion.h>

#include "iommu_counters.h"
#include "iommu_fake_dev.h"

#define TSM_REGS	SZ_4K
#define TSM_OFFSET	SZ_1G		/* DMA minus physical addresses */
/* Beyond what a PDE can hold, or 0 where dma_addr_t ends before that */
#define TSM_FAR		((dma_addr_t)BIT_ULL(40))
#define TSM_IOVA	0x12345000UL
#define TSM_SPAN	SZ_4M		/* what one page table maps */
#define TSM_PADDR	0x87654000ULL
#define TSM_PROT	(IOMMU_READ | IOMMU_WRITE)
#define TSM_UNTOUCHED	0xdeadbeef	/* in a register, to see it written */

/* The first device has two swgroups, the second one; one client each */
enum { TSM_SWG_A, TSM_SWG_B, TSM_SWG_C };
#define TSM_SWG_REG(n)		(0x240 + 4 * (n))
#define TSM_CLIENT_REG		0x228

static const struct tegra_smmu_swgroup tsm_swgroups[] = {
	{ "a", TSM_SWG_A, TSM_SWG_REG(TSM_SWG_A) },
	{ "b", TSM_SWG_B, TSM_SWG_REG(TSM_SWG_B) },
	{ "c", TSM_SWG_C, TSM_SWG_REG(TSM_SWG_C) },
};

#define TSM_CLIENT(n) { .swgroup = n, \
			.regs.smmu = { .reg = TSM_CLIENT_REG, .bit = n } }

static const struct tegra_mc_client tsm_clients[] = {
	TSM_CLIENT(TSM_SWG_A), TSM_CLIENT(TSM_SWG_B), TSM_CLIENT(TSM_SWG_C),
};

struct tsm_soc {
	const char *name;
	unsigned int asids;
	unsigned int bits;
	unsigned int asid_shift;	/* in the TLB flush register */
};

static const struct tsm_soc tsm_socs[] = {
	{ "tegra30", 4, 32, 29 },
	{ "tegra124", 128, 34, 24 },
};

static void tsm_soc_desc(const struct tsm_soc *soc, char *desc)
{
	strscpy(desc, soc->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tsm_soc, tsm_socs, tsm_soc_desc);

/* A device that the SMMU translates for */
struct tsm_master {
	struct device dev;
	struct dev_iommu iommu;
	struct iommu_fwspec *fwspec;
};

struct tsm_test {
	const struct tsm_soc *soc;
	struct iommu_counters base;
	struct iommu_fake_dev *fake;
	struct tegra_mc_soc mc_soc;
	struct tegra_mc mc;
	struct tegra_smmu_soc smmu_soc;
	struct tegra_smmu smmu;
	struct tsm_master one;		/* swgroups A and B */
	struct tsm_master two;		/* swgroup C */
	struct iommu_domain *domain;	/* NULL: freed */
	/* what on_unmap saw */
	u32 unmap_pde;
	u32 unmap_tlb;
	u32 unmap_ptc;
	/* what somebody else mapped meanwhile */
	bool rival;
	int rival_ret;
	struct completion racing;	/* the other thread has begun */
};

static u32 tsm_reg(struct tsm_test *ctx, unsigned long offset)
{
	return readl(ctx->fake->regs + offset);
}

static void tsm_set_reg(struct tsm_test *ctx, unsigned long offset, u32 value)
{
	writel(value, ctx->fake->regs + offset);
}

/* The next mapping gets an address that the hardware cannot reach */
static void tsm_map_far(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	if (!TSM_FAR)
		kunit_skip(test, "a DMA address of 32 bits is always in reach");
	iommu_fake_dev_shift_begin(ctx->fake, 1, TSM_FAR);
}

/* Where the directory of the last address space that got an ASID is */
static dma_addr_t tsm_pd(struct tsm_test *ctx)
{
	return smmu_pde_to_dma(&ctx->smmu, tsm_reg(ctx, SMMU_PTB_DATA));
}

static u32 tsm_read_pde(struct tsm_test *ctx, unsigned long iova)
{
	return iommu_fake_dev_read32(ctx->fake,
				     tsm_pd(ctx) + 4 * (iova >> 22));
}

static u32 tsm_read_pte(struct tsm_test *ctx, unsigned long iova)
{
	u32 pde = tsm_read_pde(ctx, iova);

	if (!pde)
		return 0;
	return iommu_fake_dev_read32(ctx->fake,
				     smmu_pde_to_dma(&ctx->smmu, pde) +
				     4 * (iova >> 12 & 0x3ff));
}

/* What the hardware makes of @iova, 0 if it faults */
static phys_addr_t tsm_walk(struct tsm_test *ctx, unsigned long iova)
{
	u32 pte = tsm_read_pte(ctx, iova);

	if (!pte)
		return 0;
	return SMMU_PFN_PHYS(pte & ctx->smmu.pfn_mask) + (iova & 0xfff);
}

static void tsm_expect_phys(struct kunit *test, unsigned long iova,
			    phys_addr_t phys)
{
	struct tsm_test *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, tsm_walk(ctx, iova), phys);
	KUNIT_EXPECT_EQ(test, tegra_smmu_iova_to_phys(ctx->domain, iova), phys);
}

/* Tables that exist, and how many of them are mapped for DMA */
static void tsm_expect_tables(struct kunit *test, long tables,
			      unsigned int mapped)
{
	struct tsm_test *ctx = test->priv;

	/* Tables may share a page that is larger than one of them */
	if (PAGE_SIZE == SMMU_SIZE_PT)
		KUNIT_EXPECT_EQ(test, iommu_counters_grown(&ctx->base), tables);
	KUNIT_EXPECT_EQ(test, ctx->fake->live, mapped);
}

static unsigned int tsm_asids(struct tsm_test *ctx)
{
	return bitmap_weight(ctx->smmu.asids, ctx->soc->asids);
}

static struct iommu_domain *tsm_domain(struct kunit *test)
{
	struct iommu_domain *domain = tegra_smmu_domain_alloc_paging(NULL);

	KUNIT_ASSERT_NOT_NULL(test, domain);
	return domain;
}

static void tsm_free(struct tsm_test *ctx)
{
	if (ctx->domain)
		tegra_smmu_domain_free(ctx->domain);
	ctx->domain = NULL;
}

static int tsm_detach(struct tsm_master *master)
{
	return tegra_smmu_identity_attach(&tegra_smmu_identity_domain,
					  &master->dev);
}

static void tsm_attach(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	KUNIT_ASSERT_EQ(test, tegra_smmu_attach_dev(ctx->domain, &ctx->one.dev),
			0);
}

static int tsm_map_gfp(struct tsm_test *ctx, unsigned long iova,
		       phys_addr_t paddr, gfp_t gfp)
{
	size_t mapped = 0;
	int ret;

	ret = tegra_smmu_map(ctx->domain, iova, paddr, SZ_4K, 1, TSM_PROT, gfp,
			     &mapped);
	if (mapped != (ret ? 0 : SZ_4K))
		return -EPROTO;
	return ret;
}

static void tsm_map(struct kunit *test, unsigned long iova, phys_addr_t paddr)
{
	KUNIT_ASSERT_EQ(test, tsm_map_gfp(test->priv, iova, paddr, GFP_KERNEL),
			0);
}

static size_t tsm_unmap(struct tsm_test *ctx, unsigned long iova)
{
	return tegra_smmu_unmap(ctx->domain, iova, SZ_4K, 1, NULL);
}

static void tsm_make_master(struct kunit *test, struct tsm_master *master,
			    unsigned int first, unsigned int num)
{
	struct tsm_test *ctx = test->priv;
	unsigned int i;

	master->fwspec = kunit_kzalloc(test, struct_size(master->fwspec, ids,
							 num), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, master->fwspec);
	master->fwspec->num_ids = num;
	for (i = 0; i < num; i++)
		master->fwspec->ids[i] = first + i;
	master->iommu.fwspec = master->fwspec;
	master->iommu.priv = &ctx->smmu;
	master->dev.iommu = &master->iommu;
}

static void tsm_make_smmu(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;
	struct tegra_smmu *smmu = &ctx->smmu;

	ctx->smmu_soc.swgroups = tsm_swgroups;
	ctx->smmu_soc.num_swgroups = ARRAY_SIZE(tsm_swgroups);
	ctx->smmu_soc.clients = tsm_clients;
	ctx->smmu_soc.num_clients = ARRAY_SIZE(tsm_clients);
	ctx->smmu_soc.num_asids = ctx->soc->asids;
	ctx->mc_soc.num_address_bits = ctx->soc->bits;
	ctx->mc_soc.atom_size = 16;
	ctx->mc.soc = &ctx->mc_soc;

	smmu->asids = kunit_kzalloc(test, BITS_TO_LONGS(ctx->soc->asids) *
				    sizeof(long), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, smmu->asids);
	smmu->regs = ctx->fake->regs;
	smmu->dev = ctx->fake->dev;
	smmu->mc = &ctx->mc;
	smmu->soc = &ctx->smmu_soc;
	smmu->pfn_mask = BIT_MASK(ctx->soc->bits - SMMU_PTE_SHIFT) - 1;
	mutex_init(&smmu->lock);
	xa_init(&smmu->attached);
}

static int tsm_init(struct kunit *test)
{
	struct tsm_test *ctx;

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ctx);
	test->priv = ctx;
	ctx->soc = test->param_value ?: &tsm_socs[0];
	ctx->fake = iommu_fake_dev_create(test, TSM_REGS);
	ctx->fake->dma_offset = TSM_OFFSET;
	ctx->fake->priv = ctx;
	tsm_make_smmu(test);
	tsm_make_master(test, &ctx->one, TSM_SWG_A, 2);
	tsm_make_master(test, &ctx->two, TSM_SWG_C, 1);

	iommu_counters_read(&ctx->base);
	ctx->domain = tsm_domain(test);
	return 0;
}

/* Whatever a case did: no table, no mapping, no ASID and no device is left */
static void tsm_exit(struct kunit *test)
{
	struct tsm_test *ctx = test->priv;

	if (!ctx || !ctx->one.dev.iommu || !ctx->two.dev.iommu)
		return;

	ctx->fake->on_unmap = NULL;
	KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->one), 0);
	KUNIT_EXPECT_EQ(test, tsm_detach(&ctx->two), 0);
	tsm_free(ctx);
	KUNIT_EXPECT_EQ(test, tsm_asids(ctx), 0);
	KUNIT_EXPECT_TRUE(test, xa_empty(&ctx->smmu.attached));
	KUNIT_EXPECT_TRUE(test, iommu_counters_same(&ctx->base));
	iommu_fake_dev_check(test, ctx->fake);
	xa_destroy(&ctx->smmu.attached);
}

#define TSM_CASE(fn) KUNIT_CASE_PARAM(fn, tsm_soc_gen_params)

#endif /* __IOMMU_TESTS_TEGRA_SMMU_H */
