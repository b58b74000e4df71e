#!/bin/sh
# Installs what the tests need beside Go: PostgreSQL 15 or newer, whose binaries the tests run themselves, and a C
# compiler with its headers for the race detector. Does nothing where it is all there. Where it may not install, it
# prints the command that would and fails.
set -eu

missing=""

newest_postgres() {
    ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sed 's|.*/postgresql/\([0-9]*\)/bin|\1|' | sort -n | tail -1
}

have_postgres() {
    version=$(newest_postgres)
    if [ -n "$version" ] && [ "$version" -ge 15 ]; then return 0; fi
    command -v initdb >/dev/null 2>&1 || return 1
    [ "$(initdb --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')" -ge 15 ]
}

have_headers() {
    printf '#include <stdlib.h>\nint main(void) { return 0; }\n' | gcc -x c - -o /dev/null 2>/dev/null
}

have_postgres || missing="$missing postgresql"
command -v gcc >/dev/null 2>&1 || missing="$missing gcc"
{ command -v gcc >/dev/null 2>&1 && have_headers; } || missing="$missing libc6-dev"
[ -n "$missing" ] || exit 0

install="apt-get update && apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing:$missing" >&2
    # The tests start servers of their own: Debian's package must not leave one running.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    fi
    export DEBIAN_FRONTEND=noninteractive
    # The file above is kept, whoever asks.
    sh -c "apt-get update && apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold$missing" >&2
    have_postgres && have_headers && exit 0
    echo "installed$missing, but PostgreSQL 15+ or a working C compiler is still missing" >&2
    exit 1
fi
echo "The tests need$missing. On Debian, as root:" >&2
echo "    $install" >&2
exit 1
