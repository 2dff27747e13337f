# shellcheck shell=bash
# What bin/run and bin/test share: words for the person who runs them, and missing packages. Source it.

me=$(basename "$0")
PATH=$PATH:/usr/sbin:/sbin
# Java 17 takes file names and default charset from the locale, and a fresh machine has none.
export LC_ALL=C.UTF-8

say() { printf '%s: %s\n' "$me" "$*" >&2; }

die() {
  say "$*"
  exit 1
}

missing=()

# need PACKAGE... -- COMMAND...: the Debian packages are missing unless the command succeeds.
need() {
  local packages=()
  while [ "$1" != -- ]; do
    packages+=("$1")
    shift
  done
  shift
  "$@" >/dev/null 2>&1 || missing+=("${packages[@]}")
}

# is_17 java|javac: whether it is there, of version 17 or later.
is_17() {
  local version
  version=$("$1" --version 2>/dev/null | head -n 1) || return 1
  [[ $version =~ \ ([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge 17 ]
}

need_build_tools() {
  need openjdk-17-jdk-headless -- is_17 javac
  need maven -- command -v mvn
  need nodejs -- command -v node
  need npm -- command -v npm
}

# Installs what is missing when this may be done without asking; otherwise says what to paste.
install_missing() {
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "please install: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null ||
      die "some packages are missing. Please paste: sudo apt-get install -y ${missing[*]}"
    as_root=(sudo -n)
  fi
  say "installing ${missing[*]} ..."
  local install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}")
  local log
  log=$(mktemp)
  dont_start_services "${as_root[@]}"
  if ! "${install[@]}" >"$log" 2>&1; then
    # Most often the package lists are missing or old.
    "${as_root[@]}" apt-get update -q >>"$log" 2>&1 || true
    if ! "${install[@]}" >>"$log" 2>&1; then
      may_start_services "${as_root[@]}"
      tail -n 20 "$log" >&2
      die "apt-get could not install: ${missing[*]}"
    fi
  fi
  may_start_services "${as_root[@]}"
  rm -f "$log"
}

# A Kamailio started by its package would hold port 5060.
dont_start_services() {
  [ -e /usr/sbin/policy-rc.d ] && return
  printf '#!/bin/sh\n# by %s, while it installs\nexit 101\n' "$me" | "$@" tee /usr/sbin/policy-rc.d >/dev/null
  "$@" chmod 755 /usr/sbin/policy-rc.d
  trap 'may_start_services' EXIT
}

may_start_services() {
  grep -qs "^# by $me, while it installs" /usr/sbin/policy-rc.d || return 0
  "$@" rm -f /usr/sbin/policy-rc.d
}

# The jar, built anew when a source is newer; its path is in $jar.
need_jar() {
  jar=$root/gateway/target/tandem.jar
  if is_stale "$jar"; then
    say "building (the first time takes a minute or two) ..."
    need_build_tools
    install_missing
    (cd "$root" && mvn -q -B -ntp -DskipTests -Dmaven.test.skip=true -pl gateway -am package </dev/null) >&2 ||
      die "the build failed"
  else
    need openjdk-17-jre-headless -- is_17 java
    install_missing
  fi
}

is_stale() {
  [ -f "$1" ] || return 0
  # Folders are looked at too: they change when a file goes.
  [ -n "$(cd "$root" && find pom.xml {sip-stack,gateway}/{pom.xml,src/main} web-demo config \
    \( -name node_modules -o -name target \) -prune -o -newer "$1" -print -quit)" ]
}
