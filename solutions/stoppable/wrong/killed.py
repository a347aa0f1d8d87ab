# Wrong: nobody tells the thread anything; it is killed with the process.
import sys
import threading

interval = int(sys.argv[1] if len(sys.argv) > 1 else "100") / 1000
told = threading.Event()


def take_steps():
    step = 1
    print(f"step {step}", flush=True)
    while not told.wait(interval):
        step += 1
        print(f"step {step}", flush=True)
    print(f"stopped after {step} steps", flush=True)


threading.Thread(target=take_steps, daemon=True).start()
try:
    for line in sys.stdin:
        if line == "stop\n":
            break
except KeyboardInterrupt:
    pass
