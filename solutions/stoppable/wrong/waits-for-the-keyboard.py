# Wrong: told by Ctrl-C, it still waits for the thread that reads the keyboard.
import signal
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


def read():
    for line in sys.stdin:
        if line == "stop\n":
            break
    told.set()


signal.signal(signal.SIGINT, lambda *_: told.set())
stepper = threading.Thread(target=take_steps)
reader = threading.Thread(target=read)
stepper.start()
reader.start()
stepper.join()
reader.join()
