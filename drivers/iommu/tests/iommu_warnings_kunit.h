/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Warnings that a KUnit case provokes, counted.
 *
 * Each case makes its mistakes between warnings_begin() and warnings_end().
 * There, WARN_ON_ONCE() sites are as new, panic_on_warn is off, and the console
 * is silent: the splats are meant, and the log of a test run is searched for
 * those that are not. They are in the kernel's ring buffer, which is where they
 * are counted: each "WARNING:" line, and the file that it names. What does not
 * match is printed again when the console is no longer silent. The exit of a
 * suite calls console_restore(), because a case may not get to the end.
 *
 * For suites that are built in.
 */

#ifndef __IOMMU_WARNINGS_KUNIT_H
#define __IOMMU_WARNINGS_KUNIT_H

#include <kunit/test.h>
#include <linux/bug.h>
#include <linux/console.h>
#include <linux/kmsg_dump.h>
#include <linux/panic.h>

#include <asm/sections.h>

struct warnings {
	struct kmsg_dump_iter begin;
	struct kmsg_dump_iter end;
};

/* What a case has changed, for its exit if the mistake never returns */
static struct {
	bool changed;
	int panic_on_warn;
	int loglevel;
} console;

static inline void forget_warned_once(void)
{
	generic_bug_clear_once();
	memset(__start_once, 0, __end_once - __start_once);
}

/* An iterator that is behind all that was printed */
static inline void kmsg_now(struct kmsg_dump_iter *iter)
{
	kmsg_dump_rewind(iter);
	iter->cur_seq = iter->next_seq;
}

/*
 * The line with a newline completes the one before: KUnit's have none, and wait
 * in the ring buffer, where the silence would swallow them.
 */
static inline void warnings_begin(struct kunit *test,
				  struct warnings *warnings)
{
	kunit_info(test, "expected warnings are not shown\n");
	forget_warned_once();
	console.panic_on_warn = panic_on_warn;
	console.loglevel = console_loglevel;
	console.changed = true;
	kmsg_now(&warnings->begin);

	panic_on_warn = 0;
	console_loglevel = CONSOLE_LOGLEVEL_SILENT;
}

static inline void console_restore(void)
{
	if (!console.changed)
		return;
	console_loglevel = console.loglevel;
	panic_on_warn = console.panic_on_warn;
	console.changed = false;
	/* Leave no site spent: the next mistake is a real one */
	forget_warned_once();
}

/* The next warning in @line, false if there is none up to the end */
static inline bool warnings_next(struct warnings *warnings,
				 struct kmsg_dump_iter *iter, char *line,
				 size_t size)
{
	size_t len;

	while (iter->cur_seq < warnings->end.cur_seq &&
	       kmsg_dump_get_line(iter, false, line, size - 1, &len)) {
		line[len] = '\0';
		if (strstr(line, "WARNING: CPU"))
			return true;
	}
	return false;
}

/* The number of warnings, and how many of them are from @file */
static inline unsigned int warnings_count(struct warnings *warnings,
					  const char *file,
					  unsigned int *from_file)
{
	struct kmsg_dump_iter iter = warnings->begin;
	unsigned int nr = 0;
	char line[256];

	*from_file = 0;
	while (warnings_next(warnings, &iter, line, sizeof(line))) {
		nr++;
		if (!IS_ENABLED(CONFIG_DEBUG_BUGVERBOSE) || strstr(line, file))
			(*from_file)++;
	}
	return nr;
}

static inline void warnings_show(struct kunit *test, struct warnings *warnings)
{
	struct kmsg_dump_iter iter = warnings->begin;
	char line[256];

	while (warnings_next(warnings, &iter, line, sizeof(line)))
		kunit_err(test, "seen: %s", strim(line));
}

/* There were @expected warnings, all from @file */
static inline void warnings_end(struct kunit *test, struct warnings *warnings,
				unsigned int expected, const char *file)
{
	unsigned int nr, from_file;

	kmsg_now(&warnings->end);
	/* What is still to be printed is printed silently */
	console_lock();
	console_unlock();
	console_restore();

	nr = warnings_count(warnings, file, &from_file);
	KUNIT_EXPECT_EQ(test, nr, expected);
	KUNIT_EXPECT_EQ(test, from_file, expected);
	if (nr != expected || from_file != expected)
		warnings_show(test, warnings);
}

/* The mistake twice, for one warning: it is said once and made twice */
#define EXPECT_ONE_WARNING(test, file, mistake)				\
do {									\
	struct warnings __warnings;					\
									\
	warnings_begin(test, &__warnings);				\
	mistake;							\
	mistake;							\
	warnings_end(test, &__warnings, 1, file);			\
} while (0)

#endif /* __IOMMU_WARNINGS_KUNIT_H */
