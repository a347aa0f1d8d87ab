# Wrong: takes an empty line for the end.
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port)) as listener:
    while True:
        client, _ = listener.accept()
        with client:
            try:
                client.sendall(b"Welcome!\n")
                with client.makefile("rb") as lines:
                    while lines.readline().strip():
                        client.sendall(b"Message received!\n")
            except OSError as error:
                print(error, file=sys.stderr)
