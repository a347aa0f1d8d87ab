# Wrong: without arguments there is nothing to count.
import sys
import threading
import time


def count_down(name, count, seconds):
    for n in range(count, 0, -1):
        sys.stdout.write(f"{name}: {n}\n")
        sys.stdout.flush()
        if n > 1:
            time.sleep(seconds)


threads = []
for argument in sys.argv[1:]:
    name, count, milliseconds = argument.rsplit(":", 2)
    threads.append(threading.Thread(target=count_down, args=(name, int(count), int(milliseconds) / 1000)))
for thread in threads:
    thread.start()
sys.stdout.write("Counters started\n")
sys.stdout.flush()
for thread in threads:
    thread.join()
