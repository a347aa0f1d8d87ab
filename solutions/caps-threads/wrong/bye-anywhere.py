# Wrong: a line that only mentions tchau or bye ends the connection.
import itertools
import socket
import sys
import threading

numbers = itertools.count(1)


def upper(line):
    return line.decode(errors="surrogateescape").upper().encode(errors="surrogateescape")


def serve(client, number):
    try:
        with client, client.makefile("rb") as lines:
            client.sendall(b"Echo server (client %d).\n" % number)
            for line in lines:
                client.sendall(upper(line))
                if b"tchau" in line or b"bye" in line:
                    break
    except OSError:
        pass  # a lost connection has ended as well


port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port), backlog=256) as listener:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, next(numbers))).start()
