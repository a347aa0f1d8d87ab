import os, signal
print(input(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
