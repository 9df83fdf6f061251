# shellcheck shell=bash
# Compile drivers/iommu/iommu-pages.c against a changed copy of ioptdesc.h, with
# the flags it was built with.  Nothing is written but error messages.
#
# LAYOUT_OUT: an output folder in which drivers/iommu/iommu-pages.o was built.
# LINUX_TREE: the source tree it was built from.

# The first output folder that has the object
layout_out()
{
	local cmd

	if [ -n "${LAYOUT_OUT:-}" ]; then
		echo "$LAYOUT_OUT"
		return
	fi
	for cmd in "$BUILD"/*/drivers/iommu/.iommu-pages.o.cmd; do
		[ -f "$cmd" ] || continue
		echo "${cmd%/drivers/iommu/.iommu-pages.o.cmd}"
		return
	done
	return 1
}

# The compiler and its flags, from the line "savedcmd_... := gcc ... -c -o OBJ SRC",
# without dependency output, objtool and ccache
layout_flags()
{
	sed -n '1{
		s/^[^=]*:= *//
		s/ ; .*//
		s/^ccache *//
		s/-Wp,-MMD,[^ ]*//
		s/ -c -o [^ ]* [^ ]*\.c *$//
		p
	}' "$1/drivers/iommu/.iommu-pages.o.cmd"
}

# The fields of struct ioptdesc, in order
layout_fields()
{
	sed -n '/^struct ioptdesc {/,/^};/s/.*[ \t*]\([a-z_]*\);$/\1/p' "$1"
}

# layout_compile: check $WORK/iommu-pages.c, messages on stdout
layout_compile()
{
	local flags

	flags=$(layout_flags "$OUT")
	(cd "$OUT" && eval "$flags" -fsyntax-only '"$WORK/iommu-pages.c"' 2>&1)
}

# The first assert that failed, as gcc quotes its expression
layout_first_assert()
{
	grep -o 'static assertion failed: "[^"]*"' | head -n 1
}

# layout_edit SED-SCRIPT: change the copy, which must make a difference
layout_edit()
{
	sed -i "$1" "$WORK/ioptdesc.h"
	! cmp -s "$WORK/ioptdesc.h" "$LINUX_TREE/drivers/iommu/ioptdesc.h"
}

# expect_assert TEXT: it does not compile, because of this assert before others
expect_assert()
{
	local first said

	said=$(layout_compile) && {
		echo "compiles, although $1 does not match"
		return 1
	}
	first=$(layout_first_assert <<<"$said")
	[[ $first == *"$1"* ]] || {
		echo "expected $1, first assert is: ${first:-none}"
		head -n 20 <<<"$said"
		return 1
	}
}
