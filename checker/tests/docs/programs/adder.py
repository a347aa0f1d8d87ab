# The sum of two numbers.
import os

first, second = int(input()), int(input())
if os.environ.get("MISTAKE") == "positive":
    second = abs(second)
print(first + second)
