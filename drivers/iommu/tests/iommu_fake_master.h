/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device behind an IOMMU, for the KUnit suites of IOMMU drivers: it has what
 * a driver's attach_dev() looks at, that is its ids, its IOMMU, and a group
 * that knows its domain.
 *
 * The core is not told of it, or it would allocate a default domain and call
 * the driver when nobody expects it. So the suite attaches by itself, in the
 * core's order: the driver first, and the group knows the new domain if that
 * succeeds. As in the core, nothing happens between one domain and the next.
 */

#ifndef __IOMMU_TESTS_FAKE_MASTER_H
#define __IOMMU_TESTS_FAKE_MASTER_H

#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/overflow.h>
#include <linux/platform_device.h>
#include <linux/string.h>

#include "../iommu-priv.h"

/**
 * struct iommu_fake_master - the device
 * @dev: the platform device's
 * @group: knows the domain, has no members
 */
struct iommu_fake_master {
	struct device *dev;
	struct iommu_group *group;

	/* private: */
	struct platform_device *pdev;
	struct dev_iommu dev_iommu;
};

static inline void __iommu_fake_master_destroy(void *data)
{
	struct iommu_fake_master *master = data;

	master->dev->iommu_group = NULL;
	master->dev->iommu = NULL;
	master->dev->of_node = NULL;
	iommu_group_put(master->group);
	platform_device_unregister(master->pdev);
}

/**
 * iommu_fake_master_create - make a device that lives as long as the test
 * @test: the test, which fails and ends if there is no memory
 * @iommu: its IOMMU, whose ops are set to @ops
 * @ops: the driver's
 * @priv: for dev_iommu_priv_get()
 * @ids: its ids
 * @num_ids: how many
 *
 * Return: the device, not attached to a domain.
 */
static inline struct iommu_fake_master *
iommu_fake_master_create(struct kunit *test, struct iommu_device *iommu,
			 const struct iommu_ops *ops, void *priv,
			 const u32 *ids, unsigned int num_ids)
{
	struct iommu_fake_master *master;
	struct iommu_fwspec *fwspec;

	master = kunit_kzalloc(test, sizeof(*master), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, master);
	fwspec = kunit_kzalloc(test, struct_size(fwspec, ids, num_ids),
			       GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, fwspec);
	fwspec->num_ids = num_ids;
	memcpy(fwspec->ids, ids, num_ids * sizeof(*ids));

	master->group = iommu_group_alloc();
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, master->group);
	master->pdev = platform_device_register_simple("iommu-fake-master",
						       PLATFORM_DEVID_AUTO,
						       NULL, 0);
	if (IS_ERR(master->pdev))
		iommu_group_put(master->group);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, master->pdev);

	iommu->ops = ops;
	mutex_init(&master->dev_iommu.lock);
	master->dev_iommu.fwspec = fwspec;
	master->dev_iommu.iommu_dev = iommu;
	master->dev_iommu.priv = priv;
	master->dev = &master->pdev->dev;
	master->dev->iommu = &master->dev_iommu;
	master->dev->iommu_group = master->group;
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test,
						  __iommu_fake_master_destroy,
						  master));
	return master;
}

/**
 * iommu_fake_master_domain - a new paging domain
 * @test: the test, which fails and ends if there is no memory
 * @master: a device that it is for
 *
 * Return: the domain, to be freed with iommu_domain_free().
 */
static inline struct iommu_domain *
iommu_fake_master_domain(struct kunit *test, struct iommu_fake_master *master)
{
	struct iommu_domain *domain = iommu_paging_domain_alloc(master->dev);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, domain);
	return domain;
}

/**
 * iommu_fake_master_attach - change the domain of a device
 * @master: the device
 * @domain: the new domain; the driver's identity domain is one as well
 *
 * Return: what the driver says.
 */
static inline int iommu_fake_master_attach(struct iommu_fake_master *master,
					   struct iommu_domain *domain)
{
	int ret = domain->ops->attach_dev(domain, master->dev);

	return ret ?: iommu_group_replace_domain(master->group, domain);
}

/**
 * iommu_fake_master_release - what becomes of a device that is removed
 * @master: the device
 *
 * The core leaves the group's domain as it is. If that is the default one, and
 * this was the last device, it is freed next.
 */
static inline void iommu_fake_master_release(struct iommu_fake_master *master)
{
	const struct iommu_ops *ops = master->dev_iommu.iommu_dev->ops;
	struct iommu_domain *domain = ops->release_domain;

	if (domain)
		domain->ops->attach_dev(domain, master->dev);
}

#endif /* __IOMMU_TESTS_FAKE_MASTER_H */
