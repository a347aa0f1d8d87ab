"""Asks a program for the larger of two numbers, several times."""
import json
import subprocess
import sys

PAIRS = [(2, 1), (7, 7)]


def letter(program, pair):
    typed = "".join(f"{number}\n" for number in pair)
    done = subprocess.run(["python3", program], input=typed, capture_output=True, text=True)
    if done.returncode != 0:
        return "e"
    return "." if done.stdout.split() == [str(max(pair))] else "F"


*options, program = sys.argv[1:]
letters = "".join(letter(program, pair) for pair in PAIRS)
if "--json" in options:
    print(json.dumps({"summary": letters[::-1], "feedback": "caf\u00e9"}))
elif "--break" in options:
    sys.exit(0 if letters == "...." else letters)
elif "--talk" in options:
    print("two words" if "F" in letters else letters, file=sys.stderr)
    print("xxxx\nand more")
else:
    print(letters)
    print("the pairs were", PAIRS)
