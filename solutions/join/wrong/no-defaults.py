# Wrong: without arguments there is nothing to do.
import sys
import threading
import time


def work(name, milliseconds):
    print(f"{name}: started", flush=True)
    time.sleep(int(milliseconds) / 1000)
    print(f"{name}: finished", flush=True)


threads = []
for argument in sys.argv[1:]:
    threads.append(threading.Thread(target=work, args=argument.rsplit(":", 1)))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("All finished", flush=True)
