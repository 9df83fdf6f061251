/* SPDX-License-Identifier: GPL-2.0-only */
/* GPU drivers have page tables, too: all of it is in the public header */
#ifndef __IOMMU_PAGES_H
#define __IOMMU_PAGES_H

#include <linux/iommu-pages.h>

#endif /* __IOMMU_PAGES_H */
