# Ratios ours/base: one pair of bars for each operation. bench/report feeds the
# block $data (name, time, instructions) and sets the variable output.
set terminal svg size 760,430 font "sans,11" background "white"
set output output
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.9 noborder
set boxwidth 0.9
set yrange [0:*]
set ylabel "series / base (less is better)"
set grid ytics lc rgb "#dddddd"
set xtics rotate by -38 left nomirror
set key above
set bmargin 10
plot $data using 2:xtic(1) title "time (UML)" lc rgb "#4477aa", \
     $data using 3 title "instructions (x86-64)" lc rgb "#ddaa33", \
     1 with lines lc rgb "#555555" dt 2 notitle
