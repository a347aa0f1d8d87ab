# Wrong: every thread prints the counter when it has ended.
import sys
import threading

counter = 0
lock = threading.Lock()


def add(times):
    global counter
    for _ in range(times):
        with lock:
            counter += 1
    with lock:
        print(f"total: {counter}", flush=True)


threads, times = (int(argument) for argument in sys.argv[1:] or ["4", "1000000"])
workers = [threading.Thread(target=add, args=(times,)) for _ in range(threads)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
