# SPDX-License-Identifier: GPL-2.0
"""What the benchmark measures: the rows of its tables, and their targets.

An operation is "<member>/<row>" of one of the groups below, "<row>" alone where
the group has one member without a name. bench/src/*.c prints these names; what
is printed and not named here, or the other way round, is an error. The base's
figures are those of its own boots, or, where a group has another base, those
that the same boots of the series print as "<base>:<operation>".

For rows of another subject, add a source file to bench/src/ (each .c there is
built), call it from iommu_pages_bench(), and add a group for it here.
"""

# Figures of a machine: title, unit, and which one of a boot counts. The host
# disturbs time, never to the better.
MACHINES = {
    "uml": ("Time", "ns", "min"),
    "x86_64": ("Instructions", "instr.", "median"),
}


class Group:
    """Rows that share a table.

    members   what each of the rows is measured for: key, name
    rows      key, name
    targets   by machine: the highest ratio of series to base; the key is that
              of an operation, else of a row, else "*"
    base      what the series is compared with, if not with the base's boots
    note      one sentence that belongs below the figures
    limits    row: the row that it cannot be cheaper than
    absent    "<machine>:<member>", "<machine>:<row>", "<member>/<row>": not
              measured there
    readme    the rows that the README shows; all are in bench/results/README.md
    shown     the machines whose figures it shows, if there are members
    """

    def __init__(self, title, per, rows, targets, about="", members=None,
                 base="base", note="", limits=(), absent=(), readme=(),
                 shown=("x86_64",)):
        self.title = title
        self.per = per
        self.about = about
        self.members = members or {"": ""}
        self.rows = rows
        self.targets = targets
        self.base = base
        self.note = note
        self.limits = dict(limits)
        self.absent = absent
        self.readme = readme
        self.shown = shown

    def operations(self, machine):
        """All that have to be measured, in the order of the tables."""
        return [member + "/" * bool(member) + row
                for member in self.members
                if machine + ":" + member not in self.absent
                for row in self.rows
                if machine + ":" + row not in self.absent
                and member + "/" + row not in self.absent]

    def source(self, side, operation):
        """Whose boots print it for this side, and under which name."""
        if side == "base" and self.base != "base":
            return "ours", self.base + ":" + operation
        return side, operation

    def name(self, operation):
        member, _, row = operation.rpartition("/")
        return self.members[member] + ": " * bool(member) + self.rows[row]

    def limit(self, operation):
        return self.limits.get(operation)

    def target(self, machine, operation):
        targets = self.targets.get(machine, {})
        row = operation.rpartition("/")[2]
        return targets.get(operation, targets.get(row, targets.get("*")))


ALLOCATOR = Group(
    "The allocator", "table",
    rows={
        "4K-alloc": "allocate 4K",
        "4K-free": "free 4K",
        "16K-alloc": "allocate 16K",
        "16K-free": "free 16K",
        "64K-alloc": "allocate 64K",
        "64K-free": "free 64K",
        "charged-4K-alloc": "allocate 4K, charged",
        "charged-4K-free": "free 4K, charged",
        "list-add": "add to a list",
        "put-list-16": "put a list of 16, per table",
        "put-list-512": "put a list of 512, per table",
        "put-list-32768": "put a list of 32768, per table",
        "charged-put-list-512": "put a list of 512, charged",
        "free-NULL": "free NULL",
        "put-list-empty": "put an empty list",
        "bare-4K-alloc": "page allocator: allocate 4K",
        "bare-4K-free": "page allocator: free 4K",
        "bare-16K-alloc": "page allocator: allocate 16K",
        "bare-16K-free": "page allocator: free 16K",
        "bare-64K-alloc": "page allocator: allocate 64K",
        "bare-64K-free": "page allocator: free 64K",
        "clear_page": "clear_page()",
    },
    limits={
        "4K-alloc": "bare-4K-alloc",
        "4K-free": "bare-4K-free",
        "16K-alloc": "bare-16K-alloc",
        "16K-free": "bare-16K-free",
        "64K-alloc": "bare-64K-alloc",
        "64K-free": "bare-64K-free",
        "put-list-16": "bare-4K-free",
        "put-list-512": "bare-4K-free",
        "put-list-32768": "bare-4K-free",
        "bare-4K-alloc": "clear_page",
    },
    targets={
        "uml": {"4K-alloc": 1.03, "4K-free": 1.05, "put-list-512": 0.75},
        "x86_64": {"put-list-512": 0.70},
    },
    readme=("4K-alloc", "4K-free", "64K-alloc", "64K-free",
            "charged-4K-alloc", "put-list-512", "charged-put-list-512"),
)

FORMATS = Group(
    "Page tables of each io-pgtable format", "call",
    about="""\
A call maps or unmaps the whole range, in tables that exist already unless the
row says so. DART 2 has 16K where others have 4K, v7s has 1M and 16M where
others have 2M and 1G. Times have no target: boots of one kernel differ by more
than what is looked for, see the spread of their rows.""",
    members={
        "lpae64-s1": "LPAE 64 S1",
        "lpae64-s2": "LPAE 64 S2",
        "lpae32-s1": "LPAE 32 S1",
        "lpae32-s2": "LPAE 32 S2",
        "mali": "Mali",
        "v7s": "v7s",
        "dart": "DART",
        "dart2": "DART 2",
        "amd-v1": "AMD v1",
        "amd-v2": "AMD v2",
    },
    rows={
        "4K-map": "map 4K",
        "4K-unmap": "unmap 4K",
        "16x4K-map": "map 16 × 4K",
        "16x4K-unmap": "unmap 16 × 4K",
        "256x4K-map": "map 256 × 4K",
        "256x4K-unmap": "unmap 256 × 4K",
        "512x4K-map": "map 512 × 4K",
        "512x4K-unmap": "unmap 512 × 4K",
        "262144x4K-map": "map 262144 × 4K",
        "262144x4K-unmap": "unmap 262144 × 4K",
        "262144x4K-first": "map 262144 × 4K, and their tables",
        "2M-map": "map 2M",
        "2M-unmap": "unmap 2M",
        "1G-map": "map 1G",
        "1G-unmap": "unmap 1G",
        "domain-create": "create a domain",
        "domain-destroy": "destroy it, empty",
        "filled-destroy": "destroy it, with 262144 × 4K",
    },
    # AMD's driver does not build under UML
    absent=("uml:amd-v1", "uml:amd-v2", "dart/2M-map", "dart/2M-unmap",
            "dart/1G-map", "dart/1G-unmap", "dart2/2M-map",
            "dart2/2M-unmap", "dart2/1G-map", "dart2/1G-unmap"),
    # Instructions repeat exactly, so that there each row has to keep to it.
    # AMD's are what another rewrite of its walks is said to reach.
    targets={
        "x86_64": {
            "*": 1.03,
            "amd-v1/4K-map": 1.00,
            "amd-v1/256x4K-map": 1 / 4.9,
            "amd-v1/256x4K-unmap": 1 / 17,
            "amd-v2/4K-map": 1.00,
            "amd-v2/256x4K-map": 1 / 3.7,
            "amd-v2/256x4K-unmap": 1 / 4.1,
        },
    },
    readme=("4K-map", "4K-unmap", "256x4K-map", "256x4K-unmap",
            "domain-create", "filled-destroy"),
)

PARTS = Group(
    "Tables that share a page", "table",
    about="""\
Next to kmem_cache_zalloc() and kmem_cache_free() of that size and alignment,
in the same boots of the series. 512 tables are allocated, then freed; or one is
allocated and freed again while another one lives.""",
    base="slab",
    members={"256": "256 bytes", "1K": "1 KiB", "2K": "2 KiB"},
    rows={
        "alloc": "allocate",
        "free": "free",
        "pair": "allocate and free",
        "alloc-2cpu": "allocate, on two CPUs",
        "free-2cpu": "free, on two CPUs",
        "pair-2cpu": "allocate and free, on two CPUs",
    },
    # UML has one CPU
    absent=("uml:alloc-2cpu", "uml:free-2cpu", "uml:pair-2cpu"),
    targets={
        "uml": {"*": 1.10},
        "x86_64": {"pair": 1.10, "pair-2cpu": 1.10},
    },
    note="""\
Instructions to allocate or free a batch have no target: the slab takes blocks
of up to eight pages from the page allocator, shared pages come eight at a time
but each of order 0, which costs instructions but no time; figures are in the
message of "iommu: Share pages among I/O page tables below a page".""",
    readme=("alloc", "free", "pair", "pair-2cpu"),
    shown=("uml", "x86_64"),
)

GROUPS = (ALLOCATOR, FORMATS, PARTS)

# A loop of so many instructions; the clock must say the same.
CALIBRATION = "2001-instructions"
# Code of the converted drivers, in bytes
TEXT_TARGET = 1.00
# Not ours, or so short that one instruction more would set the scale
NOT_PLOTTED = ("bare-4K-alloc", "bare-4K-free", "bare-16K-alloc",
               "bare-16K-free", "bare-64K-alloc", "bare-64K-free", "clear_page",
               "free-NULL", "put-list-empty")
