# Wrong: ends with its first client.
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

signal.signal(signal.SIGINT, lambda *_: sys.exit(0))

with socket.create_server((host, port)) as listener:
    client, _ = listener.accept()
    with client:
        while data := client.recv(16384):
            client.sendall(data)
