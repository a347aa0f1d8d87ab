# Wrong: takes what one recv returns for text that is whole.
import itertools
import socket
import sys
import threading

numbers = itertools.count(1)


def upper(line):
    return line.decode(errors="surrogateescape").upper().encode(errors="surrogateescape")


def serve(client, number):
    try:
        with client:
            client.sendall(b"Echo server (client %d).\n" % number)
            while data := client.recv(16384):
                client.sendall(upper(data))
                if b"tchau" in data.splitlines() or b"bye" in data.splitlines():
                    break
    except OSError:
        pass  # a lost connection has ended as well


port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port), backlog=256) as listener:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, next(numbers))).start()
