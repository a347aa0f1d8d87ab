# Wrong: each thread counts for itself, and may read what another is about to change.
import socket
import sys
import threading
import time

clients = 0


def upper(line):
    return line.decode(errors="surrogateescape").upper().encode(errors="surrogateescape")


def serve(client):
    global clients
    try:
        with client, client.makefile("rb") as lines:
            number = clients + 1
            time.sleep(0.01)  # a moment is enough for somebody else to do the same
            clients = number
            client.sendall(b"Echo server (client %d).\n" % number)
            for line in lines:
                client.sendall(upper(line))
                if line.rstrip(b"\r\n") in (b"tchau", b"bye"):
                    break
    except OSError:
        pass  # a lost connection has ended as well


port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port), backlog=256) as listener:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client,)).start()
