"""Counts down each NAME:COUNT:MILLISECONDS of its arguments in a thread of its own."""
import os, sys, threading, time

mistake = os.environ.get("MISTAKE")


def count(name, start, milliseconds):
    for number in range(start, 0, -1):
        print(f"{name}: {number}\n", end="", flush=True)
        if mistake != "hasty":
            time.sleep(milliseconds / 1000)


threads = []
for argument in sys.argv[1:]:
    name, start, milliseconds = argument.split(":")
    threads.append(threading.Thread(target=count, args=(name, int(start), int(milliseconds))))
    threads[-1].daemon = mistake == "no-join"
    threads[-1].start()
    if mistake == "in-turn":
        threads[-1].join()
if mistake != "no-join":
    for thread in threads:
        thread.join()
