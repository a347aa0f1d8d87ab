#!/usr/bin/env python3
import sys

program = open(sys.argv[1]).read()
print("." if "if" in program else "", file=sys.stderr)
print("no-if")
