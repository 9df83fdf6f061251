// SPDX-License-Identifier: GPL-2.0
/* The NVMe disk behind the IOMMU, driven by the kernel's DMA API. */
#include "init.h"

#define DISK		"/dev/nvme0n1"
#define TRACING		"/sys/kernel/tracing"
#define BUFFER		MIB
#define SUM_START	0xcbf29ce484222325UL

char disk_address[16] = "0000:00:03.0";

/* Transfer sizes, so that one page, a PRP list and several lists all occur. */
static const size_t pieces[] = {
	4 * KIB, 64 * KIB, 12 * KIB, 1024 * KIB, 8 * KIB, 256 * KIB, 28 * KIB,
	512 * KIB, 132 * KIB,
};

static int type_file(char *file, size_t size)
{
	char path[128], group[16];

	format(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group",
	       disk_address);
	if (link_name(path, group, sizeof(group)))
		return -1;
	format(file, size, "/sys/kernel/iommu_groups/%s/type", group);
	return 0;
}

/*
 * AMD's driver turns lazy invalidation off when the IOMMU caches entries that
 * are not present, as QEMU's does. A group can still be switched by hand, and
 * has to be again whenever the disk comes back.
 */
void disk_set_type(void)
{
	const char *type = setting("SET_TYPE", NULL);
	char file[128];

	if (type && (type_file(file, sizeof(file)) || write_file(file, type)))
		note("the type of the disk's group cannot be set to %s", type);
}

const char *disk_domain(void)
{
	const char *want = setting("DOMAIN", "DMA");
	const char *kind = setting("IOMMU", "");
	char path[128], file[128], unit[32], type[32];

	if (type_file(file, sizeof(file)))
		return fail("the disk %s has no IOMMU group", disk_address);
	format(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu",
	       disk_address);
	if (link_name(path, unit, sizeof(unit)))
		return fail("the disk %s has no IOMMU", disk_address);
	if (read_file(file, type, sizeof(type)) <= 0)
		return fail("the disk's group does not tell its type");
	fact("domain", "%s", type);
	fact("iommu", "%s", unit);
	if (strcmp(type, want))
		return fail("the disk's domain should be %s and is %s", want,
			    type);
	if (strncmp(unit, kind, strlen(kind)))
		return fail("the IOMMU should be a %s and is %s", kind, unit);
	return unit_check();
}

static int open_disk(int flags)
{
	return open(DISK, flags | O_DIRECT);
}

static const char *one_read(void *buf)
{
	int fd = open_disk(O_RDONLY);
	ssize_t got;

	if (fd < 0)
		return fail("cannot open " DISK);
	got = read(fd, buf, page_size);
	close(fd);
	if (got != (ssize_t)page_size)
		return fail("reading a page from " DISK " gave %ld", got);
	return NULL;
}

/* A line of the trace whose paddr is the page's; its iova goes to *iova. */
static int find_map(const char *trace, unsigned long phys,
		    unsigned long *iova)
{
	const char *at = trace;

	while ((at = find(at, "map: IOMMU: iova=0x"))) {
		const char *paddr = find(at, "paddr=0x");

		if (!paddr)
			break;
		*iova = hex(at + 17);
		if (hex(paddr + 6) == phys)
			return 1;
		at = paddr;
	}
	return 0;
}

/*
 * Read a page from the disk with the trace event iommu:map on. The event
 * whose physical address is that of our page tells the IOVA the disk used.
 */
const char *disk_translation(void)
{
	static char trace[64 * KIB];
	unsigned long phys, iova = 0;
	void *page = pages(page_size);
	const char *failed;
	int found;

	phys = page ? physical(page) : 0;
	if (!phys)
		return fail("cannot learn the physical address of a page");
	if (write_file(TRACING "/events/iommu/map/enable", "1"))
		return fail("no trace event iommu:map");
	failed = one_read(page);
	write_file(TRACING "/events/iommu/map/enable", "0");
	if (failed)
		return failed;
	read_file(TRACING "/trace", trace, sizeof(trace));
	found = find_map(trace, phys, &iova);
	munmap(page, page_size);
	if (!found)
		return fail("no mapping of physical 0x%lx was traced: the disk reads without the IOMMU",
			    phys);
	fact("iova", "0x%lx", iova);
	fact("phys", "0x%lx", phys);
	if (iova == phys)
		return fail("IOVA and physical address are both 0x%lx", iova);
	return NULL;
}

static const char *write_all(int fd, char *buf, size_t size, long seed)
{
	size_t at = 0, len;

	for (int i = 0; at < size; i++, at += len) {
		len = pieces[i % (sizeof(pieces) / sizeof(*pieces))];
		if (len > size - at)
			len = size - at;
		pattern_fill(buf, len, seed, at);
		if (write(fd, buf, len) != (ssize_t)len)
			return fail("writing %lu bytes at %lu failed: error %d",
				    len, at, errno);
	}
	return fsync(fd) ? fail("fsync failed: error %d", errno) : NULL;
}

static const char *read_all(int fd, char *buf, size_t size, long seed,
			    unsigned long *sum)
{
	size_t at = 0, len;
	long wrong;

	/* Another phase than the writes had: other pieces at each offset. */
	for (int i = 3; at < size; i++, at += len) {
		len = pieces[i % (sizeof(pieces) / sizeof(*pieces))];
		if (len > size - at)
			len = size - at;
		if (read(fd, buf, len) != (ssize_t)len)
			return fail("reading %lu bytes at %lu failed: error %d",
				    len, at, errno);
		*sum = pattern_sum(buf, len, *sum);
		wrong = pattern_differs(buf, len, seed, at);
		if (wrong >= 0)
			return fail("byte %lu on the disk is not what was written",
				    at + wrong);
	}
	return NULL;
}

/* Flip a byte on the disk, to see that the comparison notices. */
static void plant_corruption(int fd, char *buf, size_t size)
{
	if (!planted("corrupt"))
		return;
	lseek(fd, size / 2, SEEK_SET);
	read(fd, buf, page_size);
	buf[123] ^= 1;
	lseek(fd, size / 2, SEEK_SET);
	write(fd, buf, page_size);
}

static const char *verify(size_t size)
{
	unsigned long seed = number("SEED", 1), sum = SUM_START;
	char *buf = pages(BUFFER);
	int fd = open_disk(O_RDONLY);
	const char *failed;

	if (fd < 0 || !buf)
		return fail("cannot open " DISK);
	failed = read_all(fd, buf, size, seed, &sum);
	close(fd);
	munmap(buf, BUFFER);
	if (!failed && size == number("DISK_MIB", 256) * MIB) {
		fact("bytes", "%lu", size);
		fact("sum", "%lx", sum);
	}
	return failed;
}

const char *disk_data(void)
{
	size_t size = number("DISK_MIB", 256) * MIB;
	char *buf = pages(BUFFER);
	int fd = open_disk(O_RDWR);
	const char *failed;

	if (fd < 0 || !buf)
		return fail("cannot open " DISK);
	failed = write_all(fd, buf, size, number("SEED", 1));
	plant_corruption(fd, buf, size);
	close(fd);
	munmap(buf, BUFFER);
	return failed ? failed : verify(size);
}

/* The disk still holds what was written, and still moves it. */
const char *disk_again(void)
{
	return verify(8 * MIB);
}
