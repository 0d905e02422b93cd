# Runs on the host just before a command enters its sandbox: joins the control groups, sets the bounds that a process inherits,
# opens what the next program reads from descriptors, and becomes that program.
#
# arguments: nproc-letter nproc  descriptors { file } (opened as 3, 4, 5)  groups { file }  the argument vector
set -eu
[ "$2" = 0 ] || ulimit -"$1" "$2"
ulimit -c 0
echo 500 >/proc/self/oom_score_adj || :
shift 2
n=$1
shift
[ "$n" -lt 1 ] || { exec 3<"$1"; shift; }
[ "$n" -lt 2 ] || { exec 4<"$1"; shift; }
[ "$n" -lt 3 ] || { exec 5<"$1"; shift; }
n=$1
shift
while [ "$n" -gt 0 ]; do
  echo 0 >"$1"
  shift
  n=$((n - 1))
done
exec "$@"
