#!/usr/bin/env bash
# The same check of the same echo server beside the tools that people use for this: one connection, two lines, each
# comes back. Every tool starts the server, waits until it listens in the manner that is usual for it, talks, and
# ends it.
#
#     checker/benches/neighbours.sh [ROUNDS]
#
# Wanted: cargo, hyperfine, python3. Compared where installed: expect, bats, nc (Debian: expect bats netcat-openbsd),
# pexpect, tst, check50 (PyPI). PYTHON names another python3, as that of a virtual environment.
set -euo pipefail

rounds=${1:-20}
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
python=${PYTHON:-python3}
python=$(command -v "$python")
export PATH="$(dirname "$python"):$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

main() {
    cargo build --release --quiet --manifest-path "$root/Cargo.toml" -p checker
    cargo build --release --quiet --manifest-path "$root/solutions/echo/Cargo.toml" --target-dir "$work/target"
    cp "$work/target/release/echo-solution" "$work/echo"
    cd "$work"
    write_all

    names=() commands=()
    add "checker" true "$(target)/release/checker check --labs labs.yaml --lab echo --program ./echo"
    add "checker, each of 50 runs in one go" true \
        "$(target)/release/checker check --labs labs.yaml --lab echo --program ./echo --repeat 50 --jobs 1"
    add "bash with nc" "command -v nc" "bash nc.sh"
    add "expect with nc" "command -v expect && command -v nc" "expect echo.exp"
    add "Python sockets" true "$python sockets.py"
    add "bats with nc" "command -v bats && command -v nc" "bats echo.bats"
    add "pexpect with nc" "$python -c 'import pexpect' && command -v nc" "$python expecting.py"
    add "tst" "command -v tst" "sh tst.sh"
    add "check50" "command -v check50" "sh check50.sh"
    measure
}

# NAME TEST COMMAND: a tool, skipped where TEST fails; one that does not pass is no neighbour but a mistake of ours.
add() {
    if ! (eval "$2") >/dev/null 2>&1; then
        echo "$1: not installed, skipped" >&2
    elif ! (eval "$3") >"$work/output" 2>&1; then
        echo "$1: installed, but the check does not pass, skipped:" >&2
        tail -n 15 "$work/output" >&2
    else
        names+=("$1") commands+=("$3")
    fi
}

# One round of each after the other, so that whatever else the machine does meets all of them alike.
measure() {
    if ! command -v hyperfine >/dev/null; then
        echo "hyperfine is needed (Debian: hyperfine)" >&2
        exit 1
    fi
    local round index
    for ((round = 0; round < rounds; round++)); do
        for index in "${!names[@]}"; do
            hyperfine --style none --shell none --runs 1 --warmup 0 --export-json "$round.$index.json" \
                "${commands[index]}" >/dev/null 2>&1
        done
    done
    "$python" - "$rounds" "${names[@]}" <<'PYTHON'
import json, statistics, sys

rounds, names = int(sys.argv[1]), sys.argv[2:]
times = {name: [json.load(open(f"{round}.{index}.json"))["results"][0]["times"][0] * 1e3 for round in range(rounds)]
         for index, name in enumerate(names)}
base = statistics.median(times[names[0]])
for name in names:
    if "each of 50 runs" in name:
        times[name] = [time / 50 for time in times[name]]
print("| tool | median | min–max | beside the checker |\n| --- | ---: | ---: | ---: |")
for name in names:
    median = statistics.median(times[name])
    print(f"| {name} | {median:.1f} ms | {min(times[name]):.1f}–{max(times[name]):.1f} | {median / base:.1f} × |")
PYTHON
}

target() {
    echo "${CARGO_TARGET_DIR:-$root/target}"
}

write_all() {
    cat >labs.yaml <<'FILE'
format: 1
course: Neighbours
labs:
  - id: echo
    title: Echo
    checks:
      - id: lines
        title: two lines come back
        script: |
          ana connects
          ana sends: one
          ana receives: one
          ana sends: two
          ana receives: two
FILE
    # The server is there for one client alone, so nobody may knock first: each tries again until it is answered.
    cat >nc.sh <<'FILE'
port=$((20000 + $$ % 10000))
./echo $port & server=$!
until answer=$(printf 'one\ntwo\n' | nc -N 127.0.0.1 $port); do :; done
wait $server
[ "$answer" = $'one\ntwo' ]
FILE
    cat >echo.bats <<'FILE'
@test "two lines come back" {
    port=$((20000 + $$ % 10000))
    ./echo $port 3>&- & server=$!
    until answer=$(printf 'one\ntwo\n' | nc -N 127.0.0.1 $port); do :; done
    wait $server
    [ "$answer" = $'one\ntwo' ]
}
FILE
    cat >echo.exp <<'FILE'
log_user 0
set stty_init -echo
set port [expr {20000 + [pid] % 10000}]
set server [exec ./echo $port &]
set answered 0
while {!$answered} {
    spawn -noecho nc 127.0.0.1 $port
    if {[catch {send "one\r"}]} continue
    expect one {set answered 1} eof wait
}
send "two\r"
expect two {set status 0} timeout {set status 1} eof {set status 1}
exec kill $server
exit $status
FILE
    cat >started.py <<'FILE'
import os, socket, subprocess

def server():
    port = 20000 + os.getpid() % 10000
    child = subprocess.Popen(["./echo", str(port)])
    while True:
        try:
            return child, socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            pass
FILE
    cat >sockets.py <<'FILE'
from started import server

child, client = server()
with client, client.makefile("rb") as answers:
    for line in (b"one\n", b"two\n"):
        client.sendall(line)
        assert answers.readline() == line
child.kill()
child.wait()
FILE
    cat >expecting.py <<'FILE'
import os, pexpect, subprocess

port = 20000 + os.getpid() % 10000
child = subprocess.Popen(["./echo", str(port)])
while True:
    client = pexpect.spawn("nc", ["127.0.0.1", str(port)], echo=False)
    try:
        client.sendline("one")
        client.expect_exact("one")
        break
    except (pexpect.EOF, OSError):
        client.close()
client.sendline("two")
client.expect_exact("two")
client.close()
child.kill()
child.wait()
FILE
    # Both run programs that talk on their standard streams, so the client is a program as well.
    mkdir -p tst check checks
    cp echo started.py tst/
    cp echo check/
    sed '$aprint(".")' sockets.py >tst/client.py
    echo '{"tests": [{"name": "lines", "fnmatch": ["echo"], "script": "python3 client.py"}]}' >tst/tests.json
    cat >tst.sh <<'FILE'
cd tst && tst --test-sources tests.json -- echo | grep -q '\.'
FILE
    cat >check50.sh <<'FILE'
cd check && check50 --dev --no-install-dependencies ../checks 2>&1 | grep -q ':)'
FILE
    cat >checks/.cs50.yml <<'FILE'
check50:
  checks: __init__.py
  files:
    - !include "*"
FILE
    cat >checks/__init__.py <<'FILE'
import os, socket, subprocess
import check50

@check50.check()
def lines():
    """two lines come back"""
    port = 20000 + os.getpid() % 10000
    child = subprocess.Popen(["./echo", str(port)])
    try:
        while True:
            try:
                client = socket.create_connection(("127.0.0.1", port))
                break
            except ConnectionRefusedError:
                pass
        with client, client.makefile("rb") as answers:
            for line in (b"one\n", b"two\n"):
                client.sendall(line)
                if answers.readline() != line:
                    raise check50.Mismatch(line.decode(), "something else")
    finally:
        child.kill()
        child.wait()
FILE
}

main
