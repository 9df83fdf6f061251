# shellcheck shell=bash
# Sourced by every shell part of the harness: paths, the compiler cache, fixed
# build stamps, and how progress and failure are printed.
#
#   step NAME COMMAND...   run with output in build/logs/step-NAME.log, print one
#                          word and the elapsed time; on failure name the log
#   die SENTENCE [NEXT]    print the sentence, then the command to type next
#   kmake OUT ARGS...      the kernel's make, output folder build/OUT
#   arch_of NAME           what the kernel's make calls the architecture of NAME
#   cross_of ARCH          the prefix of the tools that build for it
#   image_of NAME          the kernel's make goal that QEMU starts

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
BUILD=$REPO/build
LINUX_TREE=$BUILD/linux
LOGS=$BUILD/logs
RESULTS=$BUILD/results
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/ioptdesc
JOBS=${JOBS:-$(nproc)}
export REPO BUILD LINUX_TREE LOGS RESULTS CACHE JOBS

# The stamps are fixed so that equal sources give equal objects in any clone.
export KBUILD_BUILD_TIMESTAMP='1970-01-01'
export KBUILD_BUILD_USER=ioptdesc
export KBUILD_BUILD_HOST=localhost
export KBUILD_BUILD_VERSION=1
export LC_ALL=C.UTF-8

export CCACHE_DIR=${CCACHE_DIR:-$CACHE/ccache}
# With paths below the repository made relative, a second clone hits the cache
# although srctree is absolute there (measured: 156 of 158 objects below
# drivers/iommu/, all direct hits).  So output folders are plain build/<name>.
export CCACHE_BASEDIR=$REPO
export CCACHE_NOHASHDIR=1
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-10G}
if [ -t 1 ]; then
	C_GOOD=$'\e[32m' C_BAD=$'\e[31m' C_NOTE=$'\e[33m' C_OFF=$'\e[0m'
else
	C_GOOD='' C_BAD='' C_NOTE='' C_OFF=''
fi

die()
{
	printf '%serror:%s %s\n' "$C_BAD" "$C_OFF" "$1" >&2
	[ -z "${2:-}" ] || printf 'next: %s\n' "$2" >&2
	exit 1
}

note()
{
	printf '%s%s%s\n' "$C_NOTE" "$*" "$C_OFF"
}

# STEP_NEXT, if set, is the command that repeats just this step.
step()
{
	local name=$1 t0=$SECONDS rc=0
	shift
	mkdir -p "$LOGS"
	printf '%-27s ' "$name"
	"$@" >"$LOGS/step-$name.log" 2>&1 || rc=$?
	if [ "$rc" -eq 0 ]; then
		printf '%sok%s      %4ds\n' "$C_GOOD" "$C_OFF" $((SECONDS - t0))
		return 0
	fi
	printf '%sFAILED%s  %4ds  log: %s\n' "$C_BAD" "$C_OFF" \
		$((SECONDS - t0)) "build/logs/step-$name.log"
	tail -n "${STEP_TAIL:-5}" "$LOGS/step-$name.log" | sed 's/^/    /'
	[ -z "${STEP_NEXT:-}" ] || printf 'next: %s\n' "$STEP_NEXT"
	return "$rc"
}

# The kernels that harness/build knows; the last three have pages of that size.
# shellcheck disable=SC2034
KERNELS='uml, x86_64, arm64, arm64-16k or arm64-64k, all but uml also with -debug'

arch_of()
{
	case ${1%-debug} in
	uml)				[ "$1" = uml ] && echo um ;;
	x86_64)				echo x86_64 ;;
	arm64|arm64-16k|arm64-64k)	echo arm64 ;;
	*)				return 1 ;;
	esac
}

# Nothing, where the host itself can run what is built.
cross_of()
{
	local host
	host=$(uname -m)
	case $1 in
	um|"$host")	;;
	arm64)		[ "$host" = aarch64 ] || echo aarch64-linux-gnu- ;;
	x86_64)		echo x86_64-linux-gnu- ;;
	esac
}

image_of()
{
	case $(arch_of "$1") in
	x86_64)		echo bzImage ;;
	arm64)		echo Image ;;
	*)		return 1 ;;
	esac
}

# kmake NAME ARGS...: the kernel's make on build/linux, output in build/NAME.
# KSRC=DIR builds another source tree (the base, for instance).
kmake()
{
	local out=$BUILD/$1 src=${KSRC:-$LINUX_TREE} cross='' arch cc
	local -a target=()
	if arch=$(arch_of "$1"); then
		cross=$(cross_of "$arch")
		target=(ARCH="$arch" CROSS_COMPILE="$cross")
	fi
	cc=${CC:-${cross}gcc}
	shift
	mkdir -p "$out"
	! command -v ccache >/dev/null || cc="ccache $cc"
	make -s -C "$src" O="$out" -j"$JOBS" CC="$cc" "${target[@]}" "$@"
}
