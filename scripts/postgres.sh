#!/usr/bin/env bash
# A private PostgreSQL for tests and trials: scripts/postgres.sh start|stop|url DIR
# DIR remembers where the cluster is. It listens on a unix socket only, so that several can run side by side, and does
# not care for durability. Called by root, it runs as the unprivileged user XIYUAN_POSTGRES_USER (default postgres).
set -euo pipefail

usage() {
    echo "usage: $0 start|stop|url DIR" >&2
    exit 2
}
[ $# -eq 2 ] || usage
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
user=${XIYUAN_POSTGRES_USER:-postgres}

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
if [ -z "$bin" ] && command -v initdb >/dev/null; then
    bin=$(dirname "$(command -v initdb)")
fi
[ -n "$bin" ] || {
    echo "PostgreSQL is not installed (apt-get install postgresql)" >&2
    exit 1
}

as_user() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid "$user" --regid "$user" --init-groups "$@")
    else
        "$@"
    fi
}

cluster() {
    cat "$dir/cluster" 2>/dev/null || true
}

start() {
    local where
    where=$(cluster)
    if [ -z "$where" ] || [ ! -d "$where" ]; then
        # Outside DIR: its parents may be closed to the unprivileged user, and socket paths must be short.
        where=$(mktemp -d /tmp/xiyuan-pg.XXXXXX)
        [ "$(id -u)" != 0 ] || chown "$user" "$where"
        echo "$where" >"$dir/cluster"
        as_user "$bin/initdb" -D "$where/data" -U xiyuan -A trust -E UTF8 --no-locale --no-sync >"$dir/log"
        as_user tee -a "$where/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$where'
max_connections = 300
shared_buffers = 256MB
max_locks_per_transaction = 256
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
    fi
    as_user "$bin/pg_ctl" -D "$where/data" -l "$where/server.log" -w status >/dev/null 2>&1 ||
        as_user "$bin/pg_ctl" -D "$where/data" -l "$where/server.log" -w start >/dev/null
    local found
    found=$(as_user "$bin/psql" -h "$where" -U xiyuan -d postgres -Atc "SELECT 1 FROM pg_database WHERE datname = 'xiyuan'")
    [ "$found" = 1 ] || as_user "$bin/createdb" -h "$where" -U xiyuan xiyuan
}

stop() {
    local where
    where=$(cluster)
    [ -n "$where" ] || return 0
    as_user "$bin/pg_ctl" -D "$where/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$where" "$dir/cluster"
}

url() {
    local where
    where=$(cluster)
    [ -n "$where" ] || {
        echo "no cluster in $dir, start it first" >&2
        exit 1
    }
    echo "postgres://xiyuan@localhost/xiyuan?host=$where"
}

case $command in
start) start ;;
stop) stop ;;
url) url ;;
*) usage ;;
esac
