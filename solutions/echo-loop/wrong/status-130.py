# Wrong: ends with the status of a failure where it was asked to end.
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

signal.signal(signal.SIGINT, lambda *_: sys.exit(130))

with socket.create_server((host, port)) as listener:
    while True:
        client, _ = listener.accept()
        with client:
            try:
                while data := client.recv(16384):
                    client.sendall(data)
            except OSError as error:
                print(error, file=sys.stderr)
