# Wrong: a global without a lock; another thread may run while this one calls a function.
import sys
import threading

counter = 0


def successor(number):
    return number + 1


def add(times):
    global counter
    for _ in range(times):
        counter = successor(counter)


threads, times = (int(argument) for argument in sys.argv[1:] or ["4", "1000000"])
workers = [threading.Thread(target=add, args=(times,)) for _ in range(threads)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print(f"total: {counter}")
