# Wrong: a stack instead of a queue: the job that came last is done first.
import queue
import sys
import threading
import time

workers, capacity = (int(argument) for argument in sys.argv[1:] or ["5", "5"])
jobs = queue.LifoQueue(capacity)


def work(number):
    while True:
        name, milliseconds = jobs.get().rsplit(":", 1)
        sys.stdout.write(f"worker {number}: {name}\n")
        sys.stdout.flush()
        time.sleep(int(milliseconds) / 1000)
        sys.stdout.write(f"done {name}\n")
        sys.stdout.flush()
        jobs.task_done()


threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(1, workers + 1)]
for thread in threads:
    thread.start()
count = 0
for line in sys.stdin:
    jobs.put(line.rstrip("\n"))
    count += 1
jobs.join()
print(f"{count} jobs done", flush=True)
