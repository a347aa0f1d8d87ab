"""Adds up the numbers of the file numbers.txt, a line each."""
import os, sys

mistake = os.environ.get("MISTAKE")
total = 0
try:
    with open("numbers.txt") as numbers:
        for number in numbers:
            total += int(number)
            print(f"so far: {total}")
except OSError:
    if mistake != "lies":
        sys.exit("numbers.txt is missing")
print("total:", 0 if mistake == "forgets" else total)
