# Wrong: without arguments it does not know how many workers there are.
import queue
import sys
import threading
import time

workers, capacity = int(sys.argv[1]), int(sys.argv[2])
jobs = queue.Queue(capacity)


def work(number):
    while (job := jobs.get()) is not None:
        name, milliseconds = job.rsplit(":", 1)
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
    jobs.put(line.rstrip("\n"))
    count += 1
for _ in threads:
    jobs.put(None)
for thread in threads:
    thread.join()
print(f"{count} jobs done", flush=True)
