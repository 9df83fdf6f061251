// SPDX-License-Identifier: GPL-2.0
/* The first and only process: mounts, runs every case, says what it saw. */
#include "init.h"

#include <linux/reboot.h>
#include <asm/termbits.h>

struct step {
	const char *name;
	case_fn run;
};

/*
 * Order matters little, except that the data test comes before those which
 * look at the data again.
 */
static const struct step steps[] = {
	{ "domain", disk_domain },
	{ "translation", disk_translation },
	{ "data", disk_data },
	{ "rebind", disk_rebind },
	{ "remove", disk_remove },
	{ "data_again", disk_again },
	{ "edu_moves", edu_moves },
	{ "edu_faults", edu_faults },
	{ "user_map", gigabyte },
	{ "kmemleak", kmemleak },
};

static void mount_at(const char *type, const char *dir)
{
	mkdir(dir, 0755);
	if (mount("none", dir, type, 0, NULL))
		note("cannot mount %s on %s", type, dir);
}

static void mount_all(void)
{
	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	mount_at("devtmpfs", "/dev");
	mount_at("debugfs", "/sys/kernel/debug");
	mount_at("tracefs", "/sys/kernel/tracing");
	mount_at("cgroup2", "/sys/fs/cgroup");
}

/* Results go to a serial port of their own, as they are: no echo, no CR. */
static void open_channel(void)
{
	struct termios raw = { .c_cflag = B115200 | CS8 | CREAD | CLOCAL };
	char path[32];
	int fd;

	format(path, sizeof(path), "/dev/%s", setting("CHANNEL", "ttyS1"));
	fd = open(path, O_RDWR);
	if (fd < 0)
		return;
	ioctl(fd, TCSETS, &raw);
	dup2(fd, 1);
	close(fd);
}

/* RUN=domain,data names the cases to run; without it, all of them. */
static int chosen(const char *name)
{
	const char *at = setting("RUN", NULL), *end;
	size_t len = strlen(name);

	if (!at)
		return 1;
	for (; at; at = end ? end + 1 : NULL) {
		end = strchr(at, ',');
		if (strncmp(at, name, len) == 0 &&
		    (at[len] == ',' || !at[len]))
			return 1;
	}
	return 0;
}

static int wanted(const struct step *s)
{
	if (s->run == kmemleak && !exists("/sys/kernel/debug/kmemleak"))
		return 0;
	return chosen(s->name);
}

static void run(int number, const struct step *s)
{
	unsigned long start = milliseconds();
	const char *failed = s->run();

	note("%s took %lu ms", s->name, milliseconds() - start);
	if (failed)
		printf("not ok %d %s # %s\n", number, s->name, failed);
	else
		printf("ok %d %s\n", number, s->name);
}

/* What a machine that is lost does. */
static void plant_loss(void)
{
	if (planted("splat"))
		write_file("/dev/kmsg", "WARNING: planted\n");
	if (planted("crash"))
		exit(1);
	while (planted("hang"))
		msleep(1000);
}

static void run_all(void)
{
	int count = sizeof(steps) / sizeof(*steps), plan = 0, n = 0;

	for (int i = 0; i < count; i++)
		plan += wanted(&steps[i]);
	printf("KTAP version 1\n1..%d\n", plan);
	for (int i = 0; i < count; i++)
		if (wanted(&steps[i]))
			run(++n, &steps[i]);
	plant_loss();
	if (!planted("silent"))
		printf("# end\n");
}

int main(void)
{
	page_size = getpagesize();
	mount_all();
	open_channel();
	strlcpy(disk_address, setting("DISK", disk_address), 16);
	strlcpy(edu_address, setting("EDU", edu_address), 16);
	disk_set_type();
	run_all();
	msleep(20);
	reboot(LINUX_REBOOT_CMD_RESTART);
	return 1;
}
