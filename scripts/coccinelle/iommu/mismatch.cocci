// SPDX-License-Identifier: GPL-2.0-only
///
/// Memory goes back to the allocator that it came from. What
/// iommu_alloc_pages_node_sz() gave and free_pages() or kfree() took stays on
/// the counters; what iommu_free_pages() gets from elsewhere it leaves alone
/// with a warning, and so it leaks. The order helpers of old lost the tail of
/// what was allocated by order and freed as one page.
///
/// The memory is followed through a function, and from one function of a file
/// to another where both name it by the same member of a structure.
///
// Confidence: Moderate
// URL: https://coccinelle.gitlabpages.inria.fr/website
// Options: --no-includes --include-headers
//
// Keywords: iommu_alloc_pages_sz, iommu_free_pages, kfree, free_pages
//

virtual report
virtual org
virtual context
virtual patch

// -- where members of structures get their memory ----------------------------

@ours@
expression o;
identifier f;
@@

  o->f = \( iommu_alloc_pages_sz \| iommu_alloc_pages_node_sz
         \| iommu_alloc_page \| iommu_alloc_page_node
         \| iommu_alloc_pages \| iommu_alloc_pages_node \) (...)

@kept@
expression o, x;
identifier f;
@@

  x = \( iommu_alloc_pages_sz \| iommu_alloc_pages_node_sz
      \| iommu_alloc_page \| iommu_alloc_page_node
      \| iommu_alloc_pages \| iommu_alloc_pages_node \) (...)
  ... when any
  o->f = x

@block@
expression o, x;
identifier f;
@@

  x = \( iommu_alloc_pages \| iommu_alloc_pages_node \) (...)
  ... when any
  o->f = x

@theirs@
expression o;
identifier f;
type T;
@@

(
  o->f = \( kmalloc \| kzalloc \| kcalloc \| kmalloc_array \| kvmalloc
         \| kvzalloc \| kvcalloc \| kmem_cache_alloc \| kmem_cache_zalloc
         \) (...)
|
  o->f = (T)\( __get_free_page \| __get_free_pages \| get_zeroed_page \) (...)
)

// A member with memory of both kinds tells nothing
@mixed@
expression o;
identifier ours.f;
type T;
@@

(
  o->f = \( kmalloc \| kzalloc \| kcalloc \| kmalloc_array \| kvmalloc
         \| kvzalloc \| kvcalloc \| kmem_cache_alloc \| kmem_cache_zalloc
         \) (...)
|
  o->f = (T)\( __get_free_page \| __get_free_pages \| get_zeroed_page \) (...)
)

// -- ours, freed elsewhere ---------------------------------------------------

@depends on patch exists@
expression x, y;
type T;
@@

  x = \( iommu_alloc_pages_sz \| iommu_alloc_pages_node_sz \) (...)
  ... when != x = y
(
- \( kfree \| kvfree \| kfree_sensitive \| vfree \) (x)
+ iommu_free_pages(x)
|
- free_page((T)x)
+ iommu_free_pages(x)
|
- free_pages((T)x, ...)
+ iommu_free_pages(x)
|
- \( put_page \| __free_page \) (virt_to_page(x))
+ iommu_free_pages(x)
)

@out depends on !patch exists@
expression x, y;
type T;
position p;
@@

  x = \( iommu_alloc_pages_sz \| iommu_alloc_pages_node_sz
      \| iommu_alloc_page \| iommu_alloc_page_node
      \| iommu_alloc_pages \| iommu_alloc_pages_node \) (...)
  ... when != x = y
(
* \( kfree@p \| kvfree@p \| kfree_sensitive@p \| vfree@p \) (x)
|
* \( free_page@p \| free_pages@p \) ((T)x, ...)
|
* \( put_page@p \| __free_page@p \| __free_pages@p \)
*   (virt_to_page(x), ...)
|
* kmem_cache_free@p(..., x)
)

@outmember depends on !patch && !mixed@
expression o;
identifier ours.f;
type T;
position p;
@@

(
* \( kfree@p \| kvfree@p \| kfree_sensitive@p \| vfree@p \) (o->f)
|
* \( free_page@p \| free_pages@p \) ((T)o->f, ...)
|
* \( put_page@p \| __free_page@p \| __free_pages@p \)
*   (virt_to_page(o->f), ...)
|
* kmem_cache_free@p(..., o->f)
)

@outkept depends on !patch@
expression o;
identifier kept.f;
type T;
position p;
@@

(
* \( kfree@p \| kvfree@p \| kfree_sensitive@p \| vfree@p \) (o->f)
|
* \( free_page@p \| free_pages@p \) ((T)o->f, ...)
|
* \( put_page@p \| __free_page@p \| __free_pages@p \)
*   (virt_to_page(o->f), ...)
|
* kmem_cache_free@p(..., o->f)
)

// -- theirs, freed here ------------------------------------------------------

@depends on patch exists@
expression x, y;
@@

  x = \( kmalloc \| kzalloc \| kcalloc \| kmalloc_array \| kmalloc_node
      \| kzalloc_node \) (...)
  ... when != x = y
- iommu_free_pages(x)
+ kfree(x)

@into depends on !patch exists@
expression x, y;
type T;
position p;
@@

(
  x = \( kmalloc \| kzalloc \| kcalloc \| kmalloc_array \| kvmalloc
      \| kvzalloc \| kvcalloc \| kmalloc_node \| kzalloc_node
      \| kmem_cache_alloc \| kmem_cache_zalloc \) (...)
|
  x = (T)\( __get_free_page \| __get_free_pages \| get_zeroed_page \) (...)
)
  ... when != x = y
* \( iommu_free_pages@p \| iommu_free_page@p \| iommu_pages_list_add@p \)
*   (..., x, ...);

@both@
expression o;
identifier theirs.f;
@@

  o->f = \( iommu_alloc_pages_sz \| iommu_alloc_pages_node_sz
         \| iommu_alloc_page \| iommu_alloc_page_node
         \| iommu_alloc_pages \| iommu_alloc_pages_node \) (...)

@intomember depends on !patch && !both@
expression o;
identifier theirs.f;
position p;
@@

* \( iommu_free_pages@p \| iommu_free_page@p \| iommu_pages_list_add@p \)
*   (..., o->f, ...)

// -- a block of pages, freed as one ------------------------------------------

@one depends on !patch@
expression o;
identifier block.f;
position p;
@@

* iommu_free_page@p(o->f)

@script:python depends on report@
p << out.p;
@@

coccilib.report.print_report(p[0], "memory of iommu_alloc_pages_node_sz() freed elsewhere: use iommu_free_pages()")

@script:python depends on report@
p << outmember.p;
@@

coccilib.report.print_report(p[0], "memory of iommu_alloc_pages_node_sz() freed elsewhere: use iommu_free_pages()")

@script:python depends on report@
p << outkept.p;
@@

coccilib.report.print_report(p[0], "memory of iommu_alloc_pages_node_sz() freed elsewhere: use iommu_free_pages()")

@script:python depends on report@
p << into.p;
@@

coccilib.report.print_report(p[0], "memory that iommu_alloc_pages_node_sz() did not give")

@script:python depends on report@
p << intomember.p;
@@

coccilib.report.print_report(p[0], "memory that iommu_alloc_pages_node_sz() did not give")

@script:python depends on report@
p << one.p;
@@

coccilib.report.print_report(p[0], "allocated by order, freed as one page")

@script:python depends on org@
p << out.p;
@@

coccilib.org.print_todo(p[0], "memory of iommu_alloc_pages_node_sz() freed elsewhere: use iommu_free_pages()")

@script:python depends on org@
p << outmember.p;
@@

coccilib.org.print_todo(p[0], "memory of iommu_alloc_pages_node_sz() freed elsewhere: use iommu_free_pages()")

@script:python depends on org@
p << outkept.p;
@@

coccilib.org.print_todo(p[0], "memory of iommu_alloc_pages_node_sz() freed elsewhere: use iommu_free_pages()")

@script:python depends on org@
p << into.p;
@@

coccilib.org.print_todo(p[0], "memory that iommu_alloc_pages_node_sz() did not give")

@script:python depends on org@
p << intomember.p;
@@

coccilib.org.print_todo(p[0], "memory that iommu_alloc_pages_node_sz() did not give")

@script:python depends on org@
p << one.p;
@@

coccilib.org.print_todo(p[0], "allocated by order, freed as one page")
