# Wrong: ends with its first client.
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port)) as listener:
    client, _ = listener.accept()
    with client:
        client.sendall(b"Welcome!\n")
        with client.makefile("rb") as lines:
            for _ in lines:
                client.sendall(b"Message received!\n")
