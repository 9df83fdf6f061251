// SPDX-License-Identifier: GPL-2.0
/*
 * Pseudo-random data that both sides can make again from a seed: word n of
 * the disk is a mix of the seed and n (the finaliser of MurmurHash3), so any
 * stretch can be checked without the stretch before it. The host compiles
 * this file too.
 */
#ifdef HARNESS_HOST
#include <stddef.h>
#include <stdint.h>
#else
#include "init.h"
#endif

static uint64_t word(uint64_t seed, uint64_t n)
{
	uint64_t x = seed + n * 0x9e3779b97f4a7c15ULL;

	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	return x;
}

void pattern_fill(void *buf, size_t size, unsigned long seed,
		  unsigned long offset)
{
	uint64_t *w = buf;

	for (size_t i = 0; i < size / 8; i++)
		w[i] = word(seed, offset / 8 + i);
}

/* The offset in buf of the first word that is not what it should be, or -1. */
long pattern_differs(const void *buf, size_t size, unsigned long seed,
		     unsigned long offset)
{
	const uint64_t *w = buf;

	for (size_t i = 0; i < size / 8; i++)
		if (w[i] != word(seed, offset / 8 + i))
			return i * 8;
	return -1;
}

/* FNV-1a over 64-bit words; start with sum = 0xcbf29ce484222325. */
unsigned long pattern_sum(const void *buf, size_t size, unsigned long sum)
{
	const uint64_t *w = buf;

	for (size_t i = 0; i < size / 8; i++)
		sum = (sum ^ w[i]) * 0x100000001b3UL;
	return sum;
}
