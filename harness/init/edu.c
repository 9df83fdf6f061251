// SPDX-License-Identifier: GPL-2.0
/*
 * The control experiment: QEMU's edu device has a DMA engine of four
 * registers. To a mapped address it must move data. To an address that is not
 * mapped, and which is the physical address of a page of ours, it must raise
 * the IOMMU's fault and leave the page alone. Four bytes at a time, because
 * that is one transaction, hence one fault.
 *
 * The kernel's log tells of a fault, unless FAULTS=emulator: QEMU's AMD-Vi
 * refuses an access to an absent entry without writing an event. There the
 * host counts what the emulator refused.
 */
#include "init.h"

#define BAR_SIZE	MIB
#define EDU_SOURCE	0x80
#define EDU_TARGET	0x88
#define EDU_COUNT	0x90
#define EDU_COMMAND	0x98
#define EDU_BUFFER	0x40000
#define EDU_START	1
#define EDU_TO_MEMORY	2

#define IOVA		0xc0000000UL	/* where no machine has memory */
#define PATIENCE_MS	5000
#define CANARY		0x11223344U
#define CARGO		0xa5c3e1f0U

static void edu_write(char *bar, int reg, uint64_t value)
{
	*(volatile uint64_t *)(bar + reg) = value;
}

static int edu_run(char *bar, uint64_t from, uint64_t to, int command)
{
	unsigned long end = milliseconds() + 5000;

	edu_write(bar, EDU_SOURCE, from);
	edu_write(bar, EDU_TARGET, to);
	edu_write(bar, EDU_COUNT, 4);
	edu_write(bar, EDU_COMMAND, command | EDU_START);
	while (*(volatile uint64_t *)(bar + EDU_COMMAND) & EDU_START) {
		if (milliseconds() > end)
			return -1;
		msleep(5);
	}
	return 0;
}

static int edu_load(char *bar, uint64_t from)
{
	return edu_run(bar, from, EDU_BUFFER, 0);
}

static int edu_store(char *bar, uint64_t to)
{
	return edu_run(bar, EDU_BUFFER, to, EDU_TO_MEMORY);
}

static const char *move(struct user_device *u, volatile unsigned int *page)
{
	char *bar = user_bar(u, BAR_SIZE);

	if (!bar)
		return fail("cannot map the registers of %s", edu_address);
	page[0] = CARGO;
	page[16] = 0;
	if (edu_load(bar, IOVA) || edu_store(bar, IOVA + 64))
		return fail("the DMA engine of %s does not finish",
			    edu_address);
	munmap(bar, BAR_SIZE);
	fact("edu_iova", "0x%lx", IOVA);
	fact("edu_phys", "0x%lx", physical((void *)page));
	if (page[16] != CARGO)
		return fail("DMA through a mapping wrote 0x%x instead of 0x%x",
			    page[16], CARGO);
	return NULL;
}

const char *edu_moves(void)
{
	unsigned int *page = pages(page_size);
	struct user_device u;
	const char *failed;

	failed = user_find();
	if (!failed)
		failed = user_open(&u);
	if (failed)
		return failed;
	if (!planted("unmapped") && user_map(&u, page, IOVA, page_size))
		return fail("IOMMU_IOAS_MAP failed: error %d", errno);
	failed = move(&u, page);
	user_close(&u);
	munmap(page, page_size);
	return failed;
}

static int told_by_kernel(void)
{
	return strcmp(setting("FAULTS", "kernel"), "emulator") != 0;
}

/* Reports of this access in the kernel's log since it was opened. */
static int count_faults(int log, unsigned long address, int write)
{
	unsigned long end = milliseconds() +
			    (told_by_kernel() ? PATIENCE_MS : 1000);
	static char line[8192];
	int seen = 0;
	ssize_t len;

	while (milliseconds() < end) {
		len = read(log, line, sizeof(line) - 1);
		if (len <= 0) {
			msleep(10);
			continue;
		}
		line[len] = 0;
		if (unit_fault(line, address, write)) {
			seen++;
			/* The one expected; linger a little for a second. */
			if (end > milliseconds() + 200)
				end = milliseconds() + 200;
		}
	}
	return seen;
}

struct control {
	struct user_device u;
	char *bar;
	volatile unsigned int *mapped;	/* at IOVA */
	volatile unsigned int *written;	/* the device will try to write it */
	volatile unsigned int *read;	/* and to read that one */
	int log;
};

static const char *control_open(struct control *c)
{
	const char *failed = user_open(&c->u);

	if (failed)
		return failed;
	c->bar = user_bar(&c->u, BAR_SIZE);
	c->mapped = pages(page_size);
	c->written = pages(page_size);
	c->read = pages(page_size);
	c->log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	if (!c->bar || c->log < 0 ||
	    user_map(&c->u, (void *)c->mapped, IOVA, page_size))
		return fail("cannot prepare the control experiment");
	lseek(c->log, 0, SEEK_END);
	for (size_t i = 0; i < page_size / 4; i++)
		c->written[i] = c->read[i] = CANARY;
	return NULL;
}

static void control_close(struct control *c)
{
	munmap(c->bar, BAR_SIZE);
	close(c->log);
	user_close(&c->u);
	munmap((void *)c->mapped, page_size);
	munmap((void *)c->written, page_size);
	munmap((void *)c->read, page_size);
}

/* Map what must stay unmapped, to see that the experiment notices. */
static void plant_mapping(struct control *c, volatile unsigned int *page)
{
	if (planted("mapped"))
		user_map(&c->u, (void *)page, physical((void *)page),
			 page_size);
}

static const char *forbidden_write(struct control *c, int *seen)
{
	unsigned long phys = physical((void *)c->written);

	fact("refused_write", "0x%lx", phys);
	plant_mapping(c, c->written);
	c->mapped[0] = CARGO;
	if (edu_load(c->bar, IOVA) || edu_store(c->bar, phys))
		return fail("the DMA engine does not finish");
	*seen += count_faults(c->log, phys, 1);
	for (size_t i = 0; i < page_size / 4; i++)
		if (c->written[i] != CANARY)
			return fail("DMA to the unmapped address 0x%lx wrote to memory",
				    phys);
	return NULL;
}

static const char *forbidden_read(struct control *c, int *seen)
{
	unsigned long phys = physical((void *)c->read);

	fact("refused_read", "0x%lx", phys);
	plant_mapping(c, c->read);
	if (edu_load(c->bar, phys) || edu_store(c->bar, IOVA + 64))
		return fail("the DMA engine does not finish");
	*seen += count_faults(c->log, phys, 0);
	if (c->mapped[16] == CANARY)
		return fail("DMA from the unmapped address 0x%lx read memory",
			    phys);
	return NULL;
}

const char *edu_faults(void)
{
	struct control c;
	const char *failed;
	int seen = 0;

	failed = control_open(&c);
	if (!failed)
		failed = forbidden_write(&c, &seen);
	if (!failed)
		failed = forbidden_read(&c, &seen);
	control_close(&c);
	fact("faults_expected", "2");
	fact("faults_seen", "%d", seen);
	if (failed)
		return failed;
	if (seen != 2 && told_by_kernel())
		return fail("2 faults expected, %d seen", seen);
	return NULL;
}
