#!/bin/bash
# A real Elasticsearch for developers and CI, without Docker: the server that Elastic publishes on Maven
# Central for plugin tests. One node, loopback only, no security: never for production (compose.yaml there).
#
#   deploy/elasticsearch/server.sh start [FOLDER [PORT]]   start it, wait until it answers, say its address
#   deploy/elasticsearch/server.sh stop [FOLDER]           stop it; the data stays
#
# Then: ELASTICSEARCH_URL=http://127.0.0.1:9200 ./run
# Needs Java 17 or newer, unzip, curl and, the first time, Maven. HEAP= moves its memory (1g).
set -euo pipefail

VERSION=8.19.21
RUN_AS=frontrow-search # it refuses to run as root
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/frontrow
ZIP=$CACHE/elasticsearch-$VERSION.zip

am_root() { [ "$(id -u)" -eq 0 ]; }

default_folder() { # root's clone may be where its user cannot go
    if am_root; then echo /var/lib/frontrow-elasticsearch; else echo "$(dirname "$0")/../../.local/elasticsearch"; fi
}

download() {
    [ -s "$ZIP" ] && return
    local target
    target=$(mktemp -d)
    mkdir -p "$CACHE"
    mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
        -Dartifact="org.elasticsearch.distribution.integ-test-zip:elasticsearch:$VERSION:zip" \
        -DoutputDirectory="$target"
    mv "$target/elasticsearch-$VERSION.zip" "$ZIP"
    rmdir "$target"
}

unpack() { # FOLDER: the server and its data live there
    [ -x "$1/server/bin/elasticsearch" ] && return
    download
    mkdir -p "$1"
    unzip -q "$ZIP" -d "$1"
    mv "$1"/elasticsearch-"$VERSION"* "$1/server"
}

configure() { # FOLDER PORT: the transport's port is any free one, so that two servers do not collide
    local transport
    transport=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    cat >"$1/server/config/elasticsearch.yml" <<END
discovery.type: single-node
xpack.security.enabled: false
network.host: 127.0.0.1
http.port: $2
transport.port: $transport
path.data: $1/data
path.logs: $1/logs
# An index is made by a command of ours with its mapping, never by a stray write.
action.auto_create_index: false
# Small disks are usual where tests run.
cluster.routing.allocation.disk.threshold_enabled: false
END
}

launch() { # FOLDER
    local java
    java=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}
    local start=(env -C "$1/server" ES_JAVA_HOME="$java" ES_JAVA_OPTS="-Xms${HEAP:-1g} -Xmx${HEAP:-1g}"
        bin/elasticsearch -d -p "$1/pid")
    if am_root; then
        id "$RUN_AS" >/dev/null 2>&1 || useradd --system --user-group --no-create-home \
            --home-dir /nonexistent --shell /usr/sbin/nologin "$RUN_AS"
        chown -R "$RUN_AS" "$1"
        runuser -u "$RUN_AS" -- "${start[@]}"
    else
        "${start[@]}"
    fi
}

is_running() { # FOLDER
    [ -s "$1/pid" ] && kill -0 "$(cat "$1/pid")" 2>/dev/null
}

wait_until_up() { # URL
    local deadline=$((SECONDS + 600)) # half a minute, unless the machine has no time for it
    until curl --noproxy '*' -fsS -o /dev/null "$1/_cluster/health?wait_for_status=yellow" 2>/dev/null; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            echo "$1 does not answer." >&2
            return 1
        fi
        sleep 0.5
    done
}

start() { # FOLDER PORT
    if is_running "$1"; then
        echo "Already running in $1." >&2
        return 1
    fi
    unpack "$1"
    configure "$1" "$2"
    launch "$1"
    wait_until_up "http://127.0.0.1:$2"
    echo "ELASTICSEARCH_URL=http://127.0.0.1:$2"
}

stop() { # FOLDER
    is_running "$1" || return 0
    local pid
    pid=$(cat "$1/pid")
    kill "$pid"
    for _ in $(seq 300); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -9 "$pid"
}

FOLDER=$(realpath -m "${2:-$(default_folder)}")
case ${1:-} in
    start) start "$FOLDER" "${3:-9200}" ;;
    stop) stop "$FOLDER" ;;
    *)
        sed -n '2,10s/^# \{0,1\}//p' "$0"
        exit 2
        ;;
esac
