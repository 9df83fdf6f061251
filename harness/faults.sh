#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# faults.sh [NAME...]: plant each fault of harness/faults/ in a scratch copy of
# the composed tree, one at a time, build, and run the KUnit suite that must
# notice. A fault that no expected case notices has escaped, and the exit status
# says so. Table on stdout, build/results/faults.tsv for machines: the last run of
# each fault. Once each has run, harness/faults/README.md is written, too.
#
# The head of a patch:
#	Caught-by: SUITE.CASE	the case, a glob, that must fail
#	Arch: x86_64		where to run it; without this line: um
#	May-die: yes		that the kernel dies or hangs counts as noticed
#
# ARCH=um runs only those for um.
# LINUX_TREE is the tree to take.
TREE=${LINUX_TREE:-}
# shellcheck source=harness/env.sh
. "$(dirname "$0")/env.sh"
LINUX_TREE=${TREE:-$LINUX_TREE}

FAULTS=$REPO/harness/faults
SCRATCH=$BUILD/faults
FTREE=$SCRATCH/linux
RUNS=$LOGS/faults
ESCAPED=0

header()
{
	sed -n "/^---\$/q;s/^$2: *//p" "$1"
}

arch_of()
{
	header "$1" Arch | grep . || echo um
}

scratch_tree()
{
	local head
	head=$(git -C "$LINUX_TREE" rev-parse HEAD) ||
		die "There is no tree at $LINUX_TREE." 'make tree'
	mkdir -p "$SCRATCH" "$RUNS" "$RESULTS"
	if [ ! -e "$FTREE/.git" ]; then
		git -C "$LINUX_TREE" worktree prune
		git -C "$LINUX_TREE" worktree add -q --detach "$FTREE" "$head" || {
			rm -rf "$FTREE"
			git -C "$LINUX_TREE" worktree prune
			die "The scratch copy $FTREE cannot be made." "df -h $BUILD"
		}
	fi
	git -C "$FTREE" checkout -q -f --detach "$head" &&
		git -C "$FTREE" clean -q -fd drivers/iommu
}

# The options of harness/faults/config, those after "# only: ARCH" for that one
configure()
{
	local arch=$1 out=$SCRATCH/$1
	mkdir -p "$out"
	awk -v arch="$arch" '/^# only:/ { only = $3; next }
		/^CONFIG/ && (!only || only == arch)' "$FAULTS/config" \
		>"$out/asked"
	cmp -s "$out/asked" "$out/asked.done" && return
	KSRC=$FTREE KCONFIG_ALLCONFIG=$out/asked \
		kmake "faults/$arch" ARCH="$arch" allnoconfig || return
	! grep -vxFf "$out/.config" "$out/asked" || return
	cp "$out/asked" "$out/asked.done"
}

build()
{
	local goal=bzImage
	[ "$1" != um ] || goal=linux
	configure "$1" && KSRC=$FTREE kmake "faults/$1" ARCH="$1" "$goal"
}

# run ARCH SUITE: what the kernel prints, without the times
run()
{
	local out=$SCRATCH/$1 args=("kunit.filter_glob=$2" panic=-1)
	case $1 in
	um)	timeout 60 "$out/linux" mem=1G "${args[@]}" </dev/null ;;
	x86_64)	timeout 240 qemu-system-x86_64 -nodefaults -nographic -no-reboot \
			-M q35 -serial stdio -m 1G -smp 2,sockets=2 \
			-object memory-backend-ram,id=m0,size=512M \
			-object memory-backend-ram,id=m1,size=512M \
			-numa node,cpus=0,memdev=m0 \
			-numa node,cpus=1,memdev=m1 \
			-kernel "$out/arch/x86/boot/bzImage" \
			-append "console=ttyS0 no_timer_check ${args[*]}" \
			</dev/null ;;
	esac 2>&1 | tr -d '\r' | sed 's/^\[ *[0-9.]*\] //'
}

# The cases that failed, as SUITE.CASE, and "died" if a suite has no end. A case
# has failed with its first expectation: the kernel may not live to its result.
verdicts()
{
	awk '
		function failed(name)
		{
			sub(/:$/, "", name)
			if (!seen[suite, name]++)
				print suite "." name
		}
		/^1\.\.[0-9]+$/ { suites = substr($0, 4) }
		/^    # Subtest: / { suite = $3 }
		/^    # [^ ]*: (EXPECTATION|ASSERTION) FAILED/ { failed($2) }
		/^    not ok / { failed($4) }
		/^(not )?ok / { ended++ }
		END { if (!ended || ended < suites) print "died" }' "$1"
}

# judge PATTERN MAY-DIE LOG: print who caught it, fail if nobody expected did
# shellcheck disable=SC2053 # the right side is a pattern
judge()
{
	local verdict by='' others=0 died=''
	while read -r verdict; do
		if [ "$verdict" = died ]; then
			died="the kernel dies: $(death "$3")"
		elif [[ $verdict == $1 ]] && [ -z "$by" ]; then
			by=$verdict
		else
			others=$((others + 1))
		fi
	done < <(verdicts "$3")

	if [ -z "$by" ]; then
		echo "${died:-nobody expected ($others others)}"
		[ -n "$died" ] && [ "$2" = yes ]
		return
	fi
	[ "$others" -eq 0 ] || by="$by and $others more"
	echo "$by${died:+, then $died}"
}

death()
{
	grep -m1 -oE 'kernel BUG at .*|BUG: .*|Oops: .*|Kernel panic.*|Bad page.*' "$1" ||
		echo 'no end within the time'
}

plant()
{
	local patch=$1 name arch pattern log by rc=0
	name=$(basename "$patch" .patch)
	arch=$(arch_of "$patch")
	pattern=$(header "$patch" Caught-by)
	log=$RUNS/$name.log
	[ -z "${ARCH:-}" ] || [ "$ARCH" = "$arch" ] || return 0

	git -C "$FTREE" checkout -q -f .
	git -C "$FTREE" apply "$patch" ||
		die "$patch does not apply." "edit it, then harness/faults.sh $name"
	if build "$arch" >"$log.build" 2>&1; then
		run "$arch" "${pattern%%.*}" >"$log"
		by=$(judge "$pattern" "$(header "$patch" May-die)" "$log") || rc=1
	else
		by='does not build' rc=1
	fi
	report "$name" "$by" "$arch" "$rc"
}

report()
{
	local word=pass
	if [ "$4" -ne 0 ]; then
		word=fail
		ESCAPED=$((ESCAPED + 1))
	fi
	printf '%s\t%s\t%s (%s)\n' "$word" "$1" "$2" "$3" \
		>>"$RESULTS/faults.tsv"
	[ "$word" = pass ] || word="${C_BAD}ESCAPED$C_OFF "
	printf '%-27s| %s%s (%s)\n' "$1" "${word#pass}" "$2" "$3"
}

# The suites that are to notice faults for an architecture
suites_of()
{
	local patch
	for patch in "${PATCHES[@]}"; do
		[ "$(arch_of "$patch")" != "$1" ] ||
			header "$patch" Caught-by | sed 's/\..*//'
	done | sort -u
}

# Without a fault no case may fail: else nothing below means anything.
sound()
{
	local arch=$1 suite log=$RUNS/none-$1.log
	git -C "$FTREE" checkout -q -f .
	build "$arch" >"$log.build" 2>&1 ||
		die "The tree does not build for $arch: $log.build"
	suites_of "$arch" | while read -r suite; do
		run "$arch" "$suite" >"$log"
		[ -z "$(verdicts "$log")" ] ||
			die "Without a fault, this fails for $arch: $(verdicts "$log" | xargs)" "less $log"
	done || exit 1
}

table()
{
	local patch name
	cat <<-E
	# Faults planted in the series

	Written by \`make faults\`: each patch here, alone, on top of the series, and
	the KUnit case that noticed.

	| fault | what it does | caught by |
	|---|---|---|
	E
	for patch in "$FAULTS"/*.patch; do
		name=$(basename "$patch" .patch)
		printf '| %s | %s | %s |\n' "$name" "$(sentence "$patch")" \
			"$(outcome "$name")"
	done
}

# outcome NAME: the last cell of its row, fail if it did not run
outcome()
{
	awk -F'\t' -v name="$1" '
		$2 == name { print $1 == "pass" ? $3 : "**nobody** (" $3 ")"; ran = 1 }
		END { exit !ran }' "$RESULTS/faults.tsv"
}

# The rows of faults that are about to run, or are gone, are of no use.
forget()
{
	local tsv=$RESULTS/faults.tsv patch
	touch "$tsv"
	for patch in "$FAULTS"/*.patch; do
		case " ${PATCHES[*]} " in
		*" $patch "*) ;;
		*) grep -P "^\w+\t$(basename "$patch" .patch)\t" "$tsv" ;;
		esac
	done >"$tsv.new"
	mv "$tsv.new" "$tsv"
}

all_ran()
{
	local patch
	for patch in "$FAULTS"/*.patch; do
		outcome "$(basename "$patch" .patch)" >/dev/null || return
	done
}

# What the head of a patch says after its fields
sentence()
{
	sed '/^---$/,$d;/^[A-Z][a-zA-Z-]*: /d;/^$/d' "$1" | paste -sd' '
}

arches()
{
	local patch
	for patch in "$@"; do
		arch_of "$patch"
	done | sort -u | grep -x "${ARCH:-.*}"
}

PATCHES=()
if [ $# -gt 0 ]; then
	for name in "$@"; do
		[ -f "$FAULTS/$name.patch" ] || die "There is no fault '$name'."
		PATCHES+=("$FAULTS/$name.patch")
	done
else
	PATCHES=("$FAULTS"/*.patch)
fi

scratch_tree || die "The scratch copy $FTREE is broken." "rm -r build/faults"
forget
for arch in $(arches "${PATCHES[@]}"); do
	sound "$arch"
done
printf '%-27s| %s\n' fault 'caught by'
for patch in "${PATCHES[@]}"; do
	plant "$patch"
done
git -C "$FTREE" checkout -q -f .
# The table is beside the patches, for readers.
! all_ran || table >"$FAULTS/README.md"
[ "$ESCAPED" -eq 0 ] || die "$ESCAPED faults escaped." 'less build/logs/faults/NAME.log'
