#!/bin/sh
# Starts BuildKit's daemon in this container, builds every image that has a program below /slipway/jobs, and ends it.
# What it did is in /slipway/results (ci/core/images/build_results.py reads it); its output has a line for each image.
#
#   MODE      build, push or cache: what is done with an image (ci/core/images/build_command.py)
#   SECONDS_EACH   the deadline of an image, and how long to wait for another run
#   AT_ONCE   how many images are built at the same time
#   KEEP_MB   what of the cache is kept
#   FLAGS     more flags of the daemon
#
# It runs in busybox's shell, with nothing but what the image moby/buildkit has.
set -u
root=${SLIPWAY_ROOT:-} # a folder, for tests of this script
jobs=$root/slipway/jobs work=$root/slipway/work results=$root/slipway/results
state=$root/var/lib/buildkit run=$root/run/slipway
socket=$run/buildkitd.sock
export BUILDKIT_HOST="unix://$socket"

say() { printf '%s\n' "$*"; }
now() { date +%s; }
clock() { cut -d ' ' -f 1 /proc/uptime; } # in hundredths of a second
mark() { echo "$1 $(clock)" >>"$work/$image.marks"; } # what begins now

# log FILE LINES: the end of a log, as facts.
log() { tail -n "$2" "$1" 2>/dev/null | tr -d '\r' | cut -c 1-2000 | sed 's/^/log /'; }

# executed LOG: whether a step of a Dockerfile was executed; of one from a cache the log says CACHED.
executed() {
    awk '/^#[0-9]+ \[[^]]*[0-9]+\/[0-9]+\] (RUN|COPY|ADD|WORKDIR) / { step[$1] = 1 }
        $2 == "CACHED" { delete step[$1] }
        $2 == "DONE" && ($1 in step) { found = 1 }
        END { exit !found }' "$1"
}

# pushing LOG: the seconds in which layers and manifests were pushed.
pushing() {
    awk '/^#[0-9]+ pushing .* [0-9.]+s done$/ { sub("s", "", $(NF - 1)); sum += $(NF - 1) } END { print sum + 0 }' "$1"
}

# ---- one image: sh buildkit.sh one NAME ----

# run WHAT: one run of its program, within what is left of its deadline.
run() {
    left=$((deadline - $(now)))
    [ "$left" -gt 0 ] || return 124
    timeout -s KILL "$left" sh "$jobs/$image/run" "$1" "$work/$image.metadata" >>"$work/$image.log" 2>&1 </dev/null
}

# What a registry or a network does now and then; BuildKit has tried again by itself before.
transient='(^|[^0-9])(408|429|50[0234])([^0-9]|$)|too many requests|unknown blob|blob upload unknown|unexpected EOF|connection re|i/o timeout|TLS handshake|broken pipe'

push() {
    attempt=1
    until run push; do
        grep -q 'failed to push' "$work/$image.log" || return 1
        [ "$(now)" -lt "$deadline" ] && [ $attempt -lt 3 ] || return 2
        tail -n 20 "$work/$image.log" | grep -Eqi "$transient" || return 2
        say "$image: pushing failed, attempt $((attempt + 1)) follows"
        sleep $attempt
        attempt=$((attempt + 1))
    done
}

# The first of a group uploads the layers that all have; the others are pushed after it, and mount them. They also wait
# until all of the group are built: BuildKit executes the steps of an image again if it is asked for it a second time
# while others still build on the same steps (v0.26.2).
grouped() {
    group=$(cat "$jobs/$image/first" "$jobs/$image/group" 2>/dev/null)
    [ -n "$group" ] || { push; return; }
    exec 8>"$work/$group.building"
    flock -s 8 # it ends with this process
    if [ -e "$jobs/$image/first" ]; then
        push
        return
    fi
    run store || return 1
    mark waiting
    exec 8>&-
    longest=$(($(now) - began + 30))
    timeout $longest flock "$work/$group.building" true # all are built, or one takes too long to wait for
    mark pushing
    push
}

one() {
    image=$1
    began=$(now)
    deadline=$((began + SECONDS_EACH))
    : >"$work/$image.log"
    mark building
    case $MODE in push) grouped ;; *) run "$MODE" ;; esac
    code=$?
    took=$(($(now) - began))
    if [ $code = 0 ]; then
        status='done'
    elif [ "$(now)" -ge $deadline ]; then
        status=too-slow
    elif [ $code = 2 ]; then
        status=not-pushed
    else
        status=failed
    fi
    {
        say "image $image"
        say "status $status"
        say "seconds $took"
        say "marks $(tr '\n' ' ' <"$work/$image.marks")end $(clock)"
        say "pushed $(pushing "$work/$image.log")"
        executed "$work/$image.log" && say built
        # A cache that does not exist yet is no fault.
        imported=$(grep 'ERROR: .* cache importer' "$work/$image.log" | grep -v 'not found' | head -n 1 | cut -c 1-500)
        [ -z "$imported" ] || say "not-imported $imported"
        [ ! -s "$work/$image.metadata" ] || say "metadata $(tr -d '\n\r\t' <"$work/$image.metadata")"
        [ $status = 'done' ] || log "$work/$image.log" 80
        say end
    } >"$work/$image.result"
    case $status in
        'done') say "$image: done in $took s" ;;
        *) say "$image: $status after $took s: $(grep -v '^ *$' "$work/$image.log" | tail -n 1 | cut -c 1-300)" ;;
    esac
}

# ---- all images ----

finish() { say "closed $(clock)" >>"$results"; cat "$work"/*.result >>"$results" 2>/dev/null; exit 0; }

start() {
    rm -f "$socket"
    # shellcheck disable=SC2086 # a list of flags
    buildkitd --root "$state/state" --addr "$BUILDKIT_HOST" --config "$run/buildkitd.toml" \
        --oci-worker-gc-keepstorage "0,0,$KEEP_MB" $FLAGS >"$work/daemon" 2>&1 &
    daemon=$!
    waited=0
    # It opens the socket before its databases.
    until [ -S "$socket" ] && buildctl debug workers >/dev/null 2>&1; do
        kill -0 $daemon 2>/dev/null || return 1
        [ $waited -lt 1200 ] || { kill -9 $daemon; return 1; } # a minute
        waited=$((waited + 1))
        sleep 0.05
    done
}

all() {
    mkdir -p "$work" "$run"
    say "zero $(clock)" >"$results"
    # The image's own configuration is kept: an organisation's mirrors and certificates are in it.
    cat /etc/buildkit/buildkitd.toml "$root/slipway/buildkitd.toml" >"$run/buildkitd.toml" 2>/dev/null

    # Two daemons on one volume are impossible. The lock ends with this process, however that ends.
    exec 9>"$state/slipway.lock"
    if ! flock -n 9; then
        say "Another run on this engine has the product's builder: waiting until it ends"
        until_then=$(($(now) + SECONDS_EACH))
        until flock -n 9; do
            [ "$(now)" -lt $until_then ] || { say 'failure no-lock' >>"$results"; finish; }
            sleep 0.2
        done
    fi

    if ! start; then
        say "The builder's cache can't be used, and is emptied"
        { say emptied; log "$work/daemon" 15; } >>"$results"
        rm -rf "$state/state"
        if ! start; then
            { say 'failure no-daemon'; log "$work/daemon" 15; } >>"$results"
            finish
        fi
    fi

    # The daemon collects its garbage a minute after a build, which it seldom lives to see.
    { buildctl prune --keep-storage "$KEEP_MB" >/dev/null 2>&1 & } 9>&-
    pruning=$!
    xargs -n 1 -P "$AT_ONCE" sh "$0" one <"$jobs/order" 9>&-
    kill $pruning 2>/dev/null

    kill -TERM $daemon
    waited=0
    while kill -0 $daemon 2>/dev/null; do
        [ $waited -lt 300 ] || kill -9 $daemon # 15 s
        waited=$((waited + 1))
        sleep 0.05
    done
    wait $daemon
    finish
}

case ${1:-all} in one) one "$2" ;; *) all ;; esac
