# Wrong: says that all have finished when all have started; the process waits for its threads all the same.
import sys
import threading
import time


def work(name, milliseconds):
    print(f"{name}: started", flush=True)
    time.sleep(int(milliseconds) / 1000)
    print(f"{name}: finished", flush=True)


for argument in sys.argv[1:] or ["A:2000", "B:1500"]:
    threading.Thread(target=work, args=argument.rsplit(":", 1)).start()
print("All finished", flush=True)
