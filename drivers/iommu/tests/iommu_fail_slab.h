/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Let iommu_fail_nth.h fail slab objects that are allocated with GFP_KERNEL as
 * well. By default the kernel spares whatever may sleep; the switch for that is
 * the file failslab/ignore-gfp-wait in debugfs, here found without a mount. It
 * changes nothing for tasks that do not ask for failures.
 */

#ifndef __IOMMU_TESTS_FAIL_SLAB_H
#define __IOMMU_TESTS_FAIL_SLAB_H

#include <kunit/resource.h>
#include <kunit/test.h>

#include "iommu_fail_nth.h"

static inline void __iommu_fail_slab_restore(void *ignore)
{
	*(bool *)ignore = true;
}

/**
 * iommu_fail_slab_sleeping - from now on fail these objects too
 * @test: until this test ends; skipped if the kernel cannot do it
 */
static inline void iommu_fail_slab_sleeping(struct kunit *test)
{
	bool *ignore = NULL;

	if (IS_ENABLED(CONFIG_FAILSLAB))
		ignore = iommu_fail_option("failslab", "ignore-gfp-wait");
	if (!ignore)
		kunit_skip(test, "needs FAILSLAB and FAULT_INJECTION_DEBUG_FS");
	if (!*ignore)
		return;

	*ignore = false;
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test,
						  __iommu_fail_slab_restore,
						  ignore));
}

#endif /* __IOMMU_TESTS_FAIL_SLAB_H */
