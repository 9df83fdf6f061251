#!/usr/bin/env bats
# The nine rules of composition: each is broken on purpose, and the sentence
# that the tool prints is checked.

load fixture

setup_file()
{
	make_series
}

setup()
{
	setup_copy
}

# -- rule 1: a path belongs to one side -------------------------------------

@test "rule 1: an overlay file that Linux has is refused" {
	mkdir -p "$REPO/mm"
	echo 'int mine;' >"$REPO/mm/vma.c"
	sed -i 's|mm/tool.sh|mm/tool.sh mm/vma.c|' "$REPO/patches/series"
	refuses compose tree
	says "mm/vma.c is in the overlay and in Linux 6.12.1: a path belongs to one side"
}

@test "rule 1: a patch that touches an overlay file is refused" {
	cat >>"$REPO/patches/iommu-pages/iommu-dma-spell-twenty.patch" <<-'E'
		diff --git a/drivers/iommu/pages.c b/drivers/iommu/pages.c
		index 1234567890123456789012345678901234567890..1234567890123456789012345678901234567891 100644
		--- a/drivers/iommu/pages.c
		+++ b/drivers/iommu/pages.c
		@@ -1 +1 @@
		-int pages;
		+int page;
	E
	refuses compose tree
	says "drivers/iommu/pages.c is overlay, and patches/iommu-pages/iommu-dma-spell-twenty.patch touches it"
}

@test "rule 1: a file that a newer Linux has since added is not hidden" {
	make_kernel "$BATS_TEST_TMPDIR/newer" 2
	echo 'int theirs;' >"$BATS_TEST_TMPDIR/newer/drivers/iommu/pages.c"
	LINUX=$BATS_TEST_TMPDIR/newer refuses compose tree
	says "drivers/iommu/pages.c is in the overlay and in Linux 6.12.2"
}

# -- rule 2: each file exactly once, complete, nothing commented out ---------

@test "rule 2: an overlay file that no line names is an orphan" {
	echo 'int lost;' >"$REPO/drivers/iommu/lost.c"
	refuses compose tree
	says "drivers/iommu/lost.c is an orphan: no line of patches/series brings it in"
}

@test "rule 2: a patch that no line names is an orphan" {
	sed -i '/spell-twenty/d' "$REPO/patches/series"
	refuses compose tree
	says "patches/iommu-pages/iommu-dma-spell-twenty.patch is an orphan"
}

@test "rule 2: an overlay file named twice" {
	sed -i 's|mm/tool.sh|mm/tool.sh drivers/iommu/pages.c|' \
		"$REPO/patches/series"
	refuses compose tree
	says "patches/series names drivers/iommu/pages.c twice"
}

@test "rule 2: a patch named twice" {
	sed -n 1p "$REPO/patches/series" >>"$REPO/patches/series"
	refuses compose tree
	says "patches/series names patches/iommu-pages/iommu-dma-spell-twenty.patch twice"
}

@test "rule 2: a file that is named and not there" {
	rm "$REPO/drivers/iommu/pages.c"
	refuses compose tree
	says "patches/series names drivers/iommu/pages.c, which does not exist"
}

@test "rule 2: a commented-out entry" {
	sed -i '1s/^/# /' "$REPO/patches/series"
	refuses compose tree
	says "patches/series line 1 is commented out"
}

@test "rule 2: a later commit that changes a new file must be folded" {
	echo 'int more;' >>"$TREE/drivers/iommu/pages.c"
	commit_all 'iommu: Add more pages'
	refuses compose export
	says "changes drivers/iommu/pages.c, which commit"
	says "a new file enters complete"
	says "commit --fixup"
}

@test "rule 2: a patch that creates a file is refused" {
	cat >>"$REPO/patches/iommu-pages/iommu-dma-spell-twenty.patch" <<-'E'
		diff --git a/mm/new.c b/mm/new.c
		new file mode 100644
		index 0000000000000000000000000000000000000000..1234567890123456789012345678901234567891
		--- /dev/null
		+++ b/mm/new.c
		@@ -0,0 +1 @@
		+int new;
	E
	refuses compose tree
	says "creates mm/new.c: a new file enters complete, as overlay"
}

@test "rule 2: a new file outside Linux's directories cannot be overlay" {
	mkdir "$TREE/harness"
	echo x >"$TREE/harness/x"
	commit_all 'harness: Add x'
	refuses compose export
	says "adds harness/x: new files live below a top-level directory that Linux has"
}

# -- rule 3: no fuzz, no 3-way, written by format-patch ----------------------

@test "rule 3: a hunk whose context is off by one line is not fuzzed in" {
	sed -i 's/^ 17$/ seventeen/' \
		"$REPO/patches/iommu-pages/iommu-dma-spell-twenty.patch"
	refuses compose tree
	says "patches/iommu-pages/iommu-dma-spell-twenty.patch does not apply to drivers/iommu/dma.c near line 17"
}

@test "rule 3: a patch that git format-patch did not write is refused" {
	local patch=$REPO/patches/iommu-pages/iommu-dma-spell-twenty.patch
	sed -i '1s/0000/1234/' "$patch"
	refuses compose tree
	says "was not written by make export"
}

@test "rule 3: a patch with a signature is refused" {
	printf -- '-- \n2.39.5\n\n' \
		>>"$REPO/patches/iommu-pages/iommu-dma-spell-twenty.patch"
	refuses compose tree
	says "was not written by make export"
}

# -- rule 4: one commit per line, on the unpacked source ---------------------

@test "rule 4: one commit per line, in order, on the source as unpacked" {
	run git -C "$TREE" log --reverse --format=%s
	[ "${lines[0]}" = 'Linux source, unpacked' ]
	[ "${lines[1]}" = 'iommu/dma: Spell twenty' ]
	[ "${lines[2]}" = 'iommu: Add pages' ]
	[ "${lines[3]}" = 'mm: Add a tool' ]
	[ "${#lines[@]}" -eq 4 ]
	[ "$(git -C "$TREE" rev-parse 'refs/compose/base^{tree}')" = \
	  "$(tree_id "$SRC")" ]
}

@test "rule 4: a merge commit is not a line" {
	git -C "$TREE" checkout -q -b side refs/compose/base
	echo 'int side;' >>"$TREE/mm/vma.c"
	commit_all 'mm: Side'
	git -C "$TREE" checkout -q series
	git -C "$TREE" merge -q -m 'Merge' side
	refuses compose export
	says "build/linux has a merge commit: the series is a line"
}

@test "rule 4: a commit without its own subject (fixup!) is not a line" {
	sed -i 's/^30$/thirty/' "$TREE/drivers/iommu/dma.c"
	commit_all 'fixup! iommu/dma: Spell twenty'
	refuses compose export
	says "is still a fixup"
}

# -- rule 5: nothing is lost in either direction -----------------------------

@test "rule 5: export after compose is a no-op" {
	(cd "$REPO" && find patches drivers mm -type f -exec sha256sum {} + |
		sort -k2) >before
	rm -rf "$REPO/build"
	compose tree
	run compose export
	says "3 commits, 0 files written, 0 removed"
	(cd "$REPO" && find patches drivers mm -type f -exec sha256sum {} + |
		sort -k2) | diff before -
}

@test "rule 5: compose does not overwrite commits that were not exported" {
	echo 'int more;' >>"$TREE/mm/vma.c"
	commit_all 'mm: Add more'
	touch "$REPO/patches/series"
	refuses compose tree
	says "build/linux has commits that were not exported (1 new"
	says "next: make export"
	[ "$(git -C "$TREE" log -1 --format=%s)" = 'mm: Add more' ]
}

@test "rule 5: compose does not overwrite changes that were not committed" {
	echo 'int more;' >>"$TREE/mm/vma.c"
	echo 'int pages, more;' >"$REPO/drivers/iommu/pages.c"
	refuses compose tree
	says "build/linux has changes that are not committed, so compose stopped"
	grep -q more "$TREE/mm/vma.c"
}

@test "rule 5: export stops at changes that are not committed" {
	echo 'int more;' >>"$TREE/mm/vma.c"
	refuses compose export
	says "build/linux has changes that are not committed, so export stopped"
}

@test "rule 5: export sees a new file although Debian's .gitignore hides it" {
	echo 'int more;' >"$TREE/mm/more.c"
	refuses compose export
	says "build/linux/mm/more.c is not committed, so export stopped"
}

@test "rule 5: export refuses if the repository moved meanwhile" {
	echo 'int more;' >>"$TREE/mm/vma.c"
	commit_all 'mm: Add more'
	echo 'int pages, others;' >"$REPO/drivers/iommu/pages.c"
	refuses compose export
	says "drivers/iommu/pages.c changed in the repository since build/linux was composed, so export stopped"
	grep -q others "$REPO/drivers/iommu/pages.c"
}

@test "rule 5: the way out of a moved repository is the one printed" {
	echo 'int more;' >>"$TREE/mm/vma.c"
	commit_all 'mm: Add more'
	echo 'int pages, others;' >"$REPO/drivers/iommu/pages.c"
	refuses compose export
	next=$(sed -n 's/^next: //p' <<<"$output")
	cd "$REPO"
	make() { compose "$1"; }
	eval "$next"
	compose export
	grep -q others "$TREE/drivers/iommu/pages.c"
	grep -q more "$TREE/mm/vma.c"
	[ "$(wc -l <"$REPO/patches/series")" -eq 4 ]
}

@test "rule 5: an overlay file edited in place is composed" {
	echo 'int pages, two;' >"$REPO/drivers/iommu/pages.c"
	compose tree
	grep -q two "$TREE/drivers/iommu/pages.c"
	run compose export
	says "0 files written, 0 removed"
}

@test "rule 5: fixup, autosquash and export change just that patch" {
	sed -i 's/^25$/twenty-five/' "$TREE/drivers/iommu/dma.c"
	git -C "$TREE" commit -q -a --fixup 'HEAD~2'
	GIT_SEQUENCE_EDITOR=true git -C "$TREE" rebase -q -i --autosquash \
		refs/compose/base
	run compose export
	says "3 commits, 1 files written, 0 removed"
	grep -q twenty-five \
		"$REPO/patches/iommu-pages/iommu-dma-spell-twenty.patch"
	run compose tree
	says "nothing to do"
}

@test "rule 5: a deleted commit takes its patch and its files along" {
	git -C "$TREE" rebase -q --onto HEAD~2 HEAD~1
	compose export
	[ ! -e "$REPO/drivers" ]
	[ ! -e "$REPO/patches/iommu-pages/iommu-add-pages.patch" ]
	[ "$(wc -l <"$REPO/patches/series")" -eq 2 ]
}

@test "rule 5: a reworded commit stays in its topic" {
	echo 'int v;' >>"$TREE/mm/vma.c"
	commit_all 'mm: Add v'
	TOPIC=zone-device compose export
	[ -e "$REPO/patches/zone-device/mm-add-v.patch" ]
	git -C "$TREE" commit -q --amend -m 'mm: Add the v' -m 'Why.'
	compose export
	[ -e "$REPO/patches/zone-device/mm-add-the-v.patch" ]
	[ ! -e "$REPO/patches/zone-device/mm-add-v.patch" ]
}

# -- rule 6: only what changed is written ------------------------------------

@test "rule 6: composing again leaves the times of untouched files alone" {
	find "$TREE" -name .git -prune -o -type f -exec touch -d 2001-01-01 {} +
	echo 'int pages, two;' >"$REPO/drivers/iommu/pages.c"
	compose tree
	run find "$TREE" -name .git -prune -o -type f -newermt 2002-01-01 -print
	[ "$output" = "$TREE/drivers/iommu/pages.c" ]
}

@test "rule 6: composing the same again does nothing" {
	run compose tree
	says "nothing to do"
}

@test "rule 6: equal input gives equal commit ids in another clone" {
	cp -r "$REPO" "$BATS_TEST_TMPDIR/clone"
	rm -rf "$BATS_TEST_TMPDIR/clone/build"
	"$BATS_TEST_TMPDIR/clone/harness/compose" tree
	[ "$(git -C "$TREE" rev-parse HEAD)" = \
	  "$(git -C "$BATS_TEST_TMPDIR/clone/build/linux" rev-parse HEAD)" ]
}

# -- rule 7: the base ---------------------------------------------------------

@test "rule 7: another version is a warning if everything applies" {
	make_kernel "$BATS_TEST_TMPDIR/other" 7
	LINUX=$BATS_TEST_TMPDIR/other run compose tree
	[ "$status" -eq 0 ]
	says "warning: the base is Linux 6.12.7"
	says "BASE names 6.12.1"
	grep -q 'SUBLEVEL = 7' "$TREE/Makefile"
	grep -q twenty "$TREE/drivers/iommu/dma.c"
}

@test "rule 7: another version is an error if a patch does not apply" {
	make_kernel "$BATS_TEST_TMPDIR/other" 7
	sed -i 's/^19$/nineteen/' "$BATS_TEST_TMPDIR/other/drivers/iommu/dma.c"
	LINUX=$BATS_TEST_TMPDIR/other refuses compose tree
	says "patches/iommu-pages/iommu-dma-spell-twenty.patch does not apply to drivers/iommu/dma.c near line 17 of Linux 6.12.7; the series is cut from 6.12.1"
	says "next: "
}

@test "rule 7: LINUX= takes a tarball and a git clone, and they agree" {
	cp "$BATS_TEST_TMPDIR/linux.tar.xz" "$BATS_TEST_TMPDIR/copy.tar.xz"
	LINUX=$BATS_TEST_TMPDIR/copy.tar.xz compose tree
	local head
	head=$(git -C "$TREE" rev-parse HEAD)
	git init -q "$SRC"
	git -C "$SRC" add -f -A .
	git -C "$SRC" commit -q -m base
	echo 'int wip;' >"$SRC/mm/wip.c"
	LINUX=$SRC compose tree
	[ "$head" = "$(git -C "$TREE" rev-parse HEAD)" ]
}

@test "rule 7: no LINUX= and no package is one sentence" {
	rm "$BATS_TEST_TMPDIR/linux.tar.xz"
	refuses compose tree
	says "installing it"
	says "there is no source package:"
	says "(package linux-source-fixture) is missing"
}

@test "rule 7: LINUX= that does not exist" {
	LINUX=/nowhere refuses compose tree
	says "LINUX=/nowhere does not exist"
}

@test "rule 7: LINUX= that is not a kernel" {
	mkdir "$BATS_TEST_TMPDIR/empty"
	LINUX=$BATS_TEST_TMPDIR/empty refuses compose tree
	says "is not a Linux source tree: it has no Makefile"
	echo 'all:' >"$BATS_TEST_TMPDIR/empty/Makefile"
	LINUX=$BATS_TEST_TMPDIR/empty refuses compose tree
	says "is not a Linux source tree: its Makefile names no VERSION"
	echo text >"$BATS_TEST_TMPDIR/text"
	LINUX=$BATS_TEST_TMPDIR/text refuses compose tree
	says "is not a Linux source tree: it cannot be unpacked"
}

@test "rule 7: LINUX= that was built in" {
	touch "$SRC/.config"
	LINUX=$SRC refuses compose tree
	says "was built in and holds generated files"
	says "mrproper"
}

@test "rule 7: nothing depends on the cache once the tree is there" {
	rm -rf "$XDG_CACHE_HOME"
	echo 'int pages, two;' >"$REPO/drivers/iommu/pages.c"
	compose tree
	git -C "$TREE" fsck --no-progress
}

# -- rule 8: ready to mail ----------------------------------------------------

@test "rule 8: the mailbox through plain git am gives the same tree" {
	compose series
	git clone -q "$TREE" "$BATS_TEST_TMPDIR/fresh"
	cd "$BATS_TEST_TMPDIR/fresh"
	git reset -q --hard "$(git -C "$TREE" rev-parse refs/compose/base)"
	git am -q "$REPO/build/series/series.mbox"
	[ "$(git rev-parse 'HEAD^{tree}')" = \
	  "$(git -C "$TREE" rev-parse 'HEAD^{tree}')" ]
	[ -x mm/tool.sh ]
}

@test "rule 8: numbered patches, a cover letter and its recipients" {
	compose series
	cd "$REPO/build/series/iommu-pages"
	[ "$(ls)" = "$(printf '%s\n' 0000-cover-letter.patch \
		0001-iommu-dma-Spell-twenty.patch 0002-iommu-Add-pages.patch \
		0003-mm-Add-a-tool.patch)" ]
	grep -qx 'Subject: \[PATCH 0/3\] The fixture series' 0000*
	grep -qx 'Cc: list@example.org' 0000*
	grep -qx 'Subject: \[PATCH 2/3\] iommu: Add pages' 0002*
	grep -q '^new file mode 100755' 0003*
}

@test "rule 8: a topic without a cover letter" {
	rm "$REPO/patches/iommu-pages/cover-letter"
	refuses compose series
	says "patches/iommu-pages/cover-letter is missing"
}

# -- rule 9: the old header makes room for the new one ------------------------

make_room()
{
	git -C "$TREE" mv drivers/iommu/old.h drivers/iommu/old-order.h
	commit_all 'iommu: Rename old.h'
	echo 'void new(void);' >"$TREE/drivers/iommu/old.h"
	commit_all 'iommu: Add our old.h'
}

@test "rule 9: a name that a patch gave up can be brought in by a later line" {
	make_room
	compose export
	grep -q 'iommu-add-our-old-h.patch  drivers/iommu/old.h' \
		"$REPO/patches/series"
	grep -q '^rename to drivers/iommu/old-order.h' \
		"$REPO/patches/iommu-pages/iommu-rename-old-h.patch"
	[ -e "$REPO/drivers/iommu/old.h" ]
	[ ! -e "$REPO/drivers/iommu/old-order.h" ]
	git -C "$TREE" rm -q drivers/iommu/old-order.h
	commit_all 'iommu: Delete the order header'
	compose export
	rm -rf "$REPO/build"
	compose tree
	run compose export
	says "6 commits, 0 files written"
}

@test "rule 9: without the rename first the name has two owners" {
	make_room
	compose export
	sed -i '/rename-old-h/d' "$REPO/patches/series"
	rm "$REPO/patches/iommu-pages/iommu-rename-old-h.patch"
	refuses compose tree
	says "drivers/iommu/old.h is in the overlay and in Linux 6.12.1"
}

@test "rule 9: the rename after the new file is refused" {
	make_room
	compose export
	sed -n -e '5p;4p' "$REPO/patches/series" >last
	{ sed -n 1,3p "$REPO/patches/series"; sed -n 5p "$REPO/patches/series"
	  sed -n 4p "$REPO/patches/series"; } >new
	cp new "$REPO/patches/series"
	refuses compose tree
	says "drivers/iommu/old.h is"
	says "a path belongs to one side"
}
