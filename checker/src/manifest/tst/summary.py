"""Runs a tst script and tells what tst reads out of it: a summary in one line, such as ..F, and behind it what else it says."""
import json
import os
import subprocess
import sys


def text(said):
    try:
        return said.decode()
    except UnicodeDecodeError:
        return said.decode("latin1")


def read(said):
    if said.startswith("{"):
        try:
            told = json.loads(said)
            return told["summary"], told.get("feedback")
        except json.JSONDecodeError:
            pass
    summary, _, feedback = said.partition("\n")
    return summary, feedback


command = sys.argv[1:]
if command[:1] == ["--for"]:
    command = command[2:]
if os.path.isfile(command[0]):
    os.chmod(command[0], 0o755)
done = subprocess.run(command, capture_output=True)
printed, complained = text(done.stdout), text(done.stderr)
if done.returncode != 0:
    sys.exit(f"{complained.rstrip()}\nThe script ended with status {done.returncode}.")
summary, feedback = read(complained)
if not summary:
    summary, feedback = read(printed)
if not summary or summary.split() != [summary]:
    sys.exit(f"{summary!r} is no summary: the script begins with a line such as ..F")
sys.stdout.reconfigure(encoding="utf-8", errors="replace")
print(summary)
if feedback:
    print(str(feedback)[:8000].rstrip())
