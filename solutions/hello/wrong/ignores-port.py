# Wrong: listens on whatever port is free instead of the one it was given.
import socket
import sys

host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, 0)) as listener:
    client, _ = listener.accept()
with client:
    client.sendall(b"Hello, World!\n")
