# Wrong: runs the first counter and overlooks the others.
import sys
import threading
import time


def count_down(name, count, seconds):
    for n in range(count, 0, -1):
        sys.stdout.write(f"{name}: {n}\n")
        sys.stdout.flush()
        if n > 1:
            time.sleep(seconds)


name, count, milliseconds = (sys.argv[1:] or ["5 Seconds:5:1000", "A:15:300"])[0].rsplit(":", 2)
thread = threading.Thread(target=count_down, args=(name, int(count), int(milliseconds) / 1000))
thread.start()
sys.stdout.write("Counters started\n")
sys.stdout.flush()
thread.join()
