/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tracepoints of I/O page-table memory, watched by a case: what its own
 * task allocated and freed since trace_start(), and the last one of them.
 *
 * For suites that are built in: the tracepoints are not exported.
 */

#ifndef __IOMMU_TRACED_KUNIT_H
#define __IOMMU_TRACED_KUNIT_H

#include <kunit/test.h>
#include <trace/events/iommu.h>

/* What the probes saw of this task; others may allocate meanwhile */
struct traced {
	struct task_struct *task;
	unsigned int allocs;
	unsigned int frees;
	const void *virt;
	size_t size;
	gfp_t gfp;
	unsigned long caller;
};

/* Is it this task's? Then it is the last one */
static inline bool traced_note(struct traced *traced, const void *virt,
			       size_t size, unsigned long caller)
{
	if (traced->task != current)
		return false;
	traced->virt = virt;
	traced->size = size;
	traced->caller = caller;
	return true;
}

static inline void probe_alloc(void *data, const void *virt, size_t size,
			       gfp_t gfp, unsigned long caller)
{
	struct traced *traced = data;

	if (!traced_note(traced, virt, size, caller))
		return;
	traced->allocs++;
	traced->gfp = gfp;
}

static inline void probe_free(void *data, const void *virt, size_t size,
			      unsigned long caller)
{
	struct traced *traced = data;

	if (traced_note(traced, virt, size, caller))
		traced->frees++;
}

static inline void trace_stop_alloc(void *traced)
{
	unregister_trace_iommu_pages_alloc(probe_alloc, traced);
	tracepoint_synchronize_unregister();
}

static inline void trace_stop_free(void *traced)
{
	unregister_trace_iommu_pages_free(probe_free, traced);
	tracepoint_synchronize_unregister();
}

static inline struct traced *trace_start(struct kunit *test)
{
	struct traced *traced;

	if (!IS_ENABLED(CONFIG_TRACEPOINTS))
		kunit_skip(test, "TRACEPOINTS is not set");

	traced = kunit_kzalloc(test, sizeof(*traced), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, traced);
	traced->task = current;
	KUNIT_ASSERT_EQ(test, 0,
			register_trace_iommu_pages_alloc(probe_alloc, traced));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, trace_stop_alloc,
						  traced));
	KUNIT_ASSERT_EQ(test, 0,
			register_trace_iommu_pages_free(probe_free, traced));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, trace_stop_free,
						  traced));
	return traced;
}

#endif /* __IOMMU_TRACED_KUNIT_H */
