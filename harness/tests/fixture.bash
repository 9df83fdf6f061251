# shellcheck shell=bash
# A kernel tree of a few files and a repository around it, so that a rule is
# broken and seen in a second.  Nothing outside $BATS_TEST_TMPDIR is touched.

export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

HARNESS=$(cd "$BATS_TEST_DIRNAME/.." && pwd)

kernel_makefile()
{
	printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = %s\n' "$1"
}

# make_kernel DIR SUBLEVEL
make_kernel()
{
	mkdir -p "$1"/{drivers/iommu,include/linux,mm,scripts}
	kernel_makefile "$2" >"$1/Makefile"
	seq 1 40 >"$1/drivers/iommu/dma.c"
	seq 1 20 >"$1/drivers/iommu/old.h"
	seq 1 20 >"$1/include/linux/iommu.h"
	echo 'int vma;' >"$1/mm/vma.c"
	printf '#!/bin/sh\necho "list@example.org"\n' \
		>"$1/scripts/get_maintainer.pl"
	chmod +x "$1/scripts/get_maintainer.pl"
	# as Debian's source does: everything at the top is ignored
	printf '*.o\n/*\n' >"$1/.gitignore"
}

tree_id()
{
	local dir
	dir=$(mktemp -d "$BATS_FILE_TMPDIR/id.XXXXXX")
	git init -q "$dir"
	git --git-dir="$dir/.git" --work-tree="$1" add -f -A .
	git --git-dir="$dir/.git" write-tree
}

# at DIR: the source is $SRC, the repository $REPO, what it composes $TREE.
at()
{
	cd "$1" || return
	export XDG_CACHE_HOME=$1/cache
	unset LINUX TOPIC
	SRC=$1/linux-6.12
	REPO=$1/repo
	TREE=$REPO/build/linux
}

# Each case has a copy of what setup_file made in $BATS_FILE_TMPDIR.
setup_copy()
{
	cp -a "$BATS_FILE_TMPDIR/." "$BATS_TEST_TMPDIR/"
	at "$BATS_TEST_TMPDIR"
	sed -i "s|$BATS_FILE_TMPDIR|$BATS_TEST_TMPDIR|" "$REPO/BASE"
}

# A repository with an empty series, composed.
make_repo()
{
	at "$BATS_FILE_TMPDIR"
	make_kernel "$SRC" 1
	tar -cJf linux.tar.xz linux-6.12
	mkdir -p "$REPO/harness" "$REPO/patches/iommu-pages"
	cp -r "$HARNESS/compose" "$HARNESS/composer" "$REPO/harness/"
	printf '#!/bin/sh\necho "error: cannot install"\nexit 1\n' \
		>"$REPO/harness/install"
	chmod +x "$REPO/harness/install"
	cat >"$REPO/BASE" <<-E
		package: linux-source-fixture
		version: 6.12.1
		tarball: $BATS_FILE_TMPDIR/linux.tar.xz
		tree: $(tree_id "$SRC")
	E
	printf 'The fixture series\n\nIt shows the rules.\n' \
		>"$REPO/patches/iommu-pages/cover-letter"
	: >"$REPO/patches/series"
	compose tree
}

compose()
{
	"$REPO/harness/compose" "$@"
}

# commit_all SUBJECT: everything in build/linux
commit_all()
{
	git -C "$TREE" add -f -A .
	git -C "$TREE" commit -q -m "$1" -m "Because of a test."
}

# Three commits: an edit, an edit with a new file, a new file alone.
make_series()
{
	make_repo
	sed -i 's/^20$/twenty/' "$TREE/drivers/iommu/dma.c"
	commit_all 'iommu/dma: Spell twenty'
	sed -i 's/^5$/five/' "$TREE/include/linux/iommu.h"
	echo 'int pages;' >"$TREE/drivers/iommu/pages.c"
	commit_all 'iommu: Add pages'
	printf '#!/bin/sh\n' >"$TREE/mm/tool.sh"
	chmod +x "$TREE/mm/tool.sh"
	commit_all 'mm: Add a tool'
	compose export
}

# shellcheck disable=SC2154 # bats sets status and output
refuses()
{
	run "$@"
	if [ "$status" -ne 1 ]; then
		echo "exit code $status, output: $output"
		return 1
	fi
}

# shellcheck disable=SC2154
says()
{
	if [[ $output != *"$1"* ]]; then
		echo "wanted: $1"
		echo "output: $output"
		return 1
	fi
}

