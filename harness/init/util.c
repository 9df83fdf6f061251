// SPDX-License-Identifier: GPL-2.0
/* Files, words and numbers: what a libc and a shell would give. */
#include "init.h"

unsigned long page_size;

static void put(char *buf, size_t size, size_t *len, const char *text)
{
	while (*text && *len + 1 < size)
		buf[(*len)++] = *text++;
}

/* nolibc prints to files only; %s %d %u %ld %lu %lx are all that is used. */
static int vformat(char *buf, size_t size, const char *fmt, va_list args)
{
	size_t len = 0;
	char digits[24];

	for (; *fmt; fmt++) {
		int wide = 0;

		if (*fmt != '%') {
			char one[2] = { *fmt, 0 };

			put(buf, size, &len, one);
			continue;
		}
		if (*++fmt == 'l') {
			wide = 1;
			fmt++;
		}
		if (*fmt == 's') {
			put(buf, size, &len, va_arg(args, const char *));
			continue;
		}
		if (*fmt == 'd')
			i64toa_r(wide ? va_arg(args, long) :
				 va_arg(args, int), digits);
		else if (*fmt == 'u')
			u64toa_r(wide ? va_arg(args, unsigned long) :
				 va_arg(args, unsigned int), digits);
		else
			u64toh_r(wide ? va_arg(args, unsigned long) :
				 va_arg(args, unsigned int), digits);
		put(buf, size, &len, digits);
	}
	buf[len] = 0;
	return len;
}

int format(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vformat(buf, size, fmt, args);
	va_end(args);
	return len;
}

const char *fail(const char *fmt, ...)
{
	static char sentence[512];
	va_list args;

	va_start(args, fmt);
	vformat(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	return sentence;
}

void fact(const char *name, const char *fmt, ...)
{
	char value[256];
	va_list args;

	va_start(args, fmt);
	vformat(value, sizeof(value), fmt, args);
	va_end(args);
	printf("# fact %s=%s\n", name, value);
}

void note(const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vformat(text, sizeof(text), fmt, args);
	va_end(args);
	printf("# %s\n", text);
}

/* Settings come as NAME=value on the kernel's command line. */
const char *setting(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value ? value : otherwise;
}

unsigned long number(const char *name, unsigned long otherwise)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 0) : otherwise;
}

/* Something to break on purpose, to see that the harness notices. */
int planted(const char *name)
{
	return strcmp(setting("PLANT", ""), name) == 0;
}

int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	ssize_t done;

	if (fd < 0)
		return -1;
	done = write(fd, text, strlen(text));
	close(fd);
	return done < 0 ? -1 : 0;
}

/* Read until the end or until buf is full; the text ends with a zero byte. */
long read_fd(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t got;

	while (len + 1 < size) {
		got = read(fd, buf + len, size - 1 - len);
		if (got <= 0)
			break;
		len += got;
	}
	buf[len] = 0;
	return len;
}

long read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY);
	long len;

	if (fd < 0)
		return -1;
	len = read_fd(fd, buf, size);
	close(fd);
	while (len > 0 && buf[len - 1] == '\n')
		buf[--len] = 0;
	return len;
}

/* The last part of what a symbolic link points to. */
int link_name(const char *path, char *buf, size_t size)
{
	char target[256];
	long len = syscall(__NR_readlinkat, AT_FDCWD, path, target,
			   sizeof(target) - 1);
	char *slash;

	if (len < 0)
		return -1;
	target[len] = 0;
	slash = strrchr(target, '/');
	strlcpy(buf, slash ? slash + 1 : target, size);
	return 0;
}

int exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

char *find(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; *text; text++)
		if (strncmp(text, word, len) == 0)
			return (char *)text;
	return NULL;
}

unsigned long hex(const char *text)
{
	return strtoul(text, NULL, 16);
}

unsigned long milliseconds(void)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return now.tv_sec * 1000UL + now.tv_usec / 1000;
}

/* Fresh, zeroed, page-aligned memory that is really there. */
void *pages(size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return mem == MAP_FAILED ? NULL : mem;
}

/* The physical address behind a page of ours, from /proc/self/pagemap. */
unsigned long physical(const void *page)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry = 0;

	if (fd < 0)
		return 0;
	lseek(fd, (unsigned long)page / page_size * 8, SEEK_SET);
	if (read(fd, &entry, 8) != 8)
		entry = 0;
	close(fd);
	return (entry & ((1ULL << 55) - 1)) * page_size;
}

int bind_driver(const char *device, const char *driver)
{
	char path[128];

	format(path, sizeof(path), "/sys/bus/pci/drivers/%s/bind", driver);
	return write_file(path, device);
}

int unbind_driver(const char *device, const char *driver)
{
	char path[128];

	format(path, sizeof(path), "/sys/bus/pci/drivers/%s/unbind", driver);
	return write_file(path, device);
}
