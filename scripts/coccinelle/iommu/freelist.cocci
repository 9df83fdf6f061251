// SPDX-License-Identifier: GPL-2.0-only
///
/// What is on a struct iommu_pages_list is freed by iommu_put_pages_list() and
/// by nothing else. A list on the stack that goes out of scope, one that is
/// initialised again, and one inside a structure that is freed take their
/// tables with them: leaked, and on the counters for ever.
///
/// There is no patch mode: the put belongs behind the flush, and where that is
/// only the driver knows.
///
// Confidence: High
// URL: https://coccinelle.gitlabpages.inria.fr/website
// Options: --no-includes --include-headers
//
// Keywords: iommu_pages_list_add, iommu_put_pages_list, IOMMU_PAGES_LIST_INIT
//

virtual report
virtual org
virtual context

// A path from the last table that the list may have got to the end of the
// function. Whoever gets the list may have added to it, unless the name says
// that it puts; what looks whether the list is empty knows what it does.
@scope exists@
local idexpression struct iommu_pages_list l;
identifier fn;
identifier add !~ "put|^iommu_pages_list_";
identifier put =~ "put";
position p;
@@

fn(...)
{
  ... when any
(
* iommu_pages_list_add@p(&l, ...)
|
* iommu_pages_list_splice@p(..., &l)
|
* add@p(..., &l, ...)
)
  ... when != put(..., &l, ...)
      when != iommu_pages_list_splice(&l, ...)
      when != iommu_pages_list_empty(&l)
}

@again exists@
expression l;
position p;
@@

(
  iommu_pages_list_add(&l, ...)
|
  iommu_pages_list_splice(..., &l)
)
  ... when != iommu_put_pages_list(&l)
      when != iommu_pages_list_splice(&l, ...)
      when != iommu_pages_list_empty(&l)
* l@p = IOMMU_PAGES_LIST_INIT(...)

@member exists@
expression o;
identifier f;
position p;
@@

  iommu_pages_list_add(&o->f, ...)
  ... when != iommu_put_pages_list(&o->f)
      when != iommu_pages_list_splice(&o->f, ...)
      when != iommu_pages_list_empty(&o->f)
* \( kfree@p \| kvfree@p \) (o)

@script:python depends on report@
p << scope.p;
@@

coccilib.report.print_report(p[0], "tables put on a list that goes out of scope without iommu_put_pages_list()")

@script:python depends on report@
p << again.p;
@@

coccilib.report.print_report(p[0], "list initialised again with tables on it")

@script:python depends on report@
p << member.p;
@@

coccilib.report.print_report(p[0], "structure freed with tables on its list")

@script:python depends on org@
p << scope.p;
@@

coccilib.org.print_todo(p[0], "tables put on a list that goes out of scope")

@script:python depends on org@
p << again.p;
@@

coccilib.org.print_todo(p[0], "list initialised again with tables on it")

@script:python depends on org@
p << member.p;
@@

coccilib.org.print_todo(p[0], "structure freed with tables on its list")
