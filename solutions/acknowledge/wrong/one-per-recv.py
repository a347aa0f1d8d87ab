# Wrong: answers what one recv returns, and not what lines there are.
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
                while client.recv(4096):
                    client.sendall(b"Message received!\n")
            except OSError as error:
                print(error, file=sys.stderr)
