# Wrong: knows the answer without counting; no thread is started at all.
import sys

threads, times = (int(argument) for argument in sys.argv[1:] or ["4", "1000000"])
print(f"total: {threads * times}")
