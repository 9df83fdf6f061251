/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device for the KUnit suites of IOMMU drivers that no emulator has: a
 * platform device, registers in ordinary memory, and DMA operations that keep
 * books.
 *
 * The device does not see memory but copies of it, as one behind caches that
 * are not coherent does. Mapping copies the whole range, a sync for the device
 * copies what it names, nothing else does: a driver that forgets to sync an
 * entry that it wrote, or that syncs what it has not mapped, is found out. What
 * is allocated as coherent has no copy. So a suite walks tables the way the
 * hardware does, by DMA addresses, with iommu_fake_dev_read32().
 *
 * The books: @live is the exact number of mappings and coherent allocations
 * that exist, @errors the number of things that a driver must not do (to unmap
 * or to sync what is not mapped, or in another size; reads of the suite's own
 * where nothing is mapped). Neither makes a splat of its own, each error is
 * logged. When the test ends, iommu_fake_dev_check() demands none of either:
 * call it in the suite's exit, after the driver had the chance to free all.
 *
 * A DMA address is the physical one plus @dma_offset, 0 if the suite does not
 * change it. Any mapping can be made to fail, or to lie elsewhere:
 *
 *	for (n = 1; ; n++) {
 *		iommu_fake_dev_fail_begin(fake, n);
 *		ret = operation();
 *		if (!iommu_fake_dev_fail_end(fake))
 *			break;		(it makes fewer than n mappings)
 *		...
 *	}
 *
 * iommu_fail_nth.h does the same for allocations; those in here do not count.
 * @on_unmap is called before a range stops to be mapped, with the device's view
 * as it was, to check that tables and registers let go of it first. It may run
 * in atomic context: record there, expect later.
 *
 * A suite depends on ARCH_HAS_DMA_OPS, because a device can have operations of
 * its own with that only: any arm kernel has it, x86_64 has with GART_IOMMU=y,
 * UML has not, where iommu_fake_dma.h does without. DMA_API_DEBUG sees all
 * mappings as usual.
 */

#ifndef __IOMMU_TESTS_FAKE_DEV_H
#define __IOMMU_TESTS_FAKE_DEV_H

#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/dma-map-ops.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/platform_device.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

/* Private: a range that the device can read */
struct iommu_fake_mapping {
	struct list_head node;
	dma_addr_t dma;
	size_t size;
	enum dma_data_direction dir;
	void *cpu;		/* what the driver writes to */
	void *seen;		/* what the device reads; @cpu if coherent */
};

/**
 * struct iommu_fake_dev - the device and its books
 * @dev: the platform device's, what the driver takes for its hardware
 * @regs: zeroed memory; for readl(), writel() and the driver's own pointer
 * @dma_offset: DMA address minus physical address of new mappings
 * @live: mappings and coherent allocations that exist
 * @maps: how many were ever made
 * @syncs: how often a range was given to the device
 * @errors: how often the DMA API was misused
 * @on_unmap: if set, called before a mapping or an allocation goes
 * @priv: the suite's, for @on_unmap
 */
struct iommu_fake_dev {
	struct device *dev;
	void __iomem *regs;
	dma_addr_t dma_offset;
	unsigned int live;
	unsigned int maps;
	unsigned int syncs;
	unsigned int errors;
	void (*on_unmap)(struct iommu_fake_dev *fake, dma_addr_t dma);
	void *priv;

	/* private: */
	struct platform_device pdev;
	spinlock_t lock;		/* protects the books */
	struct list_head mappings;
	unsigned int fail_nth;
	dma_addr_t fail_offset;		/* 0: refuse, else put it there */
};

static inline struct iommu_fake_dev *__iommu_fake_dev(struct device *dev)
{
	return container_of(to_platform_device(dev), struct iommu_fake_dev,
			    pdev);
}

static inline void __iommu_fake_dev_error(struct iommu_fake_dev *fake,
					  const char *what, dma_addr_t dma)
{
	fake->errors++;
	dev_err(fake->dev, "%s at %pad\n", what, &dma);
}

/* The mapping that @dma to @dma + @size - 1 is part of */
static inline struct iommu_fake_mapping *
__iommu_fake_dev_find(struct iommu_fake_dev *fake, dma_addr_t dma, size_t size)
{
	struct iommu_fake_mapping *map;

	list_for_each_entry(map, &fake->mappings, node) {
		if (dma >= map->dma && dma - map->dma < map->size &&
		    size <= map->size - (dma - map->dma))
			return map;
	}
	return NULL;
}

/* Is it the turn of the one that fails? */
static inline bool __iommu_fake_dev_fail_now(struct iommu_fake_dev *fake)
{
	return fake->fail_nth && !--fake->fail_nth;
}

/* Not to be counted, or failed, by iommu_fail_nth.h */
static inline void *__iommu_fake_dev_alloc(size_t size)
{
#ifdef CONFIG_FAULT_INJECTION
	unsigned int fail_nth = READ_ONCE(current->fail_nth);
	void *mem;

	WRITE_ONCE(current->fail_nth, 0);
	mem = kzalloc(size, GFP_ATOMIC);
	WRITE_ONCE(current->fail_nth, fail_nth);
	return mem;
#else
	return kzalloc(size, GFP_ATOMIC);
#endif
}

static inline void __iommu_fake_dev_forget(struct iommu_fake_mapping *map)
{
	if (map->seen != map->cpu)
		kfree(map->seen);
	kfree(map);
}

/* Takes over @map. Returns where it lies, DMA_MAPPING_ERROR if it must fail */
static inline dma_addr_t
__iommu_fake_dev_enter(struct iommu_fake_dev *fake,
		       struct iommu_fake_mapping *map)
{
	dma_addr_t dma = map->dma + fake->dma_offset;
	unsigned long flags;

	spin_lock_irqsave(&fake->lock, flags);
	if (__iommu_fake_dev_fail_now(fake))
		dma = fake->fail_offset ? dma + fake->fail_offset :
					  DMA_MAPPING_ERROR;
	if (dma != DMA_MAPPING_ERROR) {
		map->dma = dma;
		list_add(&map->node, &fake->mappings);
		fake->live++;
		fake->maps++;
	}
	spin_unlock_irqrestore(&fake->lock, flags);

	if (dma == DMA_MAPPING_ERROR)
		__iommu_fake_dev_forget(map);
	return dma;
}

/* Returns the mapping that began at @dma and is now gone, or NULL */
static inline struct iommu_fake_mapping *
__iommu_fake_dev_leave(struct iommu_fake_dev *fake, dma_addr_t dma, size_t size)
{
	struct iommu_fake_mapping *map;
	unsigned long flags;

	if (fake->on_unmap)
		fake->on_unmap(fake, dma);

	spin_lock_irqsave(&fake->lock, flags);
	map = __iommu_fake_dev_find(fake, dma, size);
	if (map && map->dma == dma && map->size == size) {
		list_del(&map->node);
		fake->live--;
	} else {
		__iommu_fake_dev_error(fake, "unmaps what is not mapped", dma);
		map = NULL;
	}
	spin_unlock_irqrestore(&fake->lock, flags);

	return map;
}

static inline dma_addr_t
__iommu_fake_dev_map_page(struct device *dev, struct page *page,
			  unsigned long offset, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
	struct iommu_fake_mapping *map;

	map = __iommu_fake_dev_alloc(sizeof(*map));
	if (!map)
		return DMA_MAPPING_ERROR;
	map->seen = __iommu_fake_dev_alloc(size);
	if (!map->seen) {
		kfree(map);
		return DMA_MAPPING_ERROR;
	}
	map->cpu = page_address(page) + offset;
	map->dma = page_to_phys(page) + offset;
	map->size = size;
	map->dir = dir;
	if (dir != DMA_FROM_DEVICE)
		memcpy(map->seen, map->cpu, size);

	return __iommu_fake_dev_enter(__iommu_fake_dev(dev), map);
}

static inline void
__iommu_fake_dev_unmap_page(struct device *dev, dma_addr_t dma, size_t size,
			    enum dma_data_direction dir, unsigned long attrs)
{
	struct iommu_fake_dev *fake = __iommu_fake_dev(dev);
	struct iommu_fake_mapping *map;

	map = __iommu_fake_dev_leave(fake, dma, size);
	if (map)
		__iommu_fake_dev_forget(map);
}

static inline void
__iommu_fake_dev_sync(struct device *dev, dma_addr_t dma, size_t size,
		      enum dma_data_direction dir)
{
	struct iommu_fake_dev *fake = __iommu_fake_dev(dev);
	struct iommu_fake_mapping *map;
	unsigned long flags;
	size_t offset;

	spin_lock_irqsave(&fake->lock, flags);
	map = __iommu_fake_dev_find(fake, dma, size);
	if (!map) {
		__iommu_fake_dev_error(fake, "syncs what is not mapped", dma);
	} else if (dir != DMA_FROM_DEVICE && map->seen != map->cpu) {
		offset = dma - map->dma;
		memcpy(map->seen + offset, map->cpu + offset, size);
		fake->syncs++;
	}
	spin_unlock_irqrestore(&fake->lock, flags);
}

/* The device never writes to memory: there is nothing to give to the CPU */
static inline void
__iommu_fake_dev_sync_cpu(struct device *dev, dma_addr_t dma, size_t size,
			  enum dma_data_direction dir)
{
	struct iommu_fake_dev *fake = __iommu_fake_dev(dev);
	unsigned long flags;

	spin_lock_irqsave(&fake->lock, flags);
	if (!__iommu_fake_dev_find(fake, dma, size))
		__iommu_fake_dev_error(fake, "takes what is not mapped", dma);
	spin_unlock_irqrestore(&fake->lock, flags);
}

static inline void *
__iommu_fake_dev_alloc_coherent(struct device *dev, size_t size,
				dma_addr_t *dma, gfp_t gfp, unsigned long attrs)
{
	struct iommu_fake_mapping *map;
	void *cpu;

	map = __iommu_fake_dev_alloc(sizeof(*map));
	if (!map)
		return NULL;
	cpu = alloc_pages_exact(size, gfp | __GFP_ZERO);
	if (!cpu) {
		kfree(map);
		return NULL;
	}
	map->cpu = cpu;
	map->seen = cpu;
	map->dma = virt_to_phys(cpu);
	map->size = size;
	map->dir = DMA_BIDIRECTIONAL;

	*dma = __iommu_fake_dev_enter(__iommu_fake_dev(dev), map);
	if (*dma == DMA_MAPPING_ERROR) {
		free_pages_exact(cpu, size);
		return NULL;
	}
	return cpu;
}

static inline void
__iommu_fake_dev_free_coherent(struct device *dev, size_t size, void *cpu,
			       dma_addr_t dma, unsigned long attrs)
{
	struct iommu_fake_mapping *map;

	map = __iommu_fake_dev_leave(__iommu_fake_dev(dev), dma, size);
	if (map) {
		__iommu_fake_dev_forget(map);
		free_pages_exact(cpu, size);
	}
}

static const struct dma_map_ops __iommu_fake_dev_ops = {
	.alloc			= __iommu_fake_dev_alloc_coherent,
	.free			= __iommu_fake_dev_free_coherent,
	.map_page		= __iommu_fake_dev_map_page,
	.unmap_page		= __iommu_fake_dev_unmap_page,
	.sync_single_for_cpu	= __iommu_fake_dev_sync_cpu,
	.sync_single_for_device	= __iommu_fake_dev_sync,
};

static inline void __iommu_fake_dev_release(struct device *dev)
{
	struct iommu_fake_dev *fake = __iommu_fake_dev(dev);

	kfree((void __force *)fake->regs);
	kfree(fake);
}

/* What the driver left mapped goes through the DMA API: it keeps books, too */
static inline void __iommu_fake_dev_destroy(void *data)
{
	struct iommu_fake_dev *fake = data;
	struct iommu_fake_mapping *map, *next;

	fake->on_unmap = NULL;
	list_for_each_entry_safe(map, next, &fake->mappings, node) {
		if (map->seen == map->cpu)
			dma_free_coherent(fake->dev, map->size, map->cpu,
					  map->dma);
		else
			dma_unmap_single(fake->dev, map->dma, map->size,
					 map->dir);
	}
	platform_device_unregister(&fake->pdev);
}

static inline struct iommu_fake_dev *__iommu_fake_dev_new(size_t regs_size)
{
	struct iommu_fake_dev *fake;
	void *regs;

	fake = kzalloc(sizeof(*fake), GFP_KERNEL);
	regs = kzalloc(regs_size, GFP_KERNEL);
	if (!fake || !regs) {
		kfree(regs);
		kfree(fake);
		return NULL;
	}
	fake->regs = (void __force __iomem *)regs;
	fake->dev = &fake->pdev.dev;
	fake->dev->release = __iommu_fake_dev_release;
	fake->pdev.name = "iommu-fake-dev";
	fake->pdev.id = PLATFORM_DEVID_AUTO;
	spin_lock_init(&fake->lock);
	INIT_LIST_HEAD(&fake->mappings);
	return fake;
}

/**
 * iommu_fake_dev_create - make a device that lives as long as the test
 * @test: the test, which fails and ends if there is no memory
 * @regs_size: bytes of its registers
 *
 * Its DMA mask has 64 bits. No driver binds to it.
 *
 * Return: the device.
 */
static inline struct iommu_fake_dev *
iommu_fake_dev_create(struct kunit *test, size_t regs_size)
{
	struct iommu_fake_dev *fake;
	int ret;

	fake = __iommu_fake_dev_new(regs_size);
	KUNIT_ASSERT_NOT_NULL(test, fake);
	ret = platform_device_register(&fake->pdev);
	if (ret)
		platform_device_put(&fake->pdev);
	KUNIT_ASSERT_EQ(test, ret, 0);

	set_dma_ops(fake->dev, &__iommu_fake_dev_ops);
	ret = kunit_add_action_or_reset(test, __iommu_fake_dev_destroy, fake);
	KUNIT_ASSERT_EQ(test, ret, 0);
	ret = dma_coerce_mask_and_coherent(fake->dev, DMA_BIT_MASK(64));
	KUNIT_ASSERT_EQ(test, ret, 0);
	return fake;
}

/**
 * iommu_fake_dev_check - is the driver through with the device?
 * @test: the test, which fails if there is a mapping or was an error
 * @fake: the device
 */
static inline void iommu_fake_dev_check(struct kunit *test,
					struct iommu_fake_dev *fake)
{
	KUNIT_EXPECT_EQ(test, fake->live, 0);
	KUNIT_EXPECT_EQ(test, fake->errors, 0);
}

/**
 * iommu_fake_dev_mapped - can the device read this?
 * @fake: the device
 * @dma: the first byte
 * @size: how many
 *
 * Return: true if all of it is in one mapping.
 */
static inline bool iommu_fake_dev_mapped(struct iommu_fake_dev *fake,
					 dma_addr_t dma, size_t size)
{
	unsigned long flags;
	bool mapped;

	spin_lock_irqsave(&fake->lock, flags);
	mapped = __iommu_fake_dev_find(fake, dma, size);
	spin_unlock_irqrestore(&fake->lock, flags);

	return mapped;
}

/**
 * iommu_fake_dev_read32 - what the device reads at a DMA address
 * @fake: the device
 * @dma: the address; an error if nothing is mapped there
 *
 * Return: the word, in the byte order of the memory.
 */
static inline u32 iommu_fake_dev_read32(struct iommu_fake_dev *fake,
					dma_addr_t dma)
{
	struct iommu_fake_mapping *map;
	unsigned long flags;
	u32 val = 0;

	spin_lock_irqsave(&fake->lock, flags);
	map = __iommu_fake_dev_find(fake, dma, sizeof(val));
	if (map)
		memcpy(&val, map->seen + (dma - map->dma), sizeof(val));
	else
		__iommu_fake_dev_error(fake, "reads what is not mapped", dma);
	spin_unlock_irqrestore(&fake->lock, flags);

	return val;
}

/**
 * iommu_fake_dev_fail_begin - let the n-th mapping from now on fail
 * @fake: the device
 * @n: from 1; a coherent allocation counts as a mapping
 */
static inline void iommu_fake_dev_fail_begin(struct iommu_fake_dev *fake,
					     unsigned int n)
{
	fake->fail_offset = 0;
	fake->fail_nth = n;
}

/**
 * iommu_fake_dev_shift_begin - let the n-th mapping succeed, but elsewhere
 * @fake: the device
 * @n: from 1
 * @offset: how far from where it would be, for what the hardware cannot reach
 */
static inline void iommu_fake_dev_shift_begin(struct iommu_fake_dev *fake,
					      unsigned int n, dma_addr_t offset)
{
	fake->fail_offset = offset;
	fake->fail_nth = n;
}

/**
 * iommu_fake_dev_fail_end - no more mapping fails
 * @fake: the device
 *
 * Return: true if the n-th mapping was tried.
 */
static inline bool iommu_fake_dev_fail_end(struct iommu_fake_dev *fake)
{
	bool injected = !fake->fail_nth;

	fake->fail_nth = 0;
	return injected;
}

#endif /* __IOMMU_TESTS_FAKE_DEV_H */
