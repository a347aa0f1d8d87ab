# Wrong: writes a line in two halves, and another thread's half may come between.
import sys
import threading
import time


def count_down(name, count, seconds, gap):
    for n in range(count, 0, -1):
        sys.stdout.write(f"{name}: ")
        if n == count:
            gap.wait()  # until every thread has written half a line: the worst case, every time
        sys.stdout.write(f"{n}\n")
        sys.stdout.flush()
        if n > 1:
            time.sleep(seconds)


counters = [arg.rsplit(":", 2) for arg in sys.argv[1:] or ["5 Seconds:5:1000", "A:15:300"]]
gap = threading.Barrier(len(counters))
threads = [
    threading.Thread(target=count_down, args=(name, int(count), int(milliseconds) / 1000, gap))
    for name, count, milliseconds in counters
]
for thread in threads:
    thread.start()
print("Counters started", flush=True)
for thread in threads:
    thread.join()
