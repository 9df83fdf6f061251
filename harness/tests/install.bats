#!/usr/bin/env bats
# harness/install with every outside command replaced: what it says, and that it
# fetches package lists only when it must.

setup()
{
	export STUBS=$BATS_TEST_TMPDIR/bin CALLS=$BATS_TEST_TMPDIR/calls
	mkdir -p "$STUBS" "$BATS_TEST_TMPDIR/repo/harness"
	cp "$BATS_TEST_DIRNAME/../install" "$BATS_TEST_TMPDIR/repo/harness/"
	echo 'package: linux-source-fixture' >"$BATS_TEST_TMPDIR/repo/BASE"
	: >"$CALLS"
	unset LINUX
	# installed is what $BATS_TEST_TMPDIR/have names
	: >"$BATS_TEST_TMPDIR/have"
	stub dpkg-query 'grep -qx "$4" '"$BATS_TEST_TMPDIR/have"' && echo -n installed'
	stub apt-cache 'exit 0'
	stub apt-get 'echo "apt-get $*" >>"$CALLS"
		case "$*" in *install*) for a; do echo "$a"; done >>'"$BATS_TEST_TMPDIR/have"' ;; esac'
	stub id 'echo 0'
	for tool in bash cat cut dirname env grep mkdir paste sed sort tr; do
		ln -s "$(command -v $tool)" "$STUBS/$tool"
	done
}

stub()
{
	printf '#!/bin/bash\n%s\n' "$2" >"$STUBS/$1"
	chmod +x "$STUBS/$1"
}

install()
{
	PATH=$STUBS run "$BATS_TEST_TMPDIR/repo/harness/install" "$@"
	echo "$output"
}

@test "nothing is said or done when nothing is missing" {
	echo linux-source-fixture >"$BATS_TEST_TMPDIR/have"
	install source
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -s "$CALLS" ]
}

@test "as root: it says what it installs, without fetching the lists" {
	install source
	[ "$status" -eq 0 ]
	[ "$output" = 'install: linux-source-fixture' ]
	! grep -q update "$CALLS"
}

@test "the lists are fetched if they do not know a package" {
	stub apt-cache 'exit 1'
	install source
	[ "$status" -eq 0 ]
	grep -q update "$CALLS"
}

@test "LINUX= makes the source package unnecessary" {
	export LINUX=/some/tree
	install source
	[ "$status" -eq 0 ]
	[ ! -s "$CALLS" ]
}

@test "neither root nor sudo: one sentence names the packages" {
	stub id 'echo 1000'
	install source
	[ "$status" -eq 1 ]
	[[ $output == *'neither root nor is there sudo: linux-source-fixture.'* ]]
	[[ $output == *'next: as root: apt-get install linux-source-fixture'* ]]
}

@test "through sudo" {
	stub id 'echo 1000'
	stub sudo 'echo "sudo $*" >>"$CALLS"; [ "$1" != -n ] || shift; "$@"'
	install source
	[ "$status" -eq 0 ]
	grep -q '^sudo -n env' "$CALLS"
}

@test "a package that cannot be had" {
	stub apt-get 'echo "E: Unable to locate package" >&2; exit 100'
	install source
	[ "$status" -eq 1 ]
	[[ $output == *'could not be installed: linux-source-fixture (log: build/logs/install.log)'* ]]
}

@test "an unknown group" {
	install everything
	[ "$status" -eq 1 ]
	[[ $output == *"There is no group 'everything'."* ]]
}

# The packages of the compilers of harness/matrix.rows, all or the rows of ci
compilers()
{
	awk -F'|' -v ci="$1" '!/^#/ && (ci == "" || $7 ~ ci) {
		gsub(/[ \t]/, "", $3)
		print $3 == "gcc" || $3 == "clang" ? $3 : "gcc-" $3 }' \
		"$BATS_TEST_DIRNAME/../matrix.rows" | sort -u
}

# has_compilers GROUP [ci]
has_compilers()
{
	install "$1"
	[ "$status" -eq 0 ]
	[ -n "$(compilers "${2:-}")" ]
	for name in $(compilers "${2:-}"); do
		[[ " $output " == *" $name "* ]]
	done
}

@test "check has the compilers of the rows of the matrix that it runs" {
	has_compilers check ci
}

@test "matrix has the compilers of all rows" {
	has_compilers matrix
}
