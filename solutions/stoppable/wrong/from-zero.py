# Wrong: the first step is step 0.
import sys
import threading

interval = int(sys.argv[1] if len(sys.argv) > 1 else "100") / 1000
told = threading.Event()


def take_steps():
    step = 0
    print(f"step {step}", flush=True)
    while not told.wait(interval):
        step += 1
        print(f"step {step}", flush=True)
    print(f"stopped after {step} steps", flush=True)


stepper = threading.Thread(target=take_steps)
stepper.start()
try:
    for line in sys.stdin:
        if line == "stop\n":
            break
except KeyboardInterrupt:
    pass
told.set()
stepper.join()
