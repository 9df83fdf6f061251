#!/usr/bin/env bats
# harness/matrix on a kernel of four files whose Makefile compiles them: what it
# says of a warning that is new, of an error, of what was not built, not
# configured or not compiled anywhere, and of a compiler that is not there.

load fixture

setup()
{
	REPO=$BATS_TEST_TMPDIR/repo
	TREE=$REPO/build/linux
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	mkdir -p "$REPO/harness/matrix.d" "$TREE"/{drivers/iommu,mm}
	cp "$HARNESS"/{matrix,env.sh} "$REPO/harness/"
	printf '#!/bin/sh\n' >"$REPO/harness/compose"
	chmod +x "$REPO/harness/compose"
	echo 'CONFIG_ONE=y' >"$REPO/harness/matrix.d/some.config"
	echo "one | $(uname -m) | gcc | defconfig | some | | ci" \
		>"$REPO/harness/matrix.rows"
	small_kernel
	git -C "$TREE" init -q -b series
	commit_all 'The base'
	git -C "$TREE" update-ref refs/compose/base HEAD
	git -C "$TREE" worktree add -q --detach "$REPO/build/base"
	echo 'int one;' >>"$TREE/drivers/iommu/one.c"
	echo 'int debug;' >>"$TREE/mm/debug.c"
	commit_all 'The series'
}

small_kernel()
{
	printf 'config ONE\nconfig TWO\n' >"$TREE/drivers/iommu/Kconfig"
	echo 'extern int first;' >"$TREE/drivers/iommu/one.c"
	cp "$TREE/drivers/iommu/one.c" "$TREE/drivers/iommu/two.c"
	cp "$TREE/drivers/iommu/one.c" "$TREE/mm/debug.c"
	sed 's/^  */\t/' >"$TREE/Makefile" <<-'M'
		S := $(CURDIR)
		IOMMU := $(wildcard $(S)/drivers/iommu/*.c)
		defconfig:
		  : >$(O)/.config
		olddefconfig:
		  sed -i /CONFIG_TWO/d $(O)/.config
		drivers/iommu/: $(IOMMU:$(S)/%.c=%.o)
		  touch $(O)/$@built-in.a
		%.o:
		  mkdir -p $(O)/$(@D)
		  cd $(O) && $(CC) -Wall -c -o $@ $(S)/$*.c
		  echo $(S)/$*.c >$(O)/$(@D)/.$(@F).cmd
	M
}

# series FILE LINE: one commit more, with that line in it
series()
{
	mkdir -p "$(dirname "$TREE/$1")"
	echo "$2" >>"$TREE/$1"
	commit_all 'More of it'
}

base()
{
	echo "$2" >>"$REPO/build/base/$1"
}

row()
{
	echo "$*" >>"$REPO/harness/matrix.rows"
}

matrix()
{
	"$REPO/harness/matrix" "$@"
}

passes()
{
	run matrix "$@"
	echo "$output"
	[ "$status" -eq 0 ]
}

UNUSED='static void unused(void) {}'

@test "nothing wrong: the row and the sources, and the base is not built" {
	passes
	says '2 objects, 0 warnings, the base was not needed'
	says 'matrix: 2 passed, 0 skipped'
	[ ! -e "$REPO/build/matrix/one-base" ]
	[ "$(cat "$REPO/build/results/matrix-sources.tsv")" = \
		$'drivers/iommu/one.c\tone\nmm/debug.c\tone' ]
}

@test "a new warning" {
	series drivers/iommu/one.c "$UNUSED"
	refuses matrix
	says "one: drivers/iommu/one.c: warning: ‘unused’ defined but not used"
	says '1 warnings, 0 in the base'
	says 'next: harness/matrix one'
	grep -q '^fail.one' "$REPO/build/results/matrix.tsv"
}

@test "a new warning outside of drivers/iommu" {
	series mm/debug.c "$UNUSED"
	refuses matrix
	says "one: mm/debug.c: warning: ‘unused’ defined but not used"
}

@test "a new warning in a tree that was built before" {
	passes
	series drivers/iommu/one.c "$UNUSED"
	refuses matrix
	says "one: drivers/iommu/one.c: warning: ‘unused’ defined but not used"
}

@test "a warning that the base has on another line" {
	base drivers/iommu/one.c "$UNUSED"
	series drivers/iommu/one.c "$UNUSED"
	passes
	says '1 warnings, 1 in the base'
}

@test "the same warning once more than in the base" {
	base drivers/iommu/one.c "$UNUSED"
	series drivers/iommu/one.c "$UNUSED"
	series drivers/iommu/two.c "$UNUSED"
	refuses matrix
	says "one: drivers/iommu/two.c: warning: ‘unused’ defined but not used"
	says '2 warnings, 1 in the base'
}

@test "an error" {
	series drivers/iommu/one.c 'int f(void) { return missing; }'
	refuses matrix
	says "error: ‘missing’ undeclared"
}

@test "of the base only what has a warning in the series is built" {
	base drivers/iommu/one.c "$UNUSED"
	base drivers/iommu/two.c 'no C'
	series drivers/iommu/one.c "$UNUSED"
	passes
	[ -e "$REPO/build/matrix/one-base/drivers/iommu/one.o" ]
}

@test "all of the base is built if a header has a warning" {
	mkdir -p "$TREE/include" "$REPO/build/base/include"
	echo "$UNUSED" >"$REPO/build/base/include/all.h"
	base drivers/iommu/two.c '#include "../../include/all.h"'
	series include/all.h "$UNUSED"
	series drivers/iommu/two.c '#include "../../include/all.h"'
	passes
	says '1 warnings, 1 in the base'
	[ -e "$REPO/build/matrix/one-base/drivers/iommu/one.o" ]
}

@test "a new warning in a source that the base does not have" {
	series drivers/iommu/three.c "$UNUSED"
	refuses matrix
	says "one: drivers/iommu/three.c: warning: ‘unused’ defined but not used"
	[ ! -e "$REPO/build/matrix/one-base" ]
}

@test "an error in the base only" {
	base drivers/iommu/one.c 'no C'
	passes
}

@test "an error in the base where a warning is to be compared" {
	base drivers/iommu/one.c 'no C'
	series drivers/iommu/one.c "$UNUSED"
	refuses matrix
	says 'one: the base does not build'
}

@test "a make that fails and says nothing" {
	sed -i 's/touch/@exec >\&- 2>\&-; false/' "$TREE/Makefile"
	sed -i 's/^S :=/.SILENT:\n&/' "$TREE/Makefile"
	printf '#!/bin/sh\n/usr/bin/make "$@" 2>/dev/null\n' \
		>"$BATS_TEST_TMPDIR/make"
	chmod +x "$BATS_TEST_TMPDIR/make"
	PATH=$BATS_TEST_TMPDIR:$PATH refuses matrix
	says 'one: make failed and said nothing: see build/matrix/one-ours.raw'
	says 'one: drivers/iommu/built-in.a was not built'
}

@test "an object of the row that was not built" {
	row "two | $(uname -m) | gcc | defconfig | some | mm/gone.o |"
	refuses matrix two
	says 'two: mm/gone.o was not built'
}

@test "an option that did not survive" {
	echo 'CONFIG_TWO=y' >>"$REPO/harness/matrix.d/some.config"
	refuses matrix
	says 'one: CONFIG_TWO=y did not survive'
}

@test "an option that is on and must not be" {
	echo 'CONFIG_ONE=n' >>"$REPO/harness/matrix.d/some.config"
	refuses matrix
	says 'one: CONFIG_ONE is set'
}

@test "an option that the tree does not have" {
	echo 'CONFIG_THREE=y' >>"$REPO/harness/matrix.d/some.config"
	sed -i 's/TWO/THREE/' "$TREE/Makefile"
	commit_all 'Without three'
	passes
}

@test "a function of the allocator that is defined nowhere" {
	series drivers/iommu/one.c 'void iommu_free_pages(void *); void f(void) { iommu_free_pages(0); }'
	refuses matrix
	says 'iommu_free_pages is defined nowhere'
}

@test "a source of the series that no row compiles" {
	series drivers/gpu/gpu.c 'int gpu;'
	refuses matrix
	says 'sources: drivers/gpu/gpu.c is compiled by no row'
}

@test "a source that was compiled before, by a row that fails now" {
	passes
	echo 'CONFIG_TWO=y' >>"$REPO/harness/matrix.d/some.config"
	sed -i 's/sed -i/false/' "$TREE/Makefile"
	refuses matrix
	says 'one: no configuration: see build/matrix/one-ours.log'
	says 'sources: drivers/iommu/one.c is compiled by no row'
}

@test "a compiler that is not there is a skip with its name" {
	row "two | alpha | no-such-target | defconfig | some | |"
	passes
	says 'two: skip: no no-such-target-gcc'
	says 'matrix: 1 passed, 2 skipped'
	grep -qP '^skip\tsources\twithout two$' "$REPO/build/results/matrix.tsv"
}

@test "ci means the rows that are marked so" {
	row "two | $(uname -m) | gcc | defconfig | some | mm/gone.o |"
	passes ci
	says 'matrix: 2 passed, 0 skipped'
}

@test "a row that there is not" {
	refuses matrix three
	says 'harness/matrix.rows has no row three.'
}
