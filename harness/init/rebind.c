// SPDX-License-Identifier: GPL-2.0
/*
 * Take the disk's driver away and give it back, then the same with the disk
 * itself, and see that page tables neither leak nor get lost.
 *
 * Two things are exact. A removed device leaves nothing behind, so after each
 * removal the counters are the same. And while the device is there its domain
 * stays, with or without a driver, and keeps every table it ever needed: the
 * drivers free a table on unmap only if one unmapping covers all of it, which
 * the disk's buffers never do. So at any time the domain holds
 *
 *	fixed + (regions of level 1 ever mapped) + (regions of level 2)
 *
 * tables, where a region is what one table spans, 2 MiB and 1 GiB with pages of
 * 4 KiB, and `fixed` is what the driver has above and besides these (root,
 * PASID tables). The regions are counted from the trace event iommu:map.
 * Which IOVAs the disk gets varies from run to run; the sum does not.
 */
#include "init.h"

#define ROUNDS		10
#define REMOVALS	5
#define TRACING		"/sys/kernel/tracing"
#define EVENT		TRACING "/events/iommu/map/enable"
#define IOVA_LIMIT	0x100000000UL
#define LEAST_SHIFT	21	/* of level 1, with pages of 4 KiB */

static char regions[2][IOVA_LIMIT >> LEAST_SHIFT];	/* levels 1 and 2 */

static const char *wait_disk(int there)
{
	unsigned long end = milliseconds() + 20000;

	while (exists("/dev/nvme0n1") != there) {
		if (milliseconds() > end)
			return fail("the disk does not %s",
				    there ? "come back" : "go away");
		msleep(5);
	}
	return NULL;
}

static const char *remove_disk(void)
{
	char path[128];

	format(path, sizeof(path), "/sys/bus/pci/devices/%s/remove",
	       disk_address);
	if (write_file(path, "1"))
		return fail("cannot remove the disk: error %d", errno);
	return wait_disk(0);
}

static const char *rescan_disk(void)
{
	const char *failed;

	if (write_file("/sys/bus/pci/rescan", "1"))
		return fail("cannot rescan the bus: error %d", errno);
	failed = wait_disk(1);
	if (!failed)
		disk_set_type();
	return failed;
}

static const char *mark(unsigned long iova, unsigned long end)
{
	if (end > IOVA_LIMIT || end <= iova)
		return fail("the disk got the IOVA 0x%lx, above 4 GiB", iova);
	for (unsigned long at = iova; at < end; at += page_size) {
		regions[0][at >> table_shift(1)] = 1;
		regions[1][at >> table_shift(2)] = 1;
	}
	return NULL;
}

static const char *mark_line(const char *line)
{
	const char *from = find(line, "map: IOMMU: iova=0x");
	const char *to;

	if (!from || from[-1] != ' ')
		return find(line, "LOST") ? fail("trace events were lost") :
					    NULL;
	to = find(from, " - 0x");
	return to ? mark(hex(from + 17), hex(to + 3)) :
		    fail("unknown format of the trace event iommu:map");
}

/* Mark every region that was mapped since the last time. */
static const char *mark_traced(void)
{
	static char buf[256 * KIB];
	int fd = open(TRACING "/trace", O_RDONLY);
	const char *failed = NULL;
	long kept = 0, len;
	char *line, *end;

	if (fd < 0)
		return fail("there is no trace");
	while (!failed && (len = read_fd(fd, buf + kept,
					 sizeof(buf) - kept)) > 0) {
		for (line = buf; !failed && (end = strchr(line, '\n'));
		     line = end + 1) {
			*end = 0;
			failed = mark_line(line);
		}
		kept = strlen(line);
		memmove(buf, line, kept + 1);
	}
	close(fd);
	/* Opening the file to truncate it empties the trace. */
	close(open(TRACING "/trace", O_WRONLY | O_TRUNC));
	return failed;
}

static long marked(void)
{
	long count = 0;

	for (size_t i = 0; i < sizeof(regions[0]); i++)
		count += regions[0][i] + regions[1][i];
	return count;
}

static long fixed;

/* What the counters must be now, given those without the disk. */
static const char *expect(const struct counters *without, const char *when)
{
	const char *failed = mark_traced();
	struct counters want = *without, now;

	if (failed)
		return failed;
	want.iommu += fixed + marked();
	want.second += fixed + marked();
	if (counters_settle(&want, &now))
		return NULL;
	return fail("%s: %ld tables of the disk expected, nr_iommu_pages grew by %ld, nr_sec_page_table_pages by %ld",
		    when, fixed + marked(), now.iommu - without->iommu,
		    now.second - without->second);
}

/* Another domain keeps tables from now on, to see that a check notices. */
static void plant_leak(const char *name)
{
	static struct user_device u;

	if (planted(name) && !u.device && !user_find())
		user_open(&u);
}

static const char *unbind(void)
{
	if (unbind_driver(disk_address, "nvme"))
		return fail("cannot unbind nvme: error %d", errno);
	return wait_disk(0);
}

static const char *rebind(void)
{
	if (bind_driver(disk_address, "nvme"))
		return fail("cannot bind nvme: error %d", errno);
	return wait_disk(1);
}

static const char *one_round(const struct counters *without)
{
	const char *failed = unbind();

	if (!failed)
		failed = expect(without, "unbound");
	plant_leak("rebind-leak");
	if (!failed)
		failed = rebind();
	if (!failed)
		failed = expect(without, "bound again");
	if (!failed)
		failed = disk_again();
	if (!failed)
		failed = expect(without, "after reading");
	return failed;
}

/* With the trace on from the first mapping, learn `fixed`, then go round. */
static const char *rounds(const struct counters *without)
{
	const char *failed = rescan_disk();
	struct counters now;

	if (!failed)
		failed = mark_traced();
	if (failed)
		return failed;
	read_counters(&now);
	fixed = now.iommu - without->iommu - marked();
	fact("rebind_fixed", "%ld", fixed);
	fact("rebind_start", "%ld", now.iommu - without->iommu);
	for (int i = 1; i <= ROUNDS; i++) {
		failed = one_round(without);
		if (failed)
			return failed;
	}
	read_counters(&now);
	fact("rebind_rounds", "%d", ROUNDS);
	fact("rebind_tables", "%ld", now.iommu - without->iommu);
	return NULL;
}

const char *disk_rebind(void)
{
	struct counters without;
	const char *failed = remove_disk();

	if (failed)
		return failed;
	msleep(50);
	read_counters(&without);
	if (write_file(EVENT, "1"))
		return fail("there is no trace event iommu:map");
	failed = rounds(&without);
	write_file(EVENT, "0");
	return failed;
}

const char *disk_remove(void)
{
	struct counters first, now;
	const char *failed;

	for (int i = 0; i < REMOVALS; i++) {
		failed = remove_disk();
		if (failed)
			return failed;
		if (i == 0) {
			msleep(50);
			read_counters(&first);
		}
		if (!counters_settle(&first, &now))
			return fail("removal %d left nr_iommu_pages %ld and nr_sec_page_table_pages %ld, the first left %ld and %ld",
				    i + 1, now.iommu, now.second, first.iommu,
				    first.second);
		failed = rescan_disk();
		if (failed)
			return failed;
		plant_leak("removal-leak");
	}
	fact("remove_rounds", "%d", REMOVALS);
	fact("remove_iommu", "%ld", first.iommu);
	fact("remove_second", "%ld", first.second);
	return NULL;
}
