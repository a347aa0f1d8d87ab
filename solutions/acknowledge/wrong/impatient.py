# Wrong: takes a pause for the end of a line.
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port)) as listener:
    while True:
        client, _ = listener.accept()
        with client:
            client.sendall(b"Welcome!\n")
            pending = b""
            try:
                while True:
                    client.settimeout(0.05 if pending else None)
                    try:
                        data = client.recv(4096)
                        if not data:
                            break
                        *lines, pending = (pending + data).split(b"\n")
                        client.sendall(b"Message received!\n" * len(lines))
                    except TimeoutError:
                        client.sendall(b"Message received!\n")
                        pending = b""
            except OSError as error:
                print(error, file=sys.stderr)
