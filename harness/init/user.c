// SPDX-License-Identifier: GPL-2.0
/*
 * A PCI device driven from user space: vfio-pci's character device, bound to
 * an iommufd, attached to one I/O address space (IOAS).
 */
#include "init.h"

#include <linux/iommufd.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>

char edu_address[16] = "0000:00:04.0";

static char cdev[64];

static int is_vfio(const char *name)
{
	return strncmp(name, "vfio", 4) == 0;
}

/* /sys/bus/pci/devices/ADDRESS/vfio-dev/ holds one directory: vfioN. */
static int find_cdev(void)
{
	char path[128], buf[1024];
	int fd, len, at = 0;

	format(path, sizeof(path), "/sys/bus/pci/devices/%s/vfio-dev",
	       edu_address);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return -1;
	len = getdents64(fd, (void *)buf, sizeof(buf));
	close(fd);
	while (at < len) {
		struct linux_dirent64 *d = (void *)(buf + at);

		if (is_vfio(d->d_name)) {
			format(cdev, sizeof(cdev), "/dev/vfio/devices/%s",
			       d->d_name);
			return 0;
		}
		at += d->d_reclen;
	}
	return -1;
}

/* Give the device to vfio-pci and find its character device. */
const char *user_find(void)
{
	char path[128];

	format(path, sizeof(path), "/sys/bus/pci/devices/%s/driver_override",
	       edu_address);
	if (write_file(path, "vfio-pci"))
		return fail("there is no device %s", edu_address);
	write_file("/sys/bus/pci/drivers_probe", edu_address);
	if (find_cdev())
		return fail("vfio-pci does not take %s", edu_address);
	return NULL;
}

static int bind_iommufd(struct user_device *u)
{
	struct vfio_device_bind_iommufd bind = {
		.argsz = sizeof(bind), .iommufd = u->iommufd,
	};
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };

	if (ioctl(u->device, VFIO_DEVICE_BIND_IOMMUFD, &bind) ||
	    ioctl(u->iommufd, IOMMU_IOAS_ALLOC, &alloc))
		return -1;
	u->dev_id = bind.out_devid;
	u->ioas = alloc.out_ioas_id;
	return 0;
}

/* One 4 KiB entry per page, even where physical neighbours would combine. */
static int no_huge_pages(struct user_device *u)
{
	struct iommu_option option = {
		.size = sizeof(option), .option_id = IOMMU_OPTION_HUGE_PAGES,
		.op = IOMMU_OPTION_OP_SET, .object_id = u->ioas, .val64 = 0,
	};

	return ioctl(u->iommufd, IOMMU_OPTION, &option);
}

static int attach(struct user_device *u)
{
	struct vfio_device_attach_iommufd_pt attach = {
		.argsz = sizeof(attach), .pt_id = u->ioas,
	};

	return ioctl(u->device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach);
}

const char *user_open(struct user_device *u)
{
	u->iommufd = open("/dev/iommu", O_RDWR);
	u->device = open(cdev, O_RDWR);
	if (u->iommufd < 0 || u->device < 0)
		return fail("cannot open /dev/iommu or %s: error %d", cdev,
			    errno);
	if (bind_iommufd(u))
		return fail("cannot bind %s to iommufd: error %d", cdev,
			    errno);
	if (no_huge_pages(u))
		return fail("iommufd refuses IOMMU_OPTION_HUGE_PAGES: error %d",
			    errno);
	if (attach(u))
		return fail("cannot attach %s to an IOAS: error %d", cdev,
			    errno);
	return NULL;
}

void user_close(struct user_device *u)
{
	close(u->device);
	close(u->iommufd);
}

int user_map(struct user_device *u, void *virt, unsigned long iova,
	     size_t size)
{
	struct iommu_ioas_map map = {
		.size = sizeof(map), .ioas_id = u->ioas,
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE |
			 IOMMU_IOAS_MAP_WRITEABLE,
		.user_va = (unsigned long)virt, .iova = iova, .length = size,
	};

	return ioctl(u->iommufd, IOMMU_IOAS_MAP, &map);
}

int user_unmap(struct user_device *u, unsigned long iova, size_t size)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap), .ioas_id = u->ioas, .iova = iova,
		.length = size,
	};

	return ioctl(u->iommufd, IOMMU_IOAS_UNMAP, &unmap);
}

static int region(struct user_device *u, int index, unsigned long *offset)
{
	struct vfio_region_info info = {
		.argsz = sizeof(info), .index = index,
	};

	if (ioctl(u->device, VFIO_DEVICE_GET_REGION_INFO, &info))
		return -1;
	*offset = info.offset;
	return 0;
}

/* BAR 0, with the device allowed to read and write memory. */
void *user_bar(struct user_device *u, size_t size)
{
	uint16_t command = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	unsigned long config, bar;
	void *mem;

	if (region(u, VFIO_PCI_CONFIG_REGION_INDEX, &config) ||
	    region(u, VFIO_PCI_BAR0_REGION_INDEX, &bar))
		return NULL;
	if (syscall(__NR_pwrite64, u->device, &command, sizeof(command),
		    config + PCI_COMMAND) != sizeof(command))
		return NULL;
	mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, u->device,
		   bar);
	return mem == MAP_FAILED ? NULL : mem;
}
