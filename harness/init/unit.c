// SPDX-License-Identifier: GPL-2.0
/*
 * What differs between IOMMUs: how they show the mode that they run in, the
 * name of an interrupt chip whose interrupts they see, and how their drivers
 * report a refused access. The setting IOMMU says which one it is, by the name
 * of its unit in sysfs.
 */
#include "init.h"

#define DMAR_REGISTERS	"/sys/kernel/debug/iommu/intel/iommu_regset"

#define IVHD_FAULT_WRITE 0x20	/* in the flags of an event */

/* The features that the SMMU's driver prints at the start. */
#define FEAT_TRANS_S1	(1UL << 9)
#define FEAT_TRANS_S2	(1UL << 10)

/* SMMUv3 specification, 7.3: the parts of an event record that are used. */
#define EVENT_SID(w)	((w)[0] >> 32)
#define EVENT_READ(w)	((w)[1] >> 35 & 1)
#define EVENT_STAGE2(w)	((w)[1] >> 39 & 1)

struct unit {
	const char *name;	/* how it begins */
	const char *chip;	/* of interrupts that pass the unit */
	const char *interrupts;	/* what to call these */
	const char *(*mode)(void);
	int (*fault)(const char *line, unsigned long address, int write);
};

/* The root table's address register tells whether it is a scalable one. */
static const char *dmar_mode(void)
{
	static char text[16 * KIB];
	const char *at;

	if (read_file(DMAR_REGISTERS, text, sizeof(text)) <= 0)
		return NULL;
	at = find(text, "RTADDR");
	at = at ? find(at, "0x") : NULL;	/* its offset, then its value */
	at = at ? find(at + 2, "0x") : NULL;
	if (!at)
		return NULL;
	return hex(at) & (1UL << 10) ? "scalable" : "legacy";
}

static int dmar_fault(const char *line, unsigned long address, int write)
{
	char text[32];

	format(text, sizeof(text), "fault addr 0x%lx ", address);
	return find(line, "DMAR:") && find(line, text) &&
	       find(line, write ? "[DMA Write " : "[DMA Read ");
}

static int ivhd_fault(const char *line, unsigned long address, int write)
{
	char text[32];

	const char *flags = find(line, "flags=0x");

	format(text, sizeof(text), "address=0x%lx ", address);
	return find(line, "IO_PAGE_FAULT") && find(line, text) && flags &&
	       !(hex(flags + 8) & IVHD_FAULT_WRITE) == !write;
}

/* Of two stages the driver uses the first; the emulator offers only one. */
static const char *smmu_mode(void)
{
	static char record[8 * KIB];
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	const char *mode = NULL, *at;
	unsigned long features;
	ssize_t len;

	while (!mode && (len = read(log, record, sizeof(record) - 1)) > 0) {
		record[len] = 0;
		at = find(record, "arm-smmu-v3 ");
		at = at ? find(at, "(features 0x") : NULL;
		if (!at)
			continue;
		features = hex(at + 10);
		mode = features & FEAT_TRANS_S1 ? "stage1" :
		       features & FEAT_TRANS_S2 ? "stage2" : "bypass";
	}
	close(log);
	return mode;
}

/* The stream of a PCI function on bus 0 is its slot and function. */
static unsigned long edu_stream(void)
{
	return hex(edu_address + 8) << 3;
}

/*
 * One event is five lines of the log: its number, 0x10 for a failed
 * translation, then its four words. Everything it says about the access must
 * be true.
 */
static int smmu_fault(const char *line, unsigned long address, int write)
{
	int stage2 = strcmp(setting("MODE", ""), "stage2") == 0;
	static unsigned long words[4];
	static int seen = 4;
	const char *at;

	if (!find(line, "arm-smmu-v3 "))
		return 0;
	if (find(line, "event 0x10 received"))
		seen = 0;
	at = find(line, "\\x090x");	/* a tab, as /dev/kmsg writes it */
	if (!at || seen == 4)
		return 0;
	words[seen++] = hex(at + 4);
	return seen == 4 && words[2] == address &&
	       EVENT_SID(words) == edu_stream() &&
	       EVENT_READ(words) == (unsigned long)!write &&
	       EVENT_STAGE2(words) == (unsigned long)stage2;
}

static const struct unit units[] = {
	{ "dmar", "IR-PCI", "remapped", dmar_mode, dmar_fault },
	{ "ivhd", "IR-PCI", "remapped", NULL, ivhd_fault },
	{ "smmu3", "ITS-PCI", "translated", smmu_mode, smmu_fault },
};

static const struct unit *unit(void)
{
	const char *name = setting("IOMMU", "");

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (!strcmp(name, units[i].name))
			return &units[i];
	return NULL;
}

static const char *check_mode(const struct unit *u)
{
	const char *want = setting("MODE", NULL);
	const char *mode = u->mode ? u->mode() : NULL;

	fact("mode", "%s", mode ? mode : "-");
	if (want && (!mode || strcmp(want, mode)))
		return fail("the IOMMU should run in %s mode, it says %s",
			    want, mode ? mode : "nothing");
	return NULL;
}

/*
 * An interrupt is a write of the disk to an address. The remapping tables of
 * x86 or, through a mapping of its own, the SMMU pass it on, if it has the
 * right chip.
 */
static const char *check_interrupts(const struct unit *u)
{
	static char text[16 * KIB];
	const char *want = setting("INTERRUPTS", NULL), *seen = "direct", *line;
	char *at = text, *end;

	read_file("/proc/interrupts", text, sizeof(text));
	while ((end = strchr(at, '\n'))) {
		*end = 0;
		line = at;
		at = end + 1;
		if (find(line, "nvme") && find(line, u->chip))
			seen = u->interrupts;
	}
	fact("interrupts", "%s", seen);
	if (want && strcmp(want, seen))
		return fail("the disk's interrupts should be %s and are %s",
			    want, seen);
	return NULL;
}

const char *unit_check(void)
{
	const struct unit *u = unit();
	const char *failed;

	if (!u)
		return fail("the init knows no IOMMU called '%s'",
			    setting("IOMMU", ""));
	failed = check_mode(u);
	return failed ? failed : check_interrupts(u);
}

/* Is this line of the kernel's log (the last of) the report of that access? */
int unit_fault(const char *line, unsigned long address, int write)
{
	const struct unit *u = unit();

	return u && u->fault(line, address, write);
}
