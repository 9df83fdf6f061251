// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of alloc_io_pgtable_ops(): which formats it has, and who provides
 * the memory of the tables.
 *
 * A custom allocator is a pair of hooks, and only some formats call them. The
 * hooks here count what they hand out, byte by byte, so that "used" and "freed"
 * are exact, and they can be told to fail.
 */
#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/io-pgtable.h>
#include <linux/sizes.h>

/* The cookie of the hooks and of the flush callbacks */
struct hooks {
	size_t live;		/* bytes handed out and not returned */
	unsigned int allocs;
	unsigned int frees;
	unsigned int fail_at;	/* this allocation fails, from 1; 0: none */
};

static void *hook_alloc(void *cookie, size_t size, gfp_t gfp)
{
	struct hooks *hooks = cookie;
	void *virt;

	if (++hooks->allocs == hooks->fail_at)
		return NULL;

	virt = alloc_pages_exact(size, gfp | __GFP_ZERO);
	if (virt)
		hooks->live += size;
	return virt;
}

static void hook_free(void *cookie, void *virt, size_t size)
{
	struct hooks *hooks = cookie;

	hooks->frees++;
	hooks->live -= size;
	free_pages_exact(virt, size);
}

static void no_flush_all(void *cookie)
{
}

static void no_flush_walk(unsigned long iova, size_t size, size_t granule,
			  void *cookie)
{
}

static void no_add_page(struct iommu_iotlb_gather *gather, unsigned long iova,
			size_t granule, void *cookie)
{
}

static const struct iommu_flush_ops no_flush = {
	.tlb_flush_all	= no_flush_all,
	.tlb_flush_walk	= no_flush_walk,
	.tlb_add_page	= no_add_page,
};

struct format {
	const char *name;
	enum io_pgtable_fmt fmt;
	bool built_in;
	bool custom;		/* takes a custom allocator */
	unsigned int ias;
	unsigned int oas;
	unsigned long pgsizes;
};

#define FORMAT(_fmt, _config, _custom, _ias, _oas, _pgsizes)		\
	{								\
		.name		= #_fmt,				\
		.fmt		= _fmt,					\
		.built_in	= IS_ENABLED(CONFIG_##_config),		\
		.custom		= _custom,				\
		.ias		= _ias,					\
		.oas		= _oas,					\
		.pgsizes	= _pgsizes,				\
	}

static const struct format formats[] = {
	FORMAT(ARM_32_LPAE_S1, IOMMU_IO_PGTABLE_LPAE, true,
	       32, 40, SZ_4K | SZ_2M | SZ_1G),
	FORMAT(ARM_32_LPAE_S2, IOMMU_IO_PGTABLE_LPAE, true,
	       40, 40, SZ_4K | SZ_2M | SZ_1G),
	FORMAT(ARM_64_LPAE_S1, IOMMU_IO_PGTABLE_LPAE, true,
	       48, 48, SZ_4K | SZ_2M | SZ_1G),
	FORMAT(ARM_64_LPAE_S2, IOMMU_IO_PGTABLE_LPAE, true,
	       48, 48, SZ_4K | SZ_2M | SZ_1G),
	FORMAT(ARM_MALI_LPAE, IOMMU_IO_PGTABLE_LPAE, true,
	       48, 40, SZ_4K | SZ_2M | SZ_1G),
	FORMAT(ARM_V7S, IOMMU_IO_PGTABLE_ARMV7S, false,
	       32, 32, SZ_4K | SZ_64K | SZ_1M | SZ_16M),
	FORMAT(AMD_IOMMU_V1, AMD_IOMMU, false, 48, 52, SZ_4K),
	FORMAT(AMD_IOMMU_V2, AMD_IOMMU, false, 48, 52, SZ_4K),
	FORMAT(APPLE_DART, IOMMU_IO_PGTABLE_DART, false,
	       32, 36, SZ_16K),
	FORMAT(APPLE_DART2, IOMMU_IO_PGTABLE_DART, false,
	       32, 36, SZ_16K),
};

static void format_desc(const struct format *format, char *desc)
{
	strscpy(desc, format->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(format, formats, format_desc);

/* Stands in where a case wants formats of which there are none */
static const struct format no_format = { .name = "no format" };

static const void *format_next(const void *prev, char *desc,
			       bool (*wanted)(const struct format *))
{
	const struct format *format = prev ? prev + sizeof(*format) : formats;

	if (prev == &no_format)
		return NULL;
	while (format < formats + ARRAY_SIZE(formats) && !wanted(format))
		format++;
	if (format == formats + ARRAY_SIZE(formats)) {
		if (prev)
			return NULL;
		format = &no_format;
	}
	format_desc(format, desc);
	return format;
}

/* Cases with the parameter @_name run on the formats that satisfy @_cond */
#define FORMATS_WANTED(_name, _cond)					\
static bool _name##_wanted(const struct format *format)			\
{									\
	return _cond;							\
}									\
static const void *_name##_gen_params(const void *prev, char *desc)	\
{									\
	return format_next(prev, desc, _name##_wanted);			\
}

FORMATS_WANTED(missing, !format->built_in);
FORMATS_WANTED(plain, format->built_in && !format->custom);
FORMATS_WANTED(custom, format->built_in && format->custom);

static int io_pgtable_test_init(struct kunit *test)
{
	if (test->param_value == &no_format)
		kunit_skip(test, "no format is like that in this kernel");
	return 0;
}

static struct io_pgtable_cfg format_cfg(const struct format *format)
{
	return (struct io_pgtable_cfg) {
		.pgsize_bitmap	= format->pgsizes,
		.ias		= format->ias,
		.oas		= format->oas,
		.coherent_walk	= true,
		.tlb		= &no_flush,
		.alloc		= hook_alloc,
		.free		= hook_free,
	};
}

static void expect_refused(struct kunit *test, enum io_pgtable_fmt fmt,
			   struct io_pgtable_cfg *cfg)
{
	struct hooks hooks = {};

	KUNIT_EXPECT_NULL(test, alloc_io_pgtable_ops(fmt, cfg, &hooks));
	KUNIT_EXPECT_EQ(test, hooks.allocs, 0);
	KUNIT_EXPECT_EQ(test, hooks.frees, 0);
}

/* The table of formats above has each format once and in order */
static void formats_complete(struct kunit *test)
{
	unsigned int fmt;

	KUNIT_ASSERT_EQ(test, ARRAY_SIZE(formats), IO_PGTABLE_NUM_FMTS);
	for (fmt = 0; fmt < IO_PGTABLE_NUM_FMTS; fmt++) {
		unsigned int i, seen = 0;

		for (i = 0; i < ARRAY_SIZE(formats); i++)
			seen += formats[i].fmt == fmt;
		KUNIT_EXPECT_EQ_MSG(test, seen, 1, "format %u", fmt);
	}
}

static void alloc_without_free(struct kunit *test)
{
	const struct format *format = test->param_value;
	struct io_pgtable_cfg cfg = format_cfg(format);

	cfg.free = NULL;
	expect_refused(test, format->fmt, &cfg);
}

static void free_without_alloc(struct kunit *test)
{
	const struct format *format = test->param_value;
	struct io_pgtable_cfg cfg = format_cfg(format);

	cfg.alloc = NULL;
	expect_refused(test, format->fmt, &cfg);
}

static void format_out_of_range(struct kunit *test)
{
	struct io_pgtable_cfg cfg = format_cfg(&formats[0]);

	expect_refused(test, IO_PGTABLE_NUM_FMTS, &cfg);
	expect_refused(test, (enum io_pgtable_fmt)INT_MAX, &cfg);
}

static void missing_format(struct kunit *test)
{
	const struct format *format = test->param_value;
	struct io_pgtable_cfg cfg = format_cfg(format);

	cfg.alloc = NULL;
	cfg.free = NULL;
	expect_refused(test, format->fmt, &cfg);
}

static void missing_format_custom_allocator(struct kunit *test)
{
	const struct format *format = test->param_value;
	struct io_pgtable_cfg cfg = format_cfg(format);

	expect_refused(test, format->fmt, &cfg);
}

static void unsupported_custom_allocator(struct kunit *test)
{
	const struct format *format = test->param_value;
	struct io_pgtable_cfg cfg = format_cfg(format);

	expect_refused(test, format->fmt, &cfg);
}

/* Map one page, which needs a table on each level, and unmap it again */
static int map_unmap(struct kunit *test, struct io_pgtable_ops *ops)
{
	struct iommu_iotlb_gather gather;
	size_t mapped = 0;
	int ret;

	ret = ops->map_pages(ops, SZ_1G, SZ_1G, SZ_4K, 1,
			     IOMMU_READ | IOMMU_WRITE, GFP_KERNEL, &mapped);
	if (ret)
		return ret;

	KUNIT_EXPECT_EQ(test, mapped, SZ_4K);
	KUNIT_EXPECT_EQ(test, ops->iova_to_phys(ops, SZ_1G + 8), SZ_1G + 8);
	iommu_iotlb_gather_init(&gather);
	KUNIT_EXPECT_EQ(test, ops->unmap_pages(ops, SZ_1G, SZ_4K, 1, &gather),
			SZ_4K);
	return 0;
}

static void custom_allocator_used(struct kunit *test)
{
	const struct format *format = test->param_value;
	struct io_pgtable_cfg cfg = format_cfg(format);
	struct hooks hooks = {};
	struct io_pgtable_ops *ops;

	ops = alloc_io_pgtable_ops(format->fmt, &cfg, &hooks);
	KUNIT_ASSERT_NOT_NULL(test, ops);
	KUNIT_EXPECT_EQ(test, hooks.allocs, 1);

	KUNIT_EXPECT_EQ(test, map_unmap(test, ops), 0);
	KUNIT_EXPECT_GT(test, hooks.allocs, 1);

	free_io_pgtable_ops(ops);
	KUNIT_EXPECT_EQ(test, hooks.frees, hooks.allocs);
	KUNIT_EXPECT_EQ(test, hooks.live, 0);
}

/* Fail the first, second, ... allocation of the hook until nothing fails */
static void custom_allocator_fails(struct kunit *test)
{
	const struct format *format = test->param_value;
	bool failed = true;
	unsigned int n;

	for (n = 1; failed; n++) {
		struct io_pgtable_cfg cfg = format_cfg(format);
		struct hooks hooks = { .fail_at = n };
		struct io_pgtable_ops *ops;
		int ret = -ENOMEM;

		ops = alloc_io_pgtable_ops(format->fmt, &cfg, &hooks);
		if (ops)
			ret = map_unmap(test, ops);

		failed = hooks.allocs >= n;
		KUNIT_EXPECT_EQ(test, ret, failed ? -ENOMEM : 0);
		KUNIT_EXPECT_EQ(test, !ops, n == 1);

		free_io_pgtable_ops(ops);
		KUNIT_EXPECT_EQ(test, hooks.frees, hooks.allocs - failed);
		KUNIT_EXPECT_EQ(test, hooks.live, 0);
	}
	/* The first allocation, at least one on the way, and the success */
	KUNIT_EXPECT_GE(test, n, 4);
}

static struct kunit_case io_pgtable_cases[] = {
	KUNIT_CASE(formats_complete),
	KUNIT_CASE_PARAM(alloc_without_free, format_gen_params),
	KUNIT_CASE_PARAM(free_without_alloc, format_gen_params),
	KUNIT_CASE(format_out_of_range),
	KUNIT_CASE_PARAM(missing_format, missing_gen_params),
	KUNIT_CASE_PARAM(missing_format_custom_allocator, missing_gen_params),
	KUNIT_CASE_PARAM(unsupported_custom_allocator, plain_gen_params),
	KUNIT_CASE_PARAM(custom_allocator_used, custom_gen_params),
	KUNIT_CASE_PARAM(custom_allocator_fails, custom_gen_params),
	{}
};

static struct kunit_suite io_pgtable_suite = {
	.name		= "io_pgtable",
	.init		= io_pgtable_test_init,
	.test_cases	= io_pgtable_cases,
};

kunit_test_suite(io_pgtable_suite);

MODULE_DESCRIPTION("KUnit tests for io-pgtable");
MODULE_LICENSE("GPL");
