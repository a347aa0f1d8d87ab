# Wrong: starts one thread, however many are asked for.
import sys
import threading

counter = 0
lock = threading.Lock()


def add(times):
    global counter
    for _ in range(times):
        with lock:
            counter += 1


threads, times = (int(argument) for argument in sys.argv[1:] or ["4", "1000000"])
worker = threading.Thread(target=add, args=(times,))
worker.start()
worker.join()
print(f"total: {counter}")
