#!/bin/sh
# Reserve a shared environment from a pipeline: wait for the turn, keep it while the work runs, give it back at the end.
#
#   signalbox.sh run TARGET LENGTH [REASON] -- COMMAND...   wait, run the command, release whatever becomes of it
#   signalbox.sh acquire TARGET LENGTH [REASON]             wait; print the reservation's id
#   signalbox.sh renew ID                                   say that the work still runs, until that fails
#   signalbox.sh release ID                                 give it back
#   signalbox.sh status ID                                  print the reservation as JSON
#   signalbox.sh deploy ENVIRONMENT SERVICE VERSION [NOTE] -- COMMAND...
#                        open the gate (waiting for it, if need be), run the command, report its end
#   signalbox.sh suite run SUITE ENVIRONMENT [NAME=VALUE...]
#                        run a suite, wait for its end, print it as JSON; exit code 0 green, 1 red, 69 neither
#   signalbox.sh suite status ID                            print a run as JSON
#   signalbox.sh rollback ID                                deploy again what ran before the deployment ID; print the new id
#
# SIGNALBOX_URL     such as https://signalbox.example.com
# SIGNALBOX_TOKEN   made by: signalbox token create NAME --scope reservations:write (for deploy: deployments:write,
#                   for suite: runs:write)
# SIGNALBOX_KEY     names this run, so that a job that is started again finds its reservation; made up when left out.
#                   What is wanted counts as well; stages that want the same at the same time need keys of their own
# SIGNALBOX_WAIT    seconds to wait for the turn before giving up (default 3600)
# SIGNALBOX_TTL     seconds it lives without a sign of life (default 120); `run` and `renew` give one each third of it
#
# SIGNALBOX_WHEN_UNREACHABLE  what `deploy` does when Signalbox does not answer: allow (default), or deny
# SIGNALBOX_PATIENCE          after how many seconds that is (default 60)
# SIGNALBOX_FENCING_TOKEN     of the reservation under which `deploy` runs; a short one of its own when left out
# SIGNALBOX_DEPLOYMENT        the deployment that has started this run, which `deploy` joins, with
# SIGNALBOX_DEPLOYMENT_KEY    the key that this run was given; the command does not find it in its environment
# SIGNALBOX_OVERRIDE          why `deploy` and `rollback` set a freeze aside (the token needs deployments:override)
#
# The command finds SIGNALBOX_RESERVATION (after `deploy`: SIGNALBOX_DEPLOYMENT) and SIGNALBOX_FENCING_TOKEN in its
# environment. Hand the latter to what changes the environment: whatever has seen a newer one must refuse it.
# Needs a POSIX shell and curl. Exit codes: the command's own; 64 misused, 69 refused, 75 the turn came too late, 143 lost.

set -u

MISUSED=64 REFUSED=69 LATE=75
GRACE=5 # seconds that a cancelled job takes to give back: what runs pipelines kills it soon after
id='' key='' run_key='' state='' work='' renewing='' waiting='' reason_told='' last=''
patience=300 longest=90 pause=5 reply=''

say() { printf 'signalbox: %s\n' "$*" >&2; }
die() { code=$1; shift; say "$@"; exit "$code"; }
ttl=${SIGNALBOX_TTL:-120}
usage() { sed -n '4,33s/^#\( \{0,3\}\)//p' "$0"; }
misused() { usage >&2; exit "$MISUSED"; }

# What takes its time is waited for in the background: a signal is heard at once, not when it is over.
rest() { sleep "$1" >/dev/null 2>&1 & hear; }
hear() {
    waiting=$!
    wait "$waiting"
    waiting=''
}

# Secrets go to curl by standard input, so that no list of processes shows them.
# Sets `answer` and `status` (HTTP; 000 when nobody answered).
call() {
    method=$1 path=$2; shift 2
    [ -n "$reply" ] || reply=$(mktemp)
    printf 'header = "%s"\n' "Authorization: Bearer $SIGNALBOX_TOKEN" ${run_key:+"X-Signalbox-Deployment-Key: $run_key"} |
        curl --silent --show-error --max-time "$longest" --config - --request "$method" \
            --write-out '\n%{http_code}' "$@" "${SIGNALBOX_URL%/}/v1/$path" >"$reply" &
    hear
    answer=$(cat "$reply")
    status=${answer##*
}
    answer=${answer%
*}
    status=${status:-000}
}

# Until it is answered by something else than "come again later", or patience ends.
insist() {
    until=${last:-$(($(date +%s) + patience))}
    while :; do
        call "$@"
        case $status in
            429 | 502 | 503 | 504 | 000) ;;
            *) return ;;
        esac
        [ "$(date +%s)" -lt "$until" ] || return
        say "no answer yet (HTTP $status), trying again"
        rest "$pause"
    done
}

# A text field of the JSON in `answer`. Quotes inside of text come escaped, so they cannot be taken for its end.
field() { printf '%s' "$answer" | sed -n 's/.*"'"$1"'":"\([^"\\]*\)".*/\1/p'; }

refused() {
    detail=$(sentence)
    die "$REFUSED" "${detail:-HTTP $status}"
}

# A text field with whatever is in it; quotes in it are escaped.
text() { printf '%s' "$answer" | sed -n 's/.*"'"$1"'":"\(\([^"\\]*\\.\)*[^"\\]*\)".*/\1/p'; }

# What the problem in `answer` says.
sentence() { text detail; }

quoted() { printf '%s' "$1" | tr -d '\000-\037' | sed 's/[\\"]/\\&/g'; }

ask() {
    insist POST reservations --header 'Content-Type: application/json' --header "Idempotency-Key: $key" --data-binary "$body"
}

reserve() {
    body=$(printf '{"target":"%s","length":"%s","reason":"%s","ttl_seconds":%s}' \
        "$(quoted "$1")" "$(quoted "$2")" "$(quoted "$3")" "$ttl")
    key=$(key_for "$body") first=$key again=1
    while :; do
        ask
        case $status in
            20?)
                id=$(field id) state=$(field state)
                case $state in queued | offered | active) return ;; esac
                # A run of this name had it and gave it back: this is the next one.
                again=$((again + 1)) id='' key=$first-$again
                ;;
            409) id=$(field reservation); [ -n "$id" ] || { key=''; refused; }; behind_ourselves ;;
            *) key=''; refused ;;
        esac
    done
}

# Of the run and of what it wants: two stages of one build want different things.
key_for() {
    if [ -n "${SIGNALBOX_KEY:-}" ]; then
        printf '%s-%s' "$(printf '%.150s' "$SIGNALBOX_KEY" | LC_ALL=C tr -c '!-~' _)" "$(printf '%s' "$1" | cksum | tr ' ' -)"
    else
        od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
    fi
}

# Another run of this pipeline has the reservation, or waits for one: wait until that one has ended.
behind_ourselves() {
    other=$id id=''
    in_time "another run of this pipeline has reservation $other"
    say "another run of this pipeline has reservation $other, waiting for its end"
    call GET "reservations/$other?wait=$(left 20)"
    rest "$(left 5)"
}

in_time() { [ "$(date +%s)" -lt "$deadline" ] || die "$LATE" "gave up waiting: $1"; }

# Seconds until the deadline: at least 1, at most "$1".
left() {
    seconds=$((deadline - $(date +%s)))
    [ "$seconds" -lt "$1" ] || seconds=$1
    [ "$seconds" -ge 1 ] || seconds=1
    printf '%s' "$seconds"
}

wait_for_turn() {
    while [ "$state" = queued ] || [ "$state" = offered ]; do
        in_time "it was not the turn of $id yet"
        tell_why
        insist GET "reservations/$id?wait=$(left 60)"
        [ "$status" = 200 ] || refused
        state=$(field state)
    done
    [ "$state" = active ] || die "$REFUSED" "the reservation has ended: $state"
}

# The reason, and the likely turn: whenever they change.
tell_why() {
    told="place $(printf '%s' "$answer" | sed -n 's/.*"place":\([0-9]*\).*/\1/p'). $(text why_waiting)"
    [ "$told" = "$reason_told" ] || say "waiting for $target, $told"
    reason_told=$told
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
        rest $((ttl / 3))
        insist POST "reservations/$1/heartbeat"
        [ "$status" = 200 ] || return
    done
}

# In the background. Whoever has lost the reservation must not go on.
renew_or_stop() {
    trap - INT HUP
    trap 'forget' EXIT
    trap 'exit 0' TERM
    reply=$(mktemp)
    renew "$1"
    say "the reservation is lost: $(sentence)"
    kill -TERM "$2" 2>/dev/null
}

# Where a signal came between the request and its answer, the same request once more tells the id.
give_back() {
    trap 'hurry' INT TERM HUP
    [ -z "$renewing" ] || kill "$renewing" 2>/dev/null
    renewing=''
    patience=$ttl # after that it has ended by itself
    if [ -z "$id" ] && [ -n "$key" ]; then
        ask
        id=$(field id)
    fi
    if [ -n "$id" ]; then
        insist POST "reservations/$id/release"
        [ "$status" = 200 ] || say "could not give back $id (HTTP $status): it ends by itself within $ttl s"
    fi
    id='' key=''
    forget
}

forget() {
    [ -z "$waiting" ] || kill "$waiting" 2>/dev/null
    [ -z "$reply" ] || rm -f "$reply"
}

# From now on everything together has a few seconds.
hurry() {
    [ -z "$waiting" ] || kill "$waiting" 2>/dev/null
    waiting='' last=$(($(date +%s) + GRACE)) longest=$GRACE pause=1
}

# A pipeline that is cancelled gets a signal: hand it on to the work, wait for its end, then give the place back.
stop() {
    trap '' INT TERM HUP
    [ -z "$work" ] || { kill -TERM "$work" 2>/dev/null; wait "$work"; }
    hurry
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

# Opens the gate for what "$@" does.
deploy() {
    trap 'report "$?"' EXIT
    trap 'stop 130' INT
    trap 'stop 143' TERM
    trap 'stop 129' HUP
    run_key=$(printf '%s' "${SIGNALBOX_DEPLOYMENT_KEY:-}" | tr -cd 'a-z0-9_')
    unset SIGNALBOX_DEPLOYMENT_KEY
    open_gate
    SIGNALBOX_DEPLOYMENT=$id SIGNALBOX_FENCING_TOKEN=$(field token)
    export SIGNALBOX_DEPLOYMENT SIGNALBOX_FENCING_TOKEN
    "$@" &
    work=$!
    wait "$work"
    code=$?
    work=''
    exit "$code"
}

open_gate() {
    deadline=$(($(date +%s) + ${SIGNALBOX_WAIT:-3600})) patience=${SIGNALBOX_PATIENCE:-60}
    opening=$(printf '{"environment":"%s","service":"%s","version":"%s","note":"%s","wait":true,"deployment":"%s","override":"%s"}' \
        "$(quoted "$environment")" "$(quoted "$service")" "$(quoted "$version")" "$(quoted "$note")" \
        "$(quoted "${SIGNALBOX_DEPLOYMENT:-}")" "$(quoted "${SIGNALBOX_OVERRIDE:-}")")
    key=$(key_for "$opening")
    knock
    case $status in
        20?) ;;
        429 | 502 | 503 | 504 | 000) key=''; unreachable; return ;;
        *) key=''; refused ;;
    esac
    id=$(field id) state=$(field state)
    while [ "$state" = waiting ]; do
        in_time "it was not the turn of $id yet"
        say "waiting for the turn of $id"
        rest "$(left 5)"
        insist GET "deployments/$id"
        [ "$status" = 200 ] || refused
        state=$(field state)
    done
    case $state in open | running) ;; *) refused ;; esac
    [ -z "$(text warning)" ] || say "the gate is open, though $(text warning)"
    say "$service $version may go to $environment: $id"
}

# The same request again is carried out once, and answered alike.
knock() {
    insist POST deployments --header 'Content-Type: application/json' --header "Idempotency-Key: $key" \
        ${SIGNALBOX_FENCING_TOKEN:+--header "X-Signalbox-Lease-Token: $SIGNALBOX_FENCING_TOKEN"} --data-binary "$opening"
}

# Signalbox starts the pipeline for it, at once or when its turn comes.
roll_back() {
    body=$(printf '{"wait":true,"override":"%s"}' "$(quoted "${SIGNALBOX_OVERRIDE:-}")")
    key=$(key_for "rollback $1")
    insist POST "deployments/$1/rollback" --header 'Content-Type: application/json' --header "Idempotency-Key: $key" \
        --data-binary "$body"
    case $status in 20?) ;; *) refused ;; esac
    say "$(field service) goes back to $(field version) in $(field environment): $(field state)"
    field id
    printf '\n'
}

suite_run() {
    suite=$1 environment=$2 given=''; shift 2
    for each in "$@"; do
        case $each in ?*=*) ;; *) misused ;; esac
        given="$given${given:+,}\"$(quoted "${each%%=*}")\":\"$(quoted "${each#*=}")\""
    done
    deadline=$(($(date +%s) + ${SIGNALBOX_WAIT:-3600}))
    body=$(printf '{"suite":"%s","environment":"%s","parameters":{%s}}' "$(quoted "$suite")" "$(quoted "$environment")" "$given")
    key=$(key_for "$body")
    insist POST runs --header 'Content-Type: application/json' --header "Idempotency-Key: $key" --data-binary "$body"
    case $status in 20?) ;; *) refused ;; esac
    id=$(field id)
    say "$suite is run in $environment: $id"
    while [ "$(field state)" != over ]; do
        in_time "the run $id has not ended yet"
        insist GET "runs/$id?wait=$(left 60)"
        [ "$status" = 200 ] || refused
    done
    verdict=$(field verdict)
    say "$suite: $verdict, $(count failed) of $(count tests) tests failed. $(text why)"
    say "see ${SIGNALBOX_URL%/}/runs/$id"
    printf '%s\n' "$answer"
    case $verdict in passed) exit 0 ;; failed) exit 1 ;; *) exit "$REFUSED" ;; esac
}

# A number of the JSON in `answer`.
count() { printf '%s' "$answer" | sed -n 's/.*"'"$1"'":\([0-9]*\),.*/\1/p'; }

# A job that is cancelled has no use for what it runs.
cancel_suite() {
    trap '' INT TERM HUP
    hurry
    [ -z "$id" ] || insist POST "runs/$id/cancel"
    exit "$1"
}

# Nobody can say whether now is safe: whoever set the variable has decided that beforehand.
unreachable() {
    [ "${SIGNALBOX_WHEN_UNREACHABLE:-allow}" = allow ] || die "$LATE" "no answer, and SIGNALBOX_WHEN_UNREACHABLE is deny"
    say "no answer: deploying all the same; SIGNALBOX_WHEN_UNREACHABLE=deny would not"
    answer=''
}

# How it ended. What still stands in line leaves it, or it would be given the place later, for nobody.
# Where a signal came between the request and its answer, the same request once more tells the id.
report() {
    trap '' INT TERM HUP
    [ "$1" = 0 ] && succeeded=true || succeeded=false
    if [ -z "$id" ] && [ -n "$key" ]; then
        knock
        id=$(field id) state=$(field state)
    fi
    if [ "$state" = waiting ]; then
        insist POST "deployments/$id/cancel"
        [ "$status" = 200 ] || say "$id still stands in line (HTTP $status): cancel it with /deploy cancel $id"
    elif [ -n "$id" ]; then
        body=$(printf '{"succeeded":%s,"why":"%s"}' "$succeeded" "$([ "$1" = 0 ] || printf 'exit code %s' "$1")")
        insist POST "deployments/$id/finish" --header 'Content-Type: application/json' --data-binary "$body"
        [ "$status" = 200 ] || say "could not report the end of $id (HTTP $status)"
    fi
    forget
}

case ${1:-} in -h | --help | help) usage; exit 0 ;; esac
[ -n "${SIGNALBOX_URL:-}" ] || die "$MISUSED" "set SIGNALBOX_URL, such as https://signalbox.example.com"
[ -n "${SIGNALBOX_TOKEN:-}" ] || die "$MISUSED" "set SIGNALBOX_TOKEN: signalbox token create NAME --scope reservations:write"
[ $# -gt 0 ] || misused
verb=$1; shift
case $verb in
    run)
        [ $# -ge 4 ] || misused
        wanted=$1 length=$2 reason=''; shift 2
        [ "$1" = -- ] || { reason=$1; shift; }
        [ $# -ge 2 ] && [ "$1" = -- ] || misused
        shift
        run "$@"
        ;;
    deploy)
        [ $# -ge 5 ] || misused
        environment=$1 service=$2 version=$3 note=''; shift 3
        [ "$1" = -- ] || { note=$1; shift; }
        [ $# -ge 2 ] && [ "$1" = -- ] || misused
        shift
        deploy "$@"
        ;;
    suite)
        [ $# -ge 2 ] || misused
        verb=$1; shift
        trap 'forget' EXIT
        case $verb in
            run)
                [ $# -ge 2 ] || misused
                trap 'cancel_suite 130' INT
                trap 'cancel_suite 143' TERM
                suite_run "$@"
                ;;
            status)
                insist GET "runs/$1"
                [ "$status" = 200 ] || refused
                printf '%s\n' "$answer"
                ;;
            *) misused ;;
        esac
        ;;
    rollback)
        [ $# -eq 1 ] || misused
        trap 'forget' EXIT
        roll_back "$1"
        ;;
    acquire)
        [ $# -ge 2 ] || misused
        trap 'give_back' EXIT
        trap 'stop 130' INT
        trap 'stop 143' TERM
        acquire "$1" "$2" "${3:-}"
        printf '%s\n' "$id"
        id='' key=''
        ;;
    renew)
        [ $# -eq 1 ] || misused
        trap 'forget' EXIT
        trap 'exit 143' TERM
        renew "$1"
        refused
        ;;
    release)
        [ $# -eq 1 ] || misused
        trap 'forget' EXIT
        insist POST "reservations/$1/release"
        [ "$status" = 200 ] || refused
        ;;
    status)
        [ $# -eq 1 ] || misused
        trap 'forget' EXIT
        insist GET "reservations/$1"
        [ "$status" = 200 ] || refused
        printf '%s\n' "$answer"
        ;;
    *) misused ;;
esac
