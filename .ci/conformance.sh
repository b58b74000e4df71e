#!/bin/sh
# Installs what make conformance asks for a second opinion: Apache Avro for Python and for Java, from Debian. Does nothing
# where they are there. Where it may not install, it prints the command that would and fails.
set -eu

missing=""
java=/usr/share/java

have() { for jar in "$@"; do [ -e "$java/$jar.jar" ] || return 1; done; }

/usr/bin/python3 -c 'import avro.compatibility' 2>/dev/null || missing="$missing python3-avro"
command -v javac >/dev/null 2>&1 || missing="$missing default-jdk-headless"
have avro jackson-core-asl jackson-mapper-asl slf4j-api slf4j-nop || missing="$missing libavro-java"
[ -n "$missing" ] || exit 0

install="apt-get update && apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing:$missing" >&2
    export DEBIAN_FRONTEND=noninteractive
    sh -c "$install" >&2
    exit 0
fi
echo "The comparison needs$missing. On Debian, as root:" >&2
echo "    $install" >&2
exit 1
