"""Asks the real tst what it says about every activity here, and keeps it in said.json.

    python3 -m venv /tmp/tst && /tmp/tst/bin/pip install tst==0.19.0
    python3 checker/tests/tst/record.py /tmp/tst/bin/tst            writes said.json
    python3 checker/tests/tst/record.py /tmp/tst/bin/tst --compare  tells where said.json differs
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SAID = HERE / "said.json"


def ask(tst, activity, home):
    """The letters that tst gives, by answer and suite, and the lines that it prints."""
    environment = {**os.environ, "HOME": home, "PYTHONDONTWRITEBYTECODE": "1"}

    def run(*options):
        # Many run at a time there: a slow machine must not make time-outs.
        command = [tst, "-q", "-T", "10", *options]
        done = subprocess.run(
            command, cwd=activity, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode != 0 or "critical error" in done.stderr:
            sys.exit(f"{activity.name}: tst failed\n{done.stderr}")
        return done.stdout

    letters = json.loads(run("-f", "json"))
    said = {"letters": {answer: dict(sorted(letters[answer].items())) for answer in sorted(letters)}}
    suites = {suite for answer in letters.values() for suite in answer}
    # The order of several suites is another in each run of tst's.
    if len(suites) == 1:
        said["lines"] = sorted(run().splitlines())
    return said


def main():
    tst = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as home:
        activities = sorted(path for path in HERE.iterdir() if (path / "right.py").exists())
        said = {activity.name: ask(tst, activity, home) for activity in activities}
    if "--compare" not in sys.argv:
        SAID.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n")
        return
    known = json.loads(SAID.read_text())
    different = [name for name in sorted(said.keys() | known.keys()) if said.get(name) != known.get(name)]
    print(f"{len(said)} activities, different: {', '.join(different) or 'none'}")
    sys.exit(1 if different else 0)


main()
