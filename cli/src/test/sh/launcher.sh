#!/bin/sh
# Tests of ./trivet and .mvn/find-jdk.sh, with fake JDKs, a fake Maven and a fake apt-get.
# Usage: SHELL_UNDER_TEST="dash" sh launcher.sh CHECKOUT WORK_DIR. Prints one line per test; exits 1 at the first failure.
set -u
root=$1 work=$2
sh=${SHELL_UNDER_TEST:-sh}
case $sh in *' '*) sh="$(command -v "${sh%% *}") ${sh#* }" ;; *) sh=$(command -v "$sh") ;; esac
unset JAVA_HOME TRIVET_JAVA_HOME TRIVET_JAVA_OPTS TRIVET_INSTALL CI NEED_JDK
export TRIVET_AOT=no HOME="$work/home" XDG_CACHE_HOME="$work/cache"

fail() { echo "FAIL: $test: $*"; echo "--- stdout"; cat "$work/out"; echo "--- stderr"; cat "$work/err"; exit 1; }
begin() { test=$1; }
pass() { echo "ok: $test"; }

jdk() { # jdk NAME VERSION [jre]: a Java that prints how it was called
  mkdir -p "$work/$1/bin"
  printf 'IMPLEMENTOR="Nobody"\nJAVA_VERSION="%s"\n' "$2" >"$work/$1/release"
  cat >"$work/$1/bin/java" <<'JAVA'
#!/bin/sh
[ -n "${FAKE_JAVA_WAITS:-}" ] && { trap 'echo terminated; exit 143' TERM; echo "pid $$"; while :; do sleep 0.05; done; }
printf '%s' "java"
for a; do printf ' %s' "$a"; done
echo
exit "${FAKE_JAVA_EXIT:-0}"
JAVA
  chmod +x "$work/$1/bin/java"
  [ "${3:-}" = jre ] || cp "$work/$1/bin/java" "$work/$1/bin/javac"
}

tools() { # a PATH with what the launcher uses, and nothing that it might look for
  rm -rf "${work:?}/bin" && mkdir -p "$work/bin"
  for tool in sh awk sed grep head tail find readlink mkdir rm cp mv ln cat date cksum tr tar tee id flock mktemp touch sleep nice setsid printf; do
    path=$(command -v "$tool") && case $path in /*) ln -s "$path" "$work/bin/$tool" ;; esac
  done
  cat >"$work/bin/mvn" <<'MVN'
#!/bin/sh
echo "$JAVA_HOME $PWD $*" >>"$WORK/mvn.calls"
echo "[INFO] Building trivet-core 0.1.0                            [2/3]"
sleep "${FAKE_MVN_SLEEP:-0}"
if [ -n "${FAKE_MVN_FAILS:-}" ]; then
  echo "[INFO] noise"; echo "[ERROR] Foo.java:[3,4] cannot find symbol"; echo "[ERROR] Re-run Maven using the -X switch to enable full debug logging."
  exit 1
fi
mkdir -p cli/target/lib cli/target/surefire-reports && echo jar >cli/target/trivet.jar && echo lib >cli/target/lib/a.jar
printf 'Tests run: 3, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 0.1 s -- in FooTest\n' >cli/target/surefire-reports/Foo.txt
printf 'Tests run: 4, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in BarTest\n' >cli/target/surefire-reports/Bar.txt
MVN
  for tool in runc slirp4netns newuidmap git crun bwrap nix debootstrap mmdebstrap busybox nft ip sudo chromium sshd ssh curl xz bzip2; do
    printf '#!/bin/sh\n' >"$work/bin/$tool"
  done
  chmod +x "$work/bin/"* 2>/dev/null
}

checkout() { # a small checkout, built long ago never
  rm -rf "$work/repo" "$work/cache" "$work/mvn.calls"
  mkdir -p "$work/repo/.mvn" "$work/repo/cli/src/main/java" "$work/repo/dialects/x/src/main/java" "$work/home"
  cp "$root/trivet" "$work/repo/" && cp "$root/.mvn/find-jdk.sh" "$work/repo/.mvn/"
  for f in pom.xml cli/pom.xml cli/src/main/java/A.java dialects/x/pom.xml dialects/x/src/main/java/B.java dialects/x/src/main/java/C.java; do
    echo x >"$work/repo/$f"
  done
}

bare() { # bare [VAR=VALUE…] -- ARG…: becomes the launcher in a bare environment
  vars=
  while [ "$1" != -- ]; do vars="$vars $1"; shift; done
  shift
  exec env -i PATH="$work/bin" HOME="$HOME" XDG_CACHE_HOME="$XDG_CACHE_HOME" TRIVET_AOT=no WORK="$work" \
    "TRIVET_JDK_DIRS=$work/jdk17 $work/jdk25" $vars $sh "$work/repo/trivet" "$@" </dev/null
}
trivet() { # runs the launcher with the variables $with; sets $code; files out and err
  code=0
  (bare ${with:-} -- "$@") >"$work/out" 2>"$work/err" || code=$?
}
serve() { # starts a program that waits for SIGTERM; sets $pid
  bare FAKE_JAVA_WAITS=1 -- serve >"$work/out" 2>"$work/err" &
  pid=$!
  tries=0
  until grep -q "^pid $pid$" "$work/out" || [ $tries -ge 200 ]; do sleep 0.05; tries=$((tries + 1)); done
  expect_in out "pid $pid"
}
builds() { if [ -f "$work/mvn.calls" ]; then grep -c . "$work/mvn.calls"; else echo 0; fi; }
expect_code() { [ "$code" = "$1" ] || fail "exit code $code instead of $1"; }
expect_in() { grep -qF -- "$2" "$work/$1" || fail "no '$2' in $1"; }
refuse_in() { ! grep -qF -- "$2" "$work/$1" || fail "'$2' in $1"; }
expect_builds() { [ "$(builds)" = "$1" ] || fail "$(builds) builds instead of $1"; }
# Some find commands compare whole seconds: everything gets old, then one thing new.
age() { find "$work/repo" -exec touch -h -d '2020-01-01 00:00' {} +; }
later() { age; touch "$1"; }

jdk jdk17 17.0.15
jdk jdk25 25.0.1
jdk jre25 25.0.1 jre
jdk jdk8 1.8.0_402
jdk jdkea 26-ea
tools
checkout

begin "the first use builds and says so on stderr only"
trivet list --json
expect_code 0; expect_builds 1; expect_in err "building for the first time"; expect_in mvn.calls "$work/jdk25 "
[ "$(wc -l <"$work/out")" = 1 ] || fail "stdout is not the program's alone"
expect_in out " list --json"; expect_in out "--enable-native-access=ALL-UNNAMED"; expect_in out "-XX:+UseSerialGC"
pass

begin "the second use builds nothing and says nothing"
trivet list
expect_code 0; expect_builds 1; [ ! -s "$work/err" ] || fail "it spoke"
pass

begin "a changed source, a deleted source, a changed pom each rebuild; other files do not"
later "$work/repo/dialects/x/src/main/java/B.java"; trivet list; expect_builds 2; expect_in err "sources have changed"
age; rm "$work/repo/dialects/x/src/main/java/C.java"; trivet list; expect_builds 3
later "$work/repo/pom.xml"; trivet list; expect_builds 4
later "$work/repo/README.md"; trivet list; expect_builds 4
pass

begin "the program's exit code is the launcher's"
with="FAKE_JAVA_EXIT=124" trivet run x; expect_code 124
pass

begin "TRIVET_JAVA_OPTS comes last, arguments keep their spaces"
with="TRIVET_JAVA_OPTS=-Xmx1g" trivet submit "a b" '$x'
expect_in out "-Xmx1g -jar"; expect_in out 'submit a b $x'
pass

begin "a link to the launcher works"
ln -sf "$work/repo/trivet" "$work/bin/trivet-link"
env -i PATH="$work/bin" HOME="$HOME" TRIVET_AOT=no TRIVET_JDK_DIRS="$work/jdk25" $sh "$work/bin/trivet-link" version >"$work/out" 2>"$work/err" || fail "exit code $?"
expect_in out " version"
pass

begin "SIGTERM reaches the program: the launcher has become it"
serve
kill -TERM $pid; wait $pid; code=$?
expect_code 143; expect_in out terminated
pass

begin "a running program keeps its folder through later builds; without it they go"
serve
held=$(readlink "$work/repo/cli/target/app")
for _ in 1 2 3; do later "$work/repo/pom.xml"; trivet list; done
[ -f "$work/repo/cli/target/$held/trivet.jar" ] || fail "the folder of a running program is gone"
kill -TERM $pid; wait $pid
for _ in 1 2; do later "$work/repo/pom.xml"; trivet list; done
[ ! -e "$work/repo/cli/target/$held" ] || fail "an old folder stays"
pass

begin "a failed build shows the compiler's words, exits 70 and is tried again"
later "$work/repo/pom.xml"
with="FAKE_MVN_FAILS=1" trivet run x
expect_code 70; expect_in err "Foo.java:[3,4] cannot find symbol"; refuse_in err "Re-run Maven"; refuse_in err noise; [ ! -s "$work/out" ] || fail "stdout is not empty"
trivet list; expect_code 0
pass

begin "two at the same time build once"
checkout
bare FAKE_MVN_SLEEP=1 -- list >"$work/out1" 2>"$work/err1" &
first=$!
with="FAKE_MVN_SLEEP=1" trivet list
expect_code 0; wait $first || fail "the other one failed"
expect_builds 1; cat "$work/err1" >>"$work/err"; expect_in err "waiting for it"
pass

begin "a checkout that cannot be written is built in the cache, and rebuilt when it changes"
checkout
rm -rf "$work/repo/cli/target"; echo file >"$work/repo/cli/target"
trivet list; expect_code 0; expect_builds 1; expect_in out "$XDG_CACHE_HOME/trivet/build-"
trivet list; expect_builds 1
age; find "$XDG_CACHE_HOME" -name stamp -exec touch -d '2020-01-01 00:00' {} +
touch "$work/repo/cli/src/main/java/A.java"; rm "$work/repo/dialects/x/src/main/java/C.java"; trivet list; expect_builds 2
[ -z "$(find "$XDG_CACHE_HOME" -name C.java)" ] || fail "a deleted source is still in the copy"
pass

begin "no JDK: says what it saw and what to install, exit 78"
checkout
with="NEED_JDK=27" trivet run x
expect_code 78; expect_in err "JDK 27 or newer is needed"; expect_in err "$work/jdk25 (Java 25)"; expect_in err "$work/jdk17 (Java 17)"; expect_in err "Install one"; expect_builds 0
with="TRIVET_JDK_DIRS=" trivet run x
expect_code 78; expect_in err "No JDK at all was found"
pass

begin "order: TRIVET_JAVA_HOME, JAVA_HOME, PATH, folders; too old ones are passed over; early access counts"
with="TRIVET_JAVA_HOME=$work/jdkea JAVA_HOME=$work/jdk25" trivet list; expect_in mvn.calls "$work/jdkea "
checkout; with="JAVA_HOME=$work/jdk8" trivet list; expect_in mvn.calls "$work/jdk25 "
checkout; ln -s "$work/jdk17/bin/java" "$work/bin/java"; trivet list; expect_in mvn.calls "$work/jdk25 "; rm "$work/bin/java"
checkout; ln -s "$work/jdkea/bin/java" "$work/bin/java"; trivet list; expect_in mvn.calls "$work/jdkea "; rm "$work/bin/java"
pass

begin "a JRE does not build, but runs what is built"
checkout
with="TRIVET_JDK_DIRS=$work/jre25" trivet list; expect_code 78; expect_in err "a JRE, not a JDK"
trivet list; with="TRIVET_JDK_DIRS=$work/jre25" trivet list; expect_code 0
pass

begin "root with apt-get: installs what is missing, in one line"
checkout
cp "$work/bin/mvn" "$work/mvn.kept"
printf '#!/bin/sh\necho 0\n' >"$work/id.root"
printf '#!/bin/sh\necho 1000\n' >"$work/id.user"
cat >"$work/apt.kept" <<'APT'
#!/bin/sh
echo "$DEBIAN_FRONTEND $*" >>"$WORK/apt.calls"
case "$*" in
  *update*) : >"$WORK/apt.updated" ;;
  *install*) [ -e "$WORK/apt.updated" ] || { echo "E: Unable to locate package maven"; exit 100; }
    cp "$WORK/mvn.kept" "$WORK/bin/mvn" ;;
esac
APT
as() { rm -f "$work/bin/id" "$work/bin/mvn" "$work/apt.calls" "$work/apt.updated"; cp "$work/id.$1" "$work/bin/id"; cp "$work/apt.kept" "$work/bin/apt-get"; chmod +x "$work/bin/id" "$work/bin/apt-get"; }
as root
trivet list
expect_code 0; expect_in err "installing maven"; expect_in apt.calls "noninteractive"; expect_in apt.calls "update"; expect_builds 1
refuse_in err "Unable to locate"
[ "$(grep -c . "$work/apt.calls")" = 3 ] || fail "not install, update, install: $(cat "$work/apt.calls")"
checkout; as root; : >"$work/apt.updated"; trivet list
[ "$(grep -c . "$work/apt.calls")" = 1 ] || fail "an update that was not needed"
pass

begin "an ordinary user, or TRIVET_INSTALL=no: prints the one command, exit 78"
checkout; as user
if [ "$(PATH=$work/bin $sh -c 'id -u')" = 1000 ]; then # busybox's shell takes its own id
  trivet list
  expect_code 78; expect_in err "sudo apt-get update && sudo apt-get install -y maven"
fi
as root; with="TRIVET_INSTALL=no" trivet list; expect_code 78; expect_in err "run this, then try again:  apt-get update && apt-get install -y maven"
[ ! -e "$work/apt.calls" ] || fail "apt-get was called"
pass

begin "what only some builds need is asked for, not insisted on"
checkout; as user; with="TRIVET_INSTALL=no"; cp "$work/mvn.kept" "$work/bin/mvn"; rm -f "$work/bin/slirp4netns" "$work/bin/newuidmap"
if PATH=/usr/local/sbin:/usr/sbin:/sbin command -v slirp4netns >/dev/null 2>&1; then :; else
  trivet run x; expect_code 0; expect_in err "not installed: slirp4netns"
  trivet list; refuse_in err slirp4netns
fi
with=
pass

begin "test: runs Maven's verify, ends with the sum of the tests, returns its result"
tools; checkout
trivet test
expect_code 0; expect_in mvn.calls "verify"; [ "$(tail -n 1 "$work/out")" = "Tests run: 7, Failures: 0, Errors: 0, Skipped: 1" ] || fail "last line: $(tail -n 1 "$work/out")"
trivet list; expect_builds 1
trivet test -pl core "-Dtest=Foo*"; expect_in mvn.calls "verify -am -pl core -Dtest=Foo*"
with="FAKE_MVN_FAILS=1" trivet test; expect_code 1
pass
