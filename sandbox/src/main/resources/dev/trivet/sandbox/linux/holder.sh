# The holder of one sandbox: first process of an outer pid namespace, root of the user namespace, with a private copy of the mounts.
# It mounts the sandbox's file system, starts its first process and then waits for the end of its standard input. When that
# ends (also because the server was killed), the kernel kills everything in here, and every mount goes with the mount namespace.
#
# arguments: store id cgroup-view(hide|keep) tmpfs-size oom  trees { at lowers } ...  the argument vector of the first process
# says:      lines of the first process (its pid as "child-pid": N), "net 1" when the network is up, "net failed: why"
# hears:     "net PID program arguments": gives the network namespace of PID an exit
set -eu
umask 022
export LIBMOUNT_FORCE_MOUNT2=always
store=$1 id=$2 cgroups=$3 size=$4 trees=$5
shift 5
cd "$store"
box=sandboxes/$id
n=0
while [ "$n" -lt "$trees" ]; do
  at=$1 lowers=$2
  shift 2
  o="lowerdir=$lowers,upperdir=$box/up/$n,workdir=$box/wk/$n,userxattr"
  mount -t overlay -o "$o,volatile" overlay "$box/m/$at" 2>/dev/null || mount -t overlay -o "$o" overlay "$box/m/$at"
  n=$((n + 1))
done
mount -t tmpfs -o "mode=0700,size=$size" state "$box/s"
[ "$cgroups" = keep ] || [ ! -d /sys/fs/cgroup ] || mount -t tmpfs -o ro none /sys/fs/cgroup
start=$1
shift
case $start in
  stay) "$@" 3>&1 </dev/null >/dev/null & ;;
  detach)
    "$@" </dev/null >"$box/s/said" 2>&1 || { cat "$box/s/said"; exit 1; }
    read -r pid <"$box/s/pid" || :
    echo "\"child-pid\": $pid"
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
