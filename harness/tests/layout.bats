#!/usr/bin/env bats
# The compile that must fail: each word of struct ioptdesc is moved and resized
# in a copy of the header, and the static assert of that very word must stop the
# compiler, before the asserts of the words behind it.

setup()
{
	# shellcheck source=harness/env.sh
	TREE=${LINUX_TREE:-}
	. "${BATS_TEST_DIRNAME}/../env.sh"
	LINUX_TREE=${TREE:-$LINUX_TREE}
	. "${BATS_TEST_DIRNAME}/layout.bash"

	OUT=$(layout_out) ||
		skip "no output folder with drivers/iommu/iommu-pages.o: make kunit first"
	WORK=$BATS_TEST_TMPDIR
	cp "$LINUX_TREE"/drivers/iommu/{iommu-pages.[ch],ioptdesc.h} "$WORK"
}

# A word more in front of the field: all asserts before it hold
moved()
{
	layout_edit "/^struct ioptdesc {/,/^};/s/^.*[ \t*]$1;/\tunsigned long moved;\n&/"
	expect_assert "offsetofend(struct ioptdesc, $1)"
}

# Twice as large where it was
resized()
{
	layout_edit "/^struct ioptdesc {/,/^};/s/$1;/$1[2];/"
	expect_assert "offsetofend(struct ioptdesc, $1)"
}

# CONFIG_MEMCG may be off in the folder that is used
needs_memcg()
{
	grep -q '^CONFIG_MEMCG=y' "$OUT/.config" ||
		skip "CONFIG_MEMCG is not set in $OUT"
}

@test "the header as it is compiles" {
	run layout_compile
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "each field has a case here and an assert in the header" {
	fields=$(layout_fields "$WORK/ioptdesc.h")
	asserts=$(sed -n 's/^IOPTDESC_MATCH(.*, \(.*\));/\1/p' "$WORK/ioptdesc.h")
	cases=$(sed -n 's/^@test ".*" { moved \([a-z_]*\); }$/\1/p' "$BATS_TEST_FILENAME")
	cases+=$'\n'memcg_data
	echo "$fields" "$asserts" "$cases"
	[ -n "$fields" ]
	[ "$fields" = "$asserts" ]
	[ "$fields" = "$cases" ]
}

@test "flags moved" { moved __page_flags; }
@test "flags resized" { resized __page_flags; }
@test "lru moved" { moved freelist_elm; }
@test "lru resized" { resized freelist_elm; }
@test "mapping moved" { moved __page_mapping; }
@test "mapping resized" { resized __page_mapping; }
@test "index moved" { moved __page_index; }
@test "index resized" { resized __page_index; }
@test "private moved" { moved parts; }
@test "private resized" { resized parts; }
@test "page_type moved" { moved state; }
@test "page_type resized" { resized state; }
@test "_refcount moved" { moved __page_refcount; }
@test "_refcount resized" { resized __page_refcount; }

@test "memcg_data moved" {
	needs_memcg
	moved memcg_data
}

@test "memcg_data resized" {
	needs_memcg
	resized memcg_data
}

@test "two words exchanged" {
	layout_edit 's/^\tunsigned long __page_mapping;/\tpgoff_t __page_xedni;/
		s/^\tpgoff_t __page_index;/\tunsigned long __page_mapping;/
		s/__page_xedni/__page_index/'
	expect_assert "offsetofend(struct ioptdesc, __page_mapping)"
}

@test "the word with the mark of a tail page" {
	layout_edit 's/^\tstruct list_head freelist_elm;/\tstruct { struct list_head *prev, *next; } freelist_elm;/'
	expect_assert "offsetof(struct page, compound_head)"
}

@test "larger than struct page" {
	layout_edit '/^struct ioptdesc {/,/^};/s/^};/\tunsigned long more[8];\n};/'
	expect_assert "sizeof(struct ioptdesc) <= sizeof(struct page)"
}
