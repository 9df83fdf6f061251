#!/usr/bin/env bats
# harness/qemu with apt and the emulators replaced: which emulator it names, and
# what it says when there is none. It never asks the system's apt to install.

setup()
{
	export STUBS=$BATS_TEST_TMPDIR/bin CALLS=$BATS_TEST_TMPDIR/calls
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	export OS_RELEASE=$BATS_TEST_TMPDIR/os-release
	PRIVATE=$XDG_CACHE_HOME/ioptdesc/qemu/aarch64/qemu-system-aarch64
	mkdir -p "$STUBS"
	: >"$CALLS"
	echo 'VERSION_CODENAME=bookworm' >"$OS_RELEASE"
	emulator 7.2.22 >"$STUBS/qemu-system-aarch64"
	chmod +x "$STUBS/qemu-system-aarch64"
	archive 10.0.2
	stub apt-cache 'echo "  1:9 100 bookworm-backports/main"'
	mirror http://mirror.example/debian
}

stub()
{
	printf '#!/bin/bash\n%s\n' "$2" >"$STUBS/$1"
	chmod +x "$STUBS/$1"
}

emulator()
{
	printf '#!/bin/sh\necho "QEMU emulator version %s (Debian)"\n' "$1"
}

# What apt knows of the release, and whether fetching works.
mirror()
{
	stub apt-get 'echo "apt-get $*" >>"$CALLS"
		case "$*" in
		indextargets*)	echo "'"$1"' bookworm main" ;;
		*update*)	exit '"${2:-0}"' ;;
		*install*)	: >"${APT_CONFIG%/*}/cache/archives/qemu.deb" ;;
		esac'
}

# The package holds an emulator of that version.
archive()
{
	emulator "$1" >"$BATS_TEST_TMPDIR/packed"
	stub dpkg-deb 'mkdir -p "$3/usr/bin"
		cp "$BATS_TEST_TMPDIR/packed" "$3/usr/bin/qemu-system-aarch64"
		chmod +x "$3/usr/bin/qemu-system-aarch64"'
}

qemu()
{
	PATH=$STUBS:$PATH run "$BATS_TEST_DIRNAME/../qemu" "$@"
	echo "$output"
}

@test "the installed emulator, if it is new enough" {
	qemu aarch64 7.2
	[ "$status" -eq 0 ]
	[ "$output" = "$STUBS/qemu-system-aarch64" ]
	[ ! -s "$CALLS" ]
}

@test "versions are compared as numbers" {
	emulator 10.0.2 >"$STUBS/qemu-system-aarch64"
	qemu aarch64 9.2
	[ "$output" = "$STUBS/qemu-system-aarch64" ]
}

@test "else one of the backports, unpacked in the cache" {
	qemu aarch64 8.1
	[ "$status" -eq 0 ]
	[ "$output" = "$PRIVATE" ]
	[[ $("$PRIVATE" --version) == *' 10.0.2 '* ]]
	grep -q -- '--download-only -t bookworm-backports install' "$CALLS"
	[ "$(ls -A "$XDG_CACHE_HOME/ioptdesc/qemu")" = $'.lock\naarch64' ]
}

@test "which is fetched once" {
	qemu aarch64 8.1
	: >"$CALLS"
	qemu aarch64 9.2
	[ "$output" = "$PRIVATE" ]
	[ ! -s "$CALLS" ]
}

@test "and again when it does not run any more" {
	qemu aarch64 8.1
	rm "$XDG_CACHE_HOME/ioptdesc/qemu/aarch64/root/usr/bin/qemu-system-aarch64"
	qemu aarch64 8.1
	[ "$status" -eq 0 ]
	[[ $("$PRIVATE" --version) == *' 10.0.2 '* ]]
}

@test "backports that are too old as well" {
	archive 8.0.4
	qemu aarch64 8.1
	[ "$status" -eq 1 ]
	[[ $output == *'qemu-system-aarch64 8.1 or later is needed and 7.2.22 is installed, and the one of bookworm-backports is 8.0.4.'* ]]
}

@test "a mirror without backports" {
	mirror http://mirror.example/debian 100
	qemu aarch64 8.1
	[ "$status" -eq 1 ]
	[[ $output == *'and http://mirror.example/debian gives no newer one in bookworm-backports.'* ]]
	[[ $output == *'next: harness/qemu aarch64 8.1'* ]]
	[ "$(ls -A "$XDG_CACHE_HOME/ioptdesc/qemu")" = .lock ]
}

@test "no mirror at all" {
	stub apt-get 'exit 0'
	qemu aarch64 8.1
	[ "$status" -eq 1 ]
	[[ $output == *'and no Debian mirror is configured to fetch a newer one from.'* ]]
}

@test "an architecture that is not known" {
	qemu sparc64 8.1
	[ "$status" -eq 1 ]
	[[ $output == *"There is no QEMU for 'sparc64' here"* ]]
}
