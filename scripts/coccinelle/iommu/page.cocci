// SPDX-License-Identifier: GPL-2.0-only
///
/// Memory of I/O page tables has a descriptor of its own. A driver that looks
/// at it through struct page breaks once that descriptor is no struct page any
/// more: hold the virtual address, take the physical one from virt_to_phys(),
/// come back with phys_to_virt(), and queue tables for freeing on a
/// struct iommu_pages_list.
///
/// What an IOMMU driver does with pages that are no tables (DMA buffers) is
/// reported as well: the type does not tell. iommufd, which pins user pages
/// and owns no tables, is left out.
///
// Confidence: Moderate
// URL: https://coccinelle.gitlabpages.inria.fr/website
// Options: --no-includes --include-headers
//
// Keywords: iommu_alloc_pages_sz, struct page, virt_to_page, page_address
//

virtual report
virtual org
virtual context

@initialize:python@
@@
import re

# Drivers of IOMMUs, and the GPU drivers that have page tables of their own. The
# allocator itself (iommu-pages*, iommu-parts*) has to know struct page.
IOMMU = re.compile(r"drivers/iommu/(?!iommufd/|tests/|iommu-pa|ioptdesc)")
GPU = re.compile(r"drivers/gpu/drm/(lima|msm|panfrost|panthor)/"
                 r"(\w+/)*\w*(mmu|_vm)\.[ch]$")

def in_iommu(positions):
    return all(IOMMU.search(p.file) for p in positions)

def has_tables(positions):
    return in_iommu(positions) or all(GPU.search(p.file) for p in positions)

// A GPU driver has struct page of its buffers in the same file: there only the
// conversions below tell.
@decl@
position p : script:python() { in_iommu(p) };
@@

* struct page@p *

@use@
expression E;
position p : script:python() { has_tables(p) };
@@

* \( virt_to_page@p \| virt_to_head_page@p \| virt_to_folio@p
*  \| page_address@p \| folio_address@p \| page_to_phys@p \| page_to_virt@p
*  \| page_to_pfn@p \| pfn_to_page@p \| phys_to_page@p \| dma_pfn_to_page@p
*  \| page_folio@p \| page_ptdesc@p \| virt_to_ptdesc@p \) (E)

@map@
position p : script:python() { in_iommu(p) };
@@

* \( dma_map_page@p \| dma_map_page_attrs@p \| dma_unmap_page@p
*  \| dma_unmap_page_attrs@p \) (...)

@script:python depends on report@
p << decl.p;
@@

coccilib.report.print_report(p[0], "struct page in an IOMMU driver: tables are virtual addresses")

@script:python depends on report@
p << use.p;
@@

coccilib.report.print_report(p[0], "conversion from or to struct page: use virt_to_phys() and phys_to_virt()")

@script:python depends on report@
p << map.p;
@@

coccilib.report.print_report(p[0], "DMA mapping of a struct page: use dma_map_single() with the hardware size")

@script:python depends on org@
p << decl.p;
@@

coccilib.org.print_todo(p[0], "struct page in an IOMMU driver")

@script:python depends on org@
p << use.p;
@@

coccilib.org.print_todo(p[0], "conversion from or to struct page")

@script:python depends on org@
p << map.p;
@@

coccilib.org.print_todo(p[0], "DMA mapping of a struct page")
