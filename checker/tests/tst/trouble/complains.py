import sys
print(input())
print("Error: not really", file=sys.stderr)
