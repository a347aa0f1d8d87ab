# Wrong: waits after the last line as well, where no other line follows.
import sys
import threading
import time


def count_down(name, count, seconds):
    for n in range(count, 0, -1):
        sys.stdout.write(f"{name}: {n}\n")
        sys.stdout.flush()
        time.sleep(seconds)


threads = []
for argument in sys.argv[1:] or ["5 Seconds:5:1000", "A:15:300"]:
    name, count, milliseconds = argument.rsplit(":", 2)
    threads.append(threading.Thread(target=count_down, args=(name, int(count), int(milliseconds) / 1000)))
for thread in threads:
    thread.start()
sys.stdout.write("Counters started\n")
sys.stdout.flush()
for thread in threads:
    thread.join()
