import sys

lines = open(sys.argv[-1]).read().splitlines()
longest = max(map(len, lines), default=0)
if "--long" in sys.argv:
    print("." if longest > 40 else "F")
else:
    print(("." if len(lines) == 4 else "F") + ("." if lines and lines[0].endswith(",") else "F"))
