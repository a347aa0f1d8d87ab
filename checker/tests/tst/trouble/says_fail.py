import sys
sys.exit("I Fail")
