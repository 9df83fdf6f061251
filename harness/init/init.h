/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the harness's init share.
 *
 * The init talks KTAP on a serial port of its own. A line
 *
 *	# fact NAME=VALUE
 *
 * is something the report shows. A case returns NULL when it passed, else one
 * sentence that says what was expected and what was seen. The last line is
 * "# end", and a log without it belongs to a machine that was lost.
 */
#ifndef HARNESS_INIT_H
#define HARNESS_INIT_H

#include <nolibc.h>

#define KIB		1024UL
#define MIB		(1024 * KIB)

/* Of the kernel and of the IOMMU: 4, 16 or 64 KiB. */
extern unsigned long page_size;

typedef const char *(*case_fn)(void);

/* util.c: words of every case */
const char *fail(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));
void fact(const char *name, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int format(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
const char *setting(const char *name, const char *otherwise);
unsigned long number(const char *name, unsigned long otherwise);
int planted(const char *name);
int write_file(const char *path, const char *text);
long read_file(const char *path, char *buf, size_t size);
long read_fd(int fd, char *buf, size_t size);
int link_name(const char *path, char *buf, size_t size);
int exists(const char *path);
char *find(const char *text, const char *word);
unsigned long hex(const char *text);
unsigned long milliseconds(void);
void *pages(size_t size);
unsigned long physical(const void *page);

/* util.c: what a command would do */
int bind_driver(const char *device, const char *driver);
int unbind_driver(const char *device, const char *driver);

/* counters.c */
struct counters {
	long iommu;	/* nr_iommu_pages */
	long second;	/* nr_sec_page_table_pages */
};

void read_counters(struct counters *now);
int counters_settle(const struct counters *want, struct counters *now);
long cgroup_tables(const char *group);
long cgroup_settle(const char *group, long want);

/* pattern.c: the data both sides know, from a seed */
void pattern_fill(void *buf, size_t size, unsigned long seed,
		  unsigned long offset);
long pattern_differs(const void *buf, size_t size, unsigned long seed,
		     unsigned long offset);
unsigned long pattern_sum(const void *buf, size_t size, unsigned long sum);

/* disk.c */
void disk_set_type(void);
const char *disk_domain(void);
const char *disk_translation(void);
const char *disk_data(void);
const char *disk_rebind(void);
const char *disk_remove(void);
const char *disk_again(void);

/* unit.c: what differs between IOMMUs */
const char *unit_check(void);
int unit_fault(const char *line, unsigned long address, int write);

/* tables.c: how many tables a range needs */
int table_shift(int level);
long tables_below_root(unsigned long iova, size_t size);

/* user.c: a device driven from user space, through VFIO and iommufd */
struct user_device {
	int iommufd;
	int device;
	unsigned int ioas;
	unsigned int dev_id;
};

const char *user_open(struct user_device *u);
void user_close(struct user_device *u);
int user_map(struct user_device *u, void *virt, unsigned long iova,
	     size_t size);
int user_unmap(struct user_device *u, unsigned long iova, size_t size);
void *user_bar(struct user_device *u, size_t size);
const char *user_find(void);

/* edu.c */
const char *edu_moves(void);
const char *edu_faults(void);

/* gigabyte.c */
const char *gigabyte(void);

/* kmemleak.c */
const char *kmemleak(void);

extern char disk_address[];	/* PCI addresses: 0000:00:03.0 */
extern char edu_address[];

#endif
