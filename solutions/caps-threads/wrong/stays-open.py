# Wrong: says goodbye, stops listening to the client, and never closes.
import itertools
import socket
import sys
import threading

numbers = itertools.count(1)
served = []


def upper(line):
    return line.decode(errors="surrogateescape").upper().encode(errors="surrogateescape")


def serve(client, number):
    try:
        client.sendall(b"Echo server (client %d).\n" % number)
        for line in client.makefile("rb"):
            client.sendall(upper(line))
            if line.rstrip(b"\r\n") in (b"tchau", b"bye"):
                served.append(client)
                return
        client.close()
    except OSError:
        client.close()


port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port), backlog=256) as listener:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, next(numbers))).start()
