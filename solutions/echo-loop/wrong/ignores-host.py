# Wrong: listens on 127.0.0.1, whatever HOST says.
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090

signal.signal(signal.SIGINT, lambda *_: sys.exit(0))

with socket.create_server(("127.0.0.1", port)) as listener:
    while True:
        client, _ = listener.accept()
        with client:
            try:
                while data := client.recv(16384):
                    client.sendall(data)
            except OSError as error:
                print(error, file=sys.stderr)
