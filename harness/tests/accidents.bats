#!/usr/bin/env bats
# Interruptions, a full disk and a moved cache.

load fixture

setup_file()
{
	make_repo
}

setup()
{
	setup_copy
}

# The import dies half-way: what is left in the cache must not count.
@test "an import that was killed starts again" {
	rm -rf "$REPO/build" "$XDG_CACHE_HOME"/ioptdesc/base/*.git
	mkdir -p "$XDG_CACHE_HOME/ioptdesc/base/tmp-killed/objects"
	compose tree
	[ ! -e "$XDG_CACHE_HOME/ioptdesc/base/tmp-killed" ]
	[ -e "$TREE/mm/vma.c" ]
}

@test "a damaged cache entry is imported again" {
	rm -rf "$REPO/build"
	rm -rf "$XDG_CACHE_HOME"/ioptdesc/base/*.git/objects
	compose tree
	[ -e "$TREE/mm/vma.c" ]
}

@test "a clone that was killed starts again" {
	rm -rf "$TREE"
	mkdir -p "$REPO/build/linux.tmpkilled/.git"
	compose tree
	[ ! -e "$REPO/build/linux.tmpkilled" ]
	[ -e "$TREE/mm/vma.c" ]
}

# Compose records its goal before it writes the first file.
@test "a compose that was killed while writing is completed" {
	echo 'int v;' >>"$TREE/mm/vma.c"
	echo 'int w;' >"$TREE/mm/w.c"
	commit_all 'mm: Add v and w'
	compose export
	local head
	head=$(git -C "$TREE" rev-parse HEAD)
	git -C "$TREE" reset -q --hard refs/compose/base
	git -C "$TREE" update-ref refs/compose/last HEAD
	git -C "$TREE" update-ref refs/compose/next "$head"
	echo 'int v' >"$TREE/mm/vma.c"
	touch "$TREE/.git/index.lock"
	run compose tree
	[ "$status" -eq 0 ]
	says "finishing an interrupted compose"
	[ "$(git -C "$TREE" rev-parse HEAD)" = "$head" ]
	[ -z "$(git -C "$TREE" status --porcelain -uno)" ]
}

@test "an export that was killed can be repeated" {
	echo 'int v;' >>"$TREE/mm/vma.c"
	commit_all 'mm: Add v'
	cp "$TREE/.git/compose.json" saved
	compose export
	cp saved "$TREE/.git/compose.json"
	git -C "$TREE" update-ref refs/compose/last refs/compose/base
	rm "$REPO/patches/series"
	: >"$REPO/patches/series"
	compose export
	[ "$(wc -l <"$REPO/patches/series")" -eq 1 ]
}

@test "two composes at once wait for each other" {
	rm -rf "$REPO/build" "$XDG_CACHE_HOME"
	compose tree & first=$!
	compose tree & second=$!
	wait $first
	wait $second
	[ -z "$(git -C "$TREE" status --porcelain -uno)" ]
}

@test "a rebase that is going on is not composed over" {
	git -C "$TREE" checkout -q --detach
	refuses compose tree
	says "build/linux is not on its branch series"
}

@test "a full disk is one sentence, before anything is written" {
	mkdir "$BATS_TEST_TMPDIR/small"
	cat >inside <<-E
		mount -t tmpfs -o size=64k none "$BATS_TEST_TMPDIR/small" || exit 77
		XDG_CACHE_HOME=$BATS_TEST_TMPDIR/small \
			"$REPO/harness/compose" tree
	E
	dd if=/dev/urandom of="$SRC/mm/big" bs=1M count=1 status=none
	tar -C "$BATS_TEST_TMPDIR" -cJf linux.tar.xz linux-6.12
	run unshare -rm sh inside
	[ "$status" -ne 77 ] || skip "no tmpfs can be mounted here"
	[ "$status" -eq 1 ]
	says "MiB and the disk has 0 MiB free"
	says "next: df -h"
}

@test "a disk that fills up meanwhile is one sentence" {
	mkdir "$BATS_TEST_TMPDIR/small"
	cat >inside <<-E
		mount -t tmpfs -o size=1m none "$BATS_TEST_TMPDIR/small" || exit 77
		cp -a "$TREE/." "$BATS_TEST_TMPDIR/small/"
		mount --bind "$BATS_TEST_TMPDIR/small" "$TREE"
		dd if=/dev/zero of="$TREE/.git/fill" bs=1k status=none
		"$REPO/harness/compose" tree
	E
	mkdir -p "$REPO/mm"
	printf 'From %040d Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nDate: Thu, 1 Jan 1970 00:00:00 +0000\nSubject: [PATCH] mm: Big\n\nBig.\n' \
		0 >"$REPO/patches/iommu-pages/big.patch"
	echo 'iommu-pages/big.patch  mm/big.c' >"$REPO/patches/series"
	dd if=/dev/urandom of="$REPO/mm/big.c" bs=1M count=1 status=none
	run unshare -rm sh inside
	[ "$status" -ne 77 ] || skip "no tmpfs can be mounted here"
	[ "$status" -eq 1 ]
	says "is full"
	says "next: df -h"
}
