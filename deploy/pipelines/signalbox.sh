#!/bin/sh
# Reserve a shared environment from a pipeline: wait for the turn, keep it while the work runs, give it back at the end.
#
#   signalbox.sh run TARGET LENGTH [REASON] -- COMMAND...   wait, run the command, release whatever becomes of it
#   signalbox.sh acquire TARGET LENGTH [REASON]             wait; print the reservation's id
#   signalbox.sh renew ID                                   say that the work still runs, until that fails
#   signalbox.sh release ID                                 give it back
#   signalbox.sh status ID                                  print the reservation as JSON
#
# SIGNALBOX_URL     such as https://signalbox.example.com
# SIGNALBOX_TOKEN   made by: signalbox token create NAME --scope reservations:write
# SIGNALBOX_KEY     names this run, so that a job that is started again finds its reservation; made up when left out
# SIGNALBOX_WAIT    seconds to wait for the turn before giving up (default 3600)
# SIGNALBOX_TTL     seconds it lives without a sign of life (default 120); `run` and `renew` give one each third of it
#
# The command finds SIGNALBOX_RESERVATION and SIGNALBOX_FENCING_TOKEN in its environment.
# Needs a POSIX shell and curl. Exit codes: the command's own; 64 misused, 69 refused, 75 the turn came too late, 143 lost.

set -u

MISUSED=64 REFUSED=69 LATE=75
id='' key='' state='' work='' renewing='' nap=''

say() { printf 'signalbox: %s\n' "$*" >&2; }
die() { code=$1; shift; say "$@"; exit "$code"; }
ttl=${SIGNALBOX_TTL:-120}
usage() { sed -n '4,8s/^# \{0,3\}//p' "$0" >&2; exit "$MISUSED"; }

# The token goes to curl by standard input, so that no list of processes shows it.
# Sets `answer` and `status` (HTTP; 000 when nobody answered).
call() {
    method=$1 path=$2; shift 2
    answer=$(printf 'header = "Authorization: Bearer %s"\n' "$SIGNALBOX_TOKEN" |
        curl --silent --show-error --max-time 90 --config - --request "$method" \
            --write-out '\n%{http_code}' "$@" "${SIGNALBOX_URL%/}/v1/$path")
    status=${answer##*
}
    answer=${answer%
*}
}

# Until it is answered by something else than "come again later", for about five minutes.
insist() {
    tries=0
    while :; do
        call "$@"
        case $status in
            429 | 502 | 503 | 504 | 000) ;;
            *) return ;;
        esac
        tries=$((tries + 1))
        [ "$tries" -lt 60 ] || return
        say "no answer yet (HTTP $status), trying again"
        sleep 5
    done
}

# A text field of the JSON in `answer`. Quotes inside of text come escaped, so they cannot be taken for its end.
field() { printf '%s' "$answer" | sed -n 's/.*"'"$1"'":"\([^"\\]*\)".*/\1/p'; }

refused() {
    detail=$(sentence)
    die "$REFUSED" "${detail:-HTTP $status}"
}

# What the problem in `answer` says; its quotes are escaped.
sentence() { printf '%s' "$answer" | sed -n 's/.*"detail":"\(\([^"\\]*\\.\)*[^"\\]*\)".*/\1/p'; }

quoted() { printf '%s' "$1" | tr -d '\000-\037' | sed 's/[\\"]/\\&/g'; }

ask() {
    insist POST reservations --header 'Content-Type: application/json' --header "Idempotency-Key: $key" --data-binary "$body"
}

reserve() {
    body=$(printf '{"target":"%s","length":"%s","reason":"%s","ttl_seconds":%s}' \
        "$(quoted "$1")" "$(quoted "$2")" "$(quoted "$3")" "$ttl")
    key=${SIGNALBOX_KEY:-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')}
    while :; do
        ask
        case $status in
            20?) id=$(field id) state=$(field state); return ;;
            409) id=$(field reservation); [ -n "$id" ] || { key=''; refused; }; behind_ourselves ;;
            *) key=''; refused ;;
        esac
    done
}

# Another run of this pipeline has the reservation, or waits for one: wait until that one has ended.
behind_ourselves() {
    other=$id id=''
    in_time "another run of this pipeline has reservation $other"
    say "another run of this pipeline has reservation $other, waiting for its end"
    call GET "reservations/$other?wait=20"
    sleep 5
}

in_time() { [ "$(date +%s)" -lt "$deadline" ] || die "$LATE" "gave up waiting: $1"; }

wait_for_turn() {
    while [ "$state" = queued ] || [ "$state" = offered ]; do
        in_time "it was not the turn of $id yet"
        say "waiting for $target, place $(printf '%s' "$answer" | sed -n 's/.*"place":\([0-9]*\).*/\1/p')"
        insist GET "reservations/$id?wait=60"
        [ "$status" = 200 ] || refused
        state=$(field state)
    done
    [ "$state" = active ] || die "$REFUSED" "the reservation has ended: $state"
}

acquire() {
    target=$1
    deadline=$(($(date +%s) + ${SIGNALBOX_WAIT:-3600}))
    reserve "$1" "$2" "${3:-}"
    wait_for_turn
    say "$target is reserved: $id"
}

# Signs of life. Returns when there is nothing left to keep alive.
renew() {
    while :; do
        sleep $((ttl / 3)) >/dev/null 2>&1 &
        nap=$!
        wait "$nap"
        insist POST "reservations/$1/heartbeat"
        [ "$status" = 200 ] || return
    done
}

# In the background. Whoever has lost the reservation must not go on.
renew_or_stop() {
    trap - EXIT INT HUP
    trap 'kill "$nap" 2>/dev/null; exit 0' TERM
    renew "$1"
    say "the reservation is lost: $(sentence)"
    kill -TERM "$2" 2>/dev/null
}

# Where a signal came between the request and its answer, the same request once more tells the id.
give_back() {
    [ -z "$renewing" ] || kill "$renewing" 2>/dev/null
    renewing=''
    if [ -z "$id" ] && [ -n "$key" ]; then
        ask
        id=$(field id)
    fi
    [ -z "$id" ] || insist POST "reservations/$id/release"
    id='' key=''
}

# A pipeline that is cancelled gets a signal: hand it on to the work, wait for its end, then give the place back.
stop() {
    trap '' INT TERM HUP
    [ -z "$work" ] || { kill -TERM "$work" 2>/dev/null; wait "$work"; }
    exit "$1"
}

run() {
    trap 'give_back' EXIT
    trap 'stop 130' INT
    trap 'stop 143' TERM
    trap 'stop 129' HUP
    acquire "$wanted" "$length" "$reason"
    SIGNALBOX_RESERVATION=$id SIGNALBOX_FENCING_TOKEN=$(field token)
    export SIGNALBOX_RESERVATION SIGNALBOX_FENCING_TOKEN
    "$@" &
    work=$!
    renew_or_stop "$id" "$work" &
    renewing=$!
    wait "$work"
    code=$?
    work=''
    exit "$code"
}

[ -n "${SIGNALBOX_URL:-}" ] || die "$MISUSED" "set SIGNALBOX_URL, such as https://signalbox.example.com"
[ -n "${SIGNALBOX_TOKEN:-}" ] || die "$MISUSED" "set SIGNALBOX_TOKEN: signalbox token create NAME --scope reservations:write"
[ $# -gt 0 ] || usage
verb=$1; shift
case $verb in
    run)
        [ $# -ge 4 ] || usage
        wanted=$1 length=$2 reason=''; shift 2
        [ "$1" = -- ] || { reason=$1; shift; }
        [ $# -ge 2 ] && [ "$1" = -- ] || usage
        shift
        run "$@"
        ;;
    acquire)
        [ $# -ge 2 ] || usage
        trap 'give_back' EXIT
        trap 'stop 130' INT
        trap 'stop 143' TERM
        acquire "$1" "$2" "${3:-}"
        printf '%s\n' "$id"
        id='' key=''
        ;;
    renew)
        [ $# -eq 1 ] || usage
        renew "$1"
        refused
        ;;
    release)
        [ $# -eq 1 ] || usage
        insist POST "reservations/$1/release"
        [ "$status" = 200 ] || refused
        ;;
    status)
        [ $# -eq 1 ] || usage
        insist GET "reservations/$1"
        [ "$status" = 200 ] || refused
        printf '%s\n' "$answer"
        ;;
    *) usage ;;
esac
