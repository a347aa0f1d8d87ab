import sys
sys.exit("Timeout of mine")
