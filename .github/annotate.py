"""Tells a lab's JSON report as annotations and as a section of the job summary.

    annotate.py LAB FOLDER REPORT STATUS

LAB is a lab's id, FOLDER the graded crate, REPORT the checker's JSON report (which may be missing) and STATUS
what the checker ended with. Annotations go to standard output, the summary to $GITHUB_STEP_SUMMARY.

Whatever a student's program said is escaped: it can be read, and it steers neither the runner nor the page.
"""

import json
import os
import re
import sys

# GitHub shows so many errors of a step; the summary has them all.
MOST_ERRORS = 10
LONGEST_TEXT = 400
MARKS = {"passed": "✓", "failed": "✗", "skipped": "–", "errored": "!"}


def main():
    lab, folder, report, status = sys.argv[1:]
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        with open(report, encoding="utf-8") as file:
            result = json.load(file)["labs"][0]
    except (OSError, ValueError, LookupError, TypeError):
        annotate("error", f"{lab}: not graded", f"The checker ended with status {status} and left no report.")
        summarize(f"## {lab}\n\nNot graded: the checker ended with status {status}. See the log.\n\n")
        return 1
    tell(lab, folder, result)
    summarize(section(lab, result))
    return 0


def tell(lab, folder, result):
    """Annotations: a build that failed or a skeleton once, other failures each."""
    score = f"{result['points']} of {result['out_of']} points"
    build = result.get("build", {"ok": True})
    if result.get("error"):
        annotate("error", f"{lab}: not graded", result["error"])
    elif not build["ok"]:
        annotate("error", f"{lab}: build-failed", f"{build['summary']}\n{cut(build['output'])}", folder, lab)
    else:
        failed = [check for check in result["checks"] if check["outcome"] in ("failed", "errored")]
        for check in once_for_each_cause(failed)[:MOST_ERRORS]:
            title = f"{lab}/{check['id']}: {check.get('kind', check['outcome'])}"
            annotate("error", title, message(check), folder, lab)
    annotate("notice", lab, score)


def once_for_each_cause(checks):
    """An unfinished program fails everywhere at the same place."""
    seen, kept = set(), []
    for check in checks:
        cause = (check.get("kind"), check.get("why"))
        if check.get("kind") == "not-implemented" and cause in seen:
            continue
        seen.add(cause)
        kept.append(check)
    return kept


def message(check):
    """A check's failure, a line for each thing that is known of it."""
    lines = [check["title"]]
    if "step" in check:
        lines.append(f"failed: {check['step']['sentence']}")
    for key in ("expected", "actual", "why", "hint", "error"):
        if check.get(key):
            lines.append(f"{key}: {cut(check[key])}")
    return "\n".join(lines)


def annotate(level, title, text, folder=None, lab=None):
    """Writes one workflow command, at a place in the student's source where the text names one."""
    properties = {"title": title}
    place = re.search(r"\b(src/[\w/.-]+\.rs):(\d+)", text)
    if folder and place and ".." not in place[1] and os.path.isfile(os.path.join(folder, place[1])):
        properties = {"file": f"exercises/{lab}/{place[1]}", "line": place[2], **properties}
    written = ",".join(f"{key}={property_escaped(value)}" for key, value in properties.items())
    print(f"::{level} {written}::{data_escaped(text)}")


def data_escaped(text):
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_escaped(text):
    return data_escaped(text).replace(":", "%3A").replace(",", "%2C")


def section(lab, result):
    """The lab as a Markdown table."""
    rows = [f"## {lab}: {result['points']} of {result['out_of']} points", ""]
    if not result.get("build", {"ok": True})["ok"]:
        rows += ["It does not build.", "", f"<pre>{inert(cut(result['build']['output']))}</pre>", ""]
    if result.get("error"):
        rows += [f"Not graded: {inert(result['error'])}", ""]
    rows += ["| | check | points | what happened |", "| --- | --- | --- | --- |"]
    for check in result["checks"]:
        said = [f"{key} {inert(cut(check[key]))}" for key in ("expected", "actual", "why", "error") if check.get(key)]
        if check.get("kind"):
            said.insert(0, f"<code>{check['kind']}</code>")
        if check["outcome"] == "skipped":
            said.append("skipped: " + inert(check["skipped"].get("check") or check["skipped"]["reason"]))
        mark = MARKS.get(check["outcome"], "?")
        points = f"{check['points']}/{check['out_of']}"
        rows.append(f"| {mark} | {inert(check['title'])} | {points} | {'<br>'.join(said)} |")
    return "\n".join(rows) + "\n\n"


def inert(text):
    """Text that no Markdown or HTML makes anything of: all but letters, digits and blanks as a reference."""
    plain = (c if c.isalnum() or c == " " else "<br>" if c == "\n" else f"&#{ord(c)};" for c in text)
    return "".join(plain)


def cut(text):
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + " …"


def summarize(text):
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with open(path, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)


if __name__ == "__main__":
    sys.exit(main())
