# Wrong: welcomes a client only once it has spoken.
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port)) as listener:
    while True:
        client, _ = listener.accept()
        with client:
            try:
                with client.makefile("rb") as lines:
                    line = lines.readline()
                    client.sendall(b"Welcome!\n")
                    while line:
                        client.sendall(b"Message received!\n")
                        line = lines.readline()
            except OSError as error:
                print(error, file=sys.stderr)
