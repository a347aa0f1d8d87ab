import sys
try:
    open("nothing.txt")
except OSError as error:
    sys.exit(str(error))
