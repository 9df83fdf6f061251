#!/usr/bin/env bats
# bench/report on results that are made up: what it says about targets, about
# rows that are lost or that nobody named, and what it writes.

setup()
{
	BENCH=$BATS_TEST_TMPDIR/bench
	mkdir -p "$BENCH/results"
	cp "$BATS_TEST_DIRNAME"/../../bench/{report,rows.py,plot.gp} "$BENCH"
	printf '%s\n' '# Title' '<!-- bench:begin -->' 'old' \
		'<!-- bench:end -->' 'the rest' >"$BATS_TEST_TMPDIR/README.md"
	results uml
	results x86_64
	text_size 1000 900
}

# All operations that rows.py names, 100 on both sides and in each of two boots.
# That meets a target of 1.00 and above; the others get half of their target.
results()
{
	(cd "$BENCH" && PYTHONDONTWRITEBYTECODE=1 python3 - "$1" \
		>"results/$1.tsv") <<-'END'
	import sys
	from rows import CALIBRATION, GROUPS

	machine = sys.argv[1]
	print("# date: today\n# kernel: 6.12\n# compiler: cc\n# machine: m")
	print("side\trep\toperation\tcount\tmin\tmedian")
	figures = {}
	for group in GROUPS:
	    for op in group.operations(machine):
	        target = group.target(machine, op) or 1
	        figures[group.source("base", op)] = 100000
	        figures[group.source("ours", op)] = 100000 if target >= 1 else \
	            int(50000 * target)
	for rep in 1, 2:
	    for side in "base", "ours":
	        print(side, rep, CALIBRATION, 1, 2001000, 2001000, sep="\t")
	    for (side, op), figure in figures.items():
	        print(side, rep, op, 1, figure, figure, sep="\t")
	END
}

# text_size BASE OURS
text_size()
{
	printf '# date: today\nside\tobject\ttext\nbase\tdma-iommu.o\t%s\nours\tdma-iommu.o\t%s\nours\tiommu-pages.o\t10\n' \
		"$1" "$2" >"$BENCH/results/text.tsv"
}

# figure MACHINE SIDE OPERATION VALUE: in each boot
figure()
{
	local file=$BENCH/results/$1.tsv
	awk -F'\t' -v OFS='\t' -v side="$2" -v op="$3" -v value="$4" '
		$1 == side && $3 == op { $5 = $6 = value; seen = 1 } { print }
		END { exit !seen }' "$file" >"$file.new" &&
		mv "$file.new" "$file"
}

# lost MACHINE PATTERN: no such lines
lost()
{
	sed -i "/$2/d" "$BENCH/results/$1.tsv"
}

report()
{
	run "$BENCH/report" "$@"
	echo "$output"
}

# missed SENTENCE: the report fails, says this, and of no other row
missed()
{
	report table
	[ "$status" -eq 1 ]
	[ "$(grep ^missed: <<<"$output")" = "missed: $1" ]
}

@test "targets that are all met" {
	report table
	[ "$status" -eq 0 ]
	[[ "$output" =~ ([0-9]+)\ of\ ([0-9]+)\ rows\ with\ a\ target\ meet\ it ]]
	[ "${BASH_REMATCH[1]}" -eq "${BASH_REMATCH[2]}" ]
	[[ "$output" != *MISSED* ]]
}

@test "a format that got slower than 1.03" {
	figure x86_64 ours v7s/4K-map 103100
	missed 'instructions, v7s: map 4K: ratio 1.031, target 1.03'
	[ "$(grep -c MISSED <<<"$output")" -eq 1 ]
}

@test "a format that is exactly at its target" {
	figure x86_64 ours v7s/4K-map 103000
	report table
	[ "$status" -eq 0 ]
}

@test "a single 4K map of AMD that got slower" {
	figure x86_64 ours amd-v1/4K-map 100100
	missed 'instructions, AMD v1: map 4K: ratio 1.001, target 1.00'
}

@test "256 maps of AMD that are only 4.8 times as fast" {
	figure x86_64 ours amd-v1/256x4K-map $((100000 * 10 / 48))
	missed 'instructions, AMD v1: map 256 × 4K: ratio 0.208, target 0.204'
}

@test "256 unmaps of AMD that are only 16 times as fast" {
	figure x86_64 ours amd-v1/256x4K-unmap $((100000 / 16))
	missed 'instructions, AMD v1: unmap 256 × 4K: ratio 0.062, target 0.059'
}

@test "time where time has a target" {
	figure uml ours 4K-alloc 104000
	missed 'time, allocate 4K: ratio 1.040, target 1.03'
}

@test "time where only instructions have one" {
	figure uml ours v7s/4K-map 200000
	report table
	[ "$status" -eq 0 ]
}

@test "a part that takes more time than 1.10 of a slab object" {
	figure uml ours 256/alloc 110100
	missed 'time, 256 bytes: allocate: ratio 1.101, target 1.10'
}

@test "a slab object that got faster" {
	figure uml ours slab:1K/free 90000
	missed 'time, 1 KiB: free: ratio 1.111, target 1.10'
}

@test "a part that takes as much more time as a slab object does" {
	figure uml ours 2K/pair 300000
	figure uml ours slab:2K/pair 300000
	report table
	[ "$status" -eq 0 ]
}

@test "a pair on two CPUs that takes more instructions" {
	figure x86_64 ours 2K/pair-2cpu 111000
	missed 'instructions, 2 KiB: allocate and free, on two CPUs: ratio 1.110, target 1.10'
}

@test "a batch of parts that takes more instructions, which has no target" {
	figure x86_64 ours 2K/alloc 150000
	figure x86_64 ours 2K/free-2cpu 150000
	report table
	[ "$status" -eq 0 ]
	[[ "$output" == *'a batch have no target'* ]]
}

@test "slab that was not measured" {
	lost uml 'slab:1K\/alloc'
	report table
	[ "$status" -eq 1 ]
	[[ "$output" == "error: The two sides of '1 KiB: allocate' do not match."* ]]
}

@test "a slab row without a part" {
	printf 'ours\t1\tslab:4K/alloc\t1\t1\t1\n' >>"$BENCH/results/uml.tsv"
	report table
	[ "$status" -eq 1 ]
	[[ "$output" == "error: bench/rows.py does not name 'slab:4K/alloc', measured on uml."* ]]
}

@test "the median of the boots decides" {
	sed -i 's/^ours\t1\t4K-alloc\t.*/ours\t1\t4K-alloc\t1\t101000\t101000/
		s/^ours\t2\t4K-alloc\t.*/ours\t2\t4K-alloc\t1\t107000\t107000/' \
		"$BENCH/results/uml.tsv"
	missed 'time, allocate 4K: ratio 1.040, target 1.03'
	[[ "$output" == *1.010-1.070* ]]
}

@test "more code" {
	text_size 1000 1001
	missed 'bytes, code of the converted drivers: ratio 1.001, target 1.00'
}

@test "a row that was not measured" {
	lost x86_64 'dart\/4K-map'
	report table
	[ "$status" -eq 1 ]
	[[ "$output" == "error: The two sides of 'DART: map 4K' do not match."* ]]
}

@test "a row that was measured on one side" {
	lost x86_64 '^ours.*dart\/4K-map'
	report table
	[ "$status" -eq 1 ]
	[[ "$output" == "error: The two sides of 'DART: map 4K' do not match."* ]]
}

@test "a row without a name" {
	printf 'base\t1\tnew/row\t1\t1\t1\nours\t1\tnew/row\t1\t1\t1\n' \
		>>"$BENCH/results/uml.tsv"
	report table
	[ "$status" -eq 1 ]
	[[ "$output" == "error: bench/rows.py does not name 'new/row', measured on uml."* ]]
}

@test "a clock that does not count instructions" {
	figure x86_64 ours 2001-instructions 2002000
	report table
	[ "$status" -eq 1 ]
	[[ "$output" == "error: QEMU's clock does not count instructions"* ]]
}

@test "no results" {
	rm "$BENCH/results/uml.tsv"
	report table
	[ "$status" -eq 1 ]
	[[ "$output" == *"There are no results in bench/results/uml.tsv."* ]]
}

@test "what is written, and that it is written again" {
	command -v gnuplot || skip 'no gnuplot: make install'
	figure x86_64 ours v7s/4K-map 103100
	report
	[ "$status" -eq 1 ]
	[ -s "$BENCH/results/bench.svg" ]
	grep -qF '| v7s | **1.031** | 1.000 |' "$BATS_TEST_TMPDIR/README.md"
	grep -qF '| AMD v1 | 1.000 (≤ 1.00) |' "$BATS_TEST_TMPDIR/README.md"
	grep -qF '| 1 KiB | 1.000 (≤ 1.10) | 1.000 (≤ 1.10) | 1.000 (≤ 1.10) | 1.000 | 1.000 | 1.000 (≤ 1.10) | 1.000 (≤ 1.10) |' \
		"$BATS_TEST_TMPDIR/README.md"
	grep -qF '| operation | slab | ours |' "$BENCH/results/README.md"
	grep -qF '| v7s: map 4K | 100.0 | 103.1 | 1.031 |' \
		"$BENCH/results/README.md"
	grep -qx 'the rest' "$BATS_TEST_TMPDIR/README.md"
	! grep -qx old "$BATS_TEST_TMPDIR/README.md"
	cp "$BATS_TEST_TMPDIR/README.md" "$BATS_TEST_TMPDIR/once"
	report
	cmp "$BATS_TEST_TMPDIR/README.md" "$BATS_TEST_TMPDIR/once"
}

@test "each member of a group stands in a source" {
	cd "$BATS_TEST_DIRNAME/../../bench" || return
	for word in $(PYTHONDONTWRITEBYTECODE=1 python3 -c 'import rows
for group in rows.GROUPS:
    print(*[m for m in group.members if m])'); do
		grep -qF "\"$word\"" src/*.c || {
			echo "$word"
			return 1
		}
	done
}
