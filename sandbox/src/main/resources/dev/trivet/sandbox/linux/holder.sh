# The holder of one sandbox: first process of an outer pid namespace, root of the user namespace, with a private copy of the mounts.
# It mounts the sandbox's file system, starts its first process and then waits for the end of its standard input. When that
# ends (also because the server was killed), the kernel kills everything in here, and every mount goes with the mount namespace.
#
# arguments: store id map(ask|done) cgroup-view(hide|keep) mode(stay|detach)  groups { file }  the argument vector of the first process
# says:      "map" when the server is to write the id maps; the first process' number as "child-pid": N; "net 1" when the network
#            is up, "net failed: why" when it is not or no more
# hears:     a line when the maps are written; "net PID program arguments": gives the network namespace of PID a way out
set -eu
umask 022
export LIBMOUNT_FORCE_MOUNT2=always
store=$1 id=$2 map=$3 cgroups=$4 mode=$5 groups=$6
shift 6
if [ "$map" = ask ]; then
  echo map
  read -r written
fi
while [ "$groups" -gt 0 ]; do
  echo 0 >"$1"
  shift
  groups=$((groups - 1))
done
ulimit -c 0
cd "$store"
box=sandboxes/$id
mount -a -T "$box/fstab"
[ "$cgroups" = keep ] || [ ! -d /sys/fs/cgroup ] || mount -t tmpfs -o ro none /sys/fs/cgroup
case $mode in
  stay) "$@" 3>&1 </dev/null >/dev/null & ;;
  detach)
    "$@" </dev/null >"$box/s/said" 2>&1 || { cat "$box/s/said"; exit 1; }
    read -r pid <"$box/s/pid" || :
    echo "{ \"child-pid\": $pid }"
    ;;
esac
while read -r verb pid rest; do
  case $verb in
    net)
      {
        printf 'net '
        $rest "$pid" tap0 3>&1 >/dev/null 2>"$box/s/net.said" </dev/null || :
        echo "net failed: $(tail -c 300 "$box/s/net.said" | tr '\n' ' ')"
      } &
      ;;
  esac
done
