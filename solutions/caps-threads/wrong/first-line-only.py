# Wrong: of what one recv returns, answers the first line and forgets the rest.
import itertools
import socket
import sys
import threading

numbers = itertools.count(1)


def upper(line):
    return line.decode(errors="surrogateescape").upper().encode(errors="surrogateescape")


def serve(client, number):
    received = b""
    try:
        with client:
            client.sendall(b"Echo server (client %d).\n" % number)
            while data := client.recv(16384):
                received += data
                if b"\n" not in received:
                    continue
                line = received.split(b"\n")[0]
                received = b""
                client.sendall(upper(line) + b"\n")
                if line.rstrip(b"\r") in (b"tchau", b"bye"):
                    break
    except OSError:
        pass  # a lost connection has ended as well


port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port), backlog=256) as listener:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, next(numbers))).start()
