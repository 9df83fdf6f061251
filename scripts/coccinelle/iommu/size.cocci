// SPDX-License-Identifier: GPL-2.0-only
///
/// The size of an I/O page table is what the hardware specification says, in
/// bytes. An order, or a size made of PAGE_SIZE, says what the CPU's pages are
/// instead: a 16K table of order 2 takes 256K on a kernel with pages of 64K,
/// and a table mapped for DMA with PAGE_SIZE is synced sixteen times over.
///
/// Frees need no size. Memory is always zeroed, so __GFP_ZERO says nothing.
///
/// Patch mode takes the order helpers of old to SZ_4K where they gave one page:
/// look up what the hardware really has.
///
// Confidence: High
// URL: https://coccinelle.gitlabpages.inria.fr/website
// Options: --no-includes --include-headers
//
// Keywords: iommu_alloc_pages_sz, iommu_free_pages, get_order, PAGE_SIZE
//

virtual report
virtual org
virtual context
virtual patch

@initialize:python@
@@
import re

# The allocator itself and its tests may ask for what they like
OTHERS = re.compile(r"drivers/iommu/(iommu-pa|tests/)|"
                    r"scripts/coccinelle/")

def is_user(positions):
    return not any(OTHERS.search(p.file) for p in positions)

// -- the order helpers -------------------------------------------------------

@depends on patch@
expression nid, gfp, size, virt, order;
@@

(
- iommu_alloc_page_node(nid, gfp)
+ iommu_alloc_pages_node_sz(nid, gfp, SZ_4K)
|
- iommu_alloc_page(gfp)
+ iommu_alloc_pages_sz(gfp, SZ_4K)
|
- iommu_alloc_pages_node(nid, gfp, get_order(size))
+ iommu_alloc_pages_node_sz(nid, gfp, size)
|
- iommu_alloc_pages(gfp, get_order(size))
+ iommu_alloc_pages_sz(gfp, size)
|
- iommu_free_page(virt)
+ iommu_free_pages(virt)
|
- iommu_free_pages(virt, order)
+ iommu_free_pages(virt)
)

@order depends on !patch@
expression a, b, c;
position p : script:python() { is_user(p) };
@@

(
* iommu_alloc_page@p(a)
|
* iommu_alloc_page_node@p(a, b)
|
* iommu_alloc_pages@p(a, b)
|
* iommu_alloc_pages_node@p(a, b, c)
|
* __iommu_alloc_pages@p(a, b)
|
* iommu_free_page@p(a)
|
* iommu_free_pages@p(a, b)
|
* __iommu_free_pages@p(a, b)
)

// -- sizes that are none -----------------------------------------------------

@cpu depends on !patch@
expression e, nid, gfp;
position p : script:python() { is_user(p) };
@@

(
* iommu_alloc_pages_sz@p(gfp, <+... \( PAGE_SIZE \| PAGE_SHIFT \) ...+>)
|
* iommu_alloc_pages_sz@p(gfp, <+... PAGE_ALIGN(e) ...+>)
|
* iommu_alloc_pages_sz@p(gfp, <+... get_order(e) ...+>)
|
* iommu_alloc_pages_node_sz@p(nid, gfp,
*			      <+... \( PAGE_SIZE \| PAGE_SHIFT \) ...+>)
|
* iommu_alloc_pages_node_sz@p(nid, gfp, <+... PAGE_ALIGN(e) ...+>)
|
* iommu_alloc_pages_node_sz@p(nid, gfp, <+... get_order(e) ...+>)
)

@mapped depends on !patch@
expression x, y, dev, e;
position p : script:python() { is_user(p) };
@@

  x = \( iommu_alloc_pages_sz \| iommu_alloc_pages_node_sz \) (...)
  ... when != x = y
* dma_map_single@p(dev, x, <+... \( PAGE_SIZE \| PAGE_ALIGN(e) \) ...+>, ...)

// -- zeroed anyway -----------------------------------------------------------

@depends on patch@
expression nid, gfp, size;
@@

(
  iommu_alloc_pages_sz(
- gfp | __GFP_ZERO
+ gfp
  , size)
|
  iommu_alloc_pages_node_sz(nid,
- gfp | __GFP_ZERO
+ gfp
  , size)
)

@zero depends on !patch@
position p : script:python() { is_user(p) };
@@

* \( iommu_alloc_pages_sz@p \| iommu_alloc_pages_node_sz@p \)
  (..., <+... __GFP_ZERO ...+>, ...)

@script:python depends on report@
p << order.p;
@@

coccilib.report.print_report(p[0], "order of an I/O page table: use the allocator by size")

@script:python depends on report@
p << cpu.p;
@@

coccilib.report.print_report(p[0], "table sized by the CPU's page: use the size of the hardware specification")

@script:python depends on report@
p << mapped.p;
@@

coccilib.report.print_report(p[0], "table mapped with PAGE_SIZE: use the size of the hardware specification")

@script:python depends on report@
p << zero.p;
@@

coccilib.report.print_report(p[0], "I/O page-table memory is always zeroed: drop __GFP_ZERO")

@script:python depends on org@
p << order.p;
@@

coccilib.org.print_todo(p[0], "order of an I/O page table")

@script:python depends on org@
p << cpu.p;
@@

coccilib.org.print_todo(p[0], "table sized by the CPU's page")

@script:python depends on org@
p << mapped.p;
@@

coccilib.org.print_todo(p[0], "table mapped with PAGE_SIZE")

@script:python depends on org@
p << zero.p;
@@

coccilib.org.print_todo(p[0], "I/O page-table memory is always zeroed")
