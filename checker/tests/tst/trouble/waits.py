import threading
print(input(), flush=True)
threading.Event().wait()
