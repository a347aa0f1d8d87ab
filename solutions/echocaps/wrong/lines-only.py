# Wrong: waits for a newline before it answers.
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port)) as listener:
    client, _ = listener.accept()
with client:
    with client.makefile("rb") as lines:
        for line in lines:
            client.sendall(line.decode(errors="surrogateescape").upper().encode(errors="surrogateescape"))
