# Wrong: without an argument it listens on port 19090.
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 19090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"
with socket.create_server((host, port)) as listener:
    client, _ = listener.accept()
    with client:
        client.sendall(b"Hello, World!\n")
