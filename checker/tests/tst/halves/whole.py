import sys
text = sys.stdin.read()
if text:
    print(int(text) // 2, end="")
