/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The DMA API of iommu_fake_dev.h for a driver that is compiled into its suite:
 * include this before the driver. The calls of the driver go to the books of
 * the device directly, so that the kernel need not support devices with DMA
 * operations of their own (ARCH_HAS_DMA_OPS), and the suite runs anywhere.
 */

#ifndef __IOMMU_TESTS_FAKE_DMA_H
#define __IOMMU_TESTS_FAKE_DMA_H

#include <linux/dma-mapping.h>

#include "iommu_fake_dev.h"

static inline dma_addr_t iommu_fake_dma_map(struct device *dev, void *virt,
					    size_t size,
					    enum dma_data_direction dir)
{
	return __iommu_fake_dev_map_page(dev, virt_to_page(virt),
					 offset_in_page(virt), size, dir, 0);
}

#undef dma_map_single
#undef dma_unmap_single
#undef dma_mapping_error
#undef dma_sync_single_for_device
#undef dma_sync_single_range_for_device

#define dma_map_single(dev, virt, size, dir)				\
	iommu_fake_dma_map(dev, virt, size, dir)
#define dma_unmap_single(dev, dma, size, dir)				\
	__iommu_fake_dev_unmap_page(dev, dma, size, dir, 0)
#define dma_mapping_error(dev, dma)					\
	((dev) && (dma) == DMA_MAPPING_ERROR)
#define dma_sync_single_for_device(dev, dma, size, dir)			\
	__iommu_fake_dev_sync(dev, dma, size, dir)
#define dma_sync_single_range_for_device(dev, dma, offset, size, dir)	\
	__iommu_fake_dev_sync(dev, (dma) + (offset), size, dir)

#endif /* __IOMMU_TESTS_FAKE_DMA_H */
