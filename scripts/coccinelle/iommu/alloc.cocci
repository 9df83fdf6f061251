// SPDX-License-Identifier: GPL-2.0-only
///
/// Memory of I/O page tables from the page allocator, a slab cache or kmalloc()
/// is on no counter: neither nr_iommu_pages nor the cgroup's sec_pagetables
/// knows of it, and freeing it wrongly is not noticed.
/// iommu_alloc_pages_node_sz() takes its place, for sizes below a page as well.
///
/// Slab memory counts as a table where it is asked to be aligned or its
/// physical address is taken; what is neither is a software object.
///
// Confidence: Moderate
// URL: https://coccinelle.gitlabpages.inria.fr/website
// Options: --no-includes --include-headers
//
// Keywords: iommu_alloc_pages_sz, get_zeroed_page, kmem_cache_create, kzalloc
//

virtual report
virtual org
virtual context

@initialize:python@
@@
import re

# Drivers of IOMMUs, and the GPU drivers that have page tables of their own. The
# allocator itself (iommu-pages*, iommu-parts*) has to know struct page.
TABLES = re.compile(r"drivers/(iommu/(?!iommufd/|tests/|iommu-pa|ioptdesc)|"
                    r"gpu/drm/(lima|msm|panfrost|panthor)/"
                    r"(\w+/)*\w*(mmu|_vm)\.[ch]$)")

def has_tables(positions):
    return all(TABLES.search(p.file) for p in positions)

@pages@
position p : script:python() { has_tables(p) };
@@

* \( alloc_page@p \| alloc_pages@p \| alloc_pages_node@p \| __alloc_pages@p
*  \| alloc_pages_exact@p \| alloc_pages_exact_nid@p \| alloc_pages_bulk@p
*  \| alloc_pages_bulk_array@p \| alloc_pages_bulk_array_node@p
*  \| alloc_pages_bulk_list@p \| __get_free_page@p \| __get_free_pages@p
*  \| __get_dma_pages@p \| get_zeroed_page@p \| devm_get_free_pages@p
*  \| folio_alloc@p \| __folio_alloc@p \| __folio_alloc_node@p
*  \| pagetable_alloc@p \) (...)

// -- slab caches of aligned objects ------------------------------------------

@unaligned@
expression N, S;
position z;
@@

kmem_cache_create@z(N, S, 0, ...)

@inside@
position p : script:python() { has_tables(p) };
@@

kmem_cache_create@p(...)

@cache@
position inside.p;
position q != unaligned.z;
@@

* kmem_cache_create@p@q(...)

@named@
expression C;
position cache.q;
@@

C = kmem_cache_create@q(...)

@taken@
expression named.C;
position t;
@@

* \( kmem_cache_alloc@t \| kmem_cache_zalloc@t \| kmem_cache_alloc_node@t
*  \| kmem_cache_alloc_bulk@t \) (C, ...)

// -- slab memory that the hardware is told of --------------------------------

@told@
expression x, y, z;
type T;
position p : script:python() { has_tables(p) };
position q != taken.t;
@@

* x = \( kmalloc@p@q \| kzalloc@p@q \| kmalloc_node@p@q \| kzalloc_node@p@q
*      \| kcalloc@p@q \| kmalloc_array@p@q \| kmem_cache_alloc@p@q
*      \| kmem_cache_zalloc@p@q \| kmem_cache_alloc_node@p@q \) (...)
  ... when != x = y
(
  virt_to_phys(x)
|
  __pa(x)
|
  iommu_virt_to_phys(x)
|
  dma_map_single(z, x, ...)
|
  IS_ALIGNED((T)x, z)
)

@script:python depends on report@
p << pages.p;
@@

coccilib.report.print_report(p[0], "table memory from the page allocator: use iommu_alloc_pages_node_sz()")

@script:python depends on report@
p << cache.q;
@@

coccilib.report.print_report(p[0], "slab cache of aligned objects: take tables from iommu_alloc_pages_node_sz()")

@script:python depends on report@
p << taken.t;
@@

coccilib.report.print_report(p[0], "table memory from a slab cache: use iommu_alloc_pages_node_sz()")

@script:python depends on report@
p << told.p;
@@

coccilib.report.print_report(p[0], "slab memory that the hardware reads: use iommu_alloc_pages_node_sz()")

@script:python depends on org@
p << pages.p;
@@

coccilib.org.print_todo(p[0], "table memory from the page allocator")

@script:python depends on org@
p << cache.q;
@@

coccilib.org.print_todo(p[0], "slab cache of aligned objects")

@script:python depends on org@
p << taken.t;
@@

coccilib.org.print_todo(p[0], "table memory from a slab cache")

@script:python depends on org@
p << told.p;
@@

coccilib.org.print_todo(p[0], "slab memory that the hardware reads")
