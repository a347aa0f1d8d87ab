# Wrong: a child process goes on listening when the program has ended.
import os
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

listener = socket.create_server((host, port))
client, _ = listener.accept()
if os.fork() == 0:
    client.close()
    listener.accept()  # one more client, and the child ends too
    os._exit(0)
client.sendall(b"Hello, World!\n")
client.close()
