# Wrong: the functions share the variables of the loop, and all do what the last round left in them.
import sys
import threading
import time


def work(name, milliseconds):
    print(f"{name}: started", flush=True)
    time.sleep(int(milliseconds) / 1000)
    print(f"{name}: finished", flush=True)


threads = []
for argument in sys.argv[1:] or ["A:2000", "B:1500"]:
    name, milliseconds = argument.rsplit(":", 1)
    threads.append(threading.Thread(target=lambda: work(name, milliseconds)))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("All finished", flush=True)
