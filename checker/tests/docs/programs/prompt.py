"""Asks for a name, then says after the user what the user says."""
import os, sys

mistake = os.environ.get("MISTAKE")
if mistake == "not-flushed":
    print("Name? ", end="")
    name = sys.stdin.readline().strip()
else:
    name = input("Name? ")
print(f"hello, {name}")
try:
    while line := input("> "):
        print(line + "?")
except EOFError:
    print()
if mistake != "rude":
    print("bye")
