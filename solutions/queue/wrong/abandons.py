# Wrong: at the end of the input the workers stop, and what still waits in the queue is abandoned.
import collections
import sys
import threading
import time

workers, capacity = (int(argument) for argument in sys.argv[1:] or ["5", "5"])
jobs = collections.deque()
closed = False
change = threading.Condition()


def work(number):
    while True:
        with change:
            change.wait_for(lambda: jobs or closed)
            if closed:
                return
            name, milliseconds = jobs.popleft().rsplit(":", 1)
            change.notify_all()
        sys.stdout.write(f"worker {number}: {name}\n")
        sys.stdout.flush()
        time.sleep(int(milliseconds) / 1000)
        sys.stdout.write(f"done {name}\n")
        sys.stdout.flush()


threads = [threading.Thread(target=work, args=(number,)) for number in range(1, workers + 1)]
for thread in threads:
    thread.start()
count = 0
for line in sys.stdin:
    with change:
        change.wait_for(lambda: len(jobs) < capacity)
        jobs.append(line.rstrip("\n"))
        count += 1
        change.notify_all()
with change:
    closed = True
    change.notify_all()
for thread in threads:
    thread.join()
print(f"{count} jobs done", flush=True)
