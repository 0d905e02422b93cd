# Sourced by ./trivet (POSIX sh). `find_jdk jdk` (or `find_jdk jre`: no compiler needed) sets and exports
# JAVA_HOME to a Java of version ${NEED_JDK:-25} or newer; or says on stderr what it saw and what to install,
# and returns 1. It reads the "release" file of each candidate with the shell alone: no process, no JVM.

# Sets `major` to the feature version of the Java in directory $1, or to nothing when there is none.
jdk_major() {
  major=
  [ -x "$1/bin/java" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      case $line in JAVA_VERSION=*) major=${line#JAVA_VERSION=}; break ;; esac
    done <"$1/release"
  else
    major=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version \("[0-9][^"]*\).*/\1/p' | head -n 1)
  fi
  major=${major#\"}
  case $major in 1.*) major=${major#1.} ;; esac
  major=${major%%[!0-9]*}
}

# Takes $1 when it is new enough; otherwise notes it for the message.
try_jdk() {
  jdk_major "$1"
  [ -n "$major" ] || return 1
  flaw=
  if [ "$major" -lt "$find_need" ]; then
    flaw="Java $major"
  elif [ "$find_kind" = jdk ] && [ ! -x "$1/bin/javac" ]; then
    flaw="Java $major without javac: a JRE, not a JDK"
  fi
  if [ -n "$flaw" ]; then
    case $find_seen in *"$1 ("*) ;; *) find_seen="$find_seen
  $1 ($flaw)" ;; esac
    return 1
  fi
  JAVA_HOME=$1
  export JAVA_HOME
}

find_jdk() {
  find_kind=${1:-jdk} find_need=${NEED_JDK:-25} find_seen=
  for candidate in "${TRIVET_JAVA_HOME:-}" "${JAVA_HOME:-}"; do
    if [ -n "$candidate" ] && try_jdk "${candidate%/}"; then return 0; fi
  done
  if candidate=$(command -v java 2>/dev/null); then
    candidate=$(readlink -f "$candidate" 2>/dev/null || printf '%s' "$candidate")
    if try_jdk "${candidate%/bin/java}"; then return 0; fi
  fi
  if [ -x /usr/libexec/java_home ] && candidate=$(/usr/libexec/java_home -v "$find_need+" 2>/dev/null); then
    if try_jdk "$candidate"; then return 0; fi
  fi
  # TRIVET_JDK_DIRS (default: the usual folders) is there for tests, and for odd machines.
  for candidate in ${TRIVET_JDK_DIRS-/usr/lib/jvm/* /usr/java/* /opt/java/* /opt/*jdk* /usr/local/*jdk* \
    "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* "${HOME:-/}"/.asdf/installs/java/* \
    "${HOME:-/}"/.local/share/mise/installs/java/* "${HOME:-/}"/.jabba/jdk/* \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /home/linuxbrew/.linuxbrew/opt/openjdk*}; do
    if [ -d "$candidate" ] && [ ! -L "$candidate" ] && try_jdk "$candidate"; then return 0; fi
  done
  {
    echo "trivet: a JDK $find_need or newer is needed, and none was found."
    if [ -n "$find_seen" ]; then echo "Found, but of no use:$find_seen"; else echo "No JDK at all was found."; fi
    echo "Install one, for example:"
    echo "  apt install temurin-$find_need-jdk    Debian and Ubuntu, with the Adoptium repository (https://adoptium.net/installation/linux)"
    echo "  apt install openjdk-$find_need-jdk    where the distribution has it"
    echo "  sdk install java $find_need-tem       with SDKMAN"
    echo "or set TRIVET_JAVA_HOME (or JAVA_HOME) to the folder of the one you have."
  } >&2
  return 1
}
