# Wrong: sends lines back as they are.
import itertools
import socket
import sys
import threading

numbers = itertools.count(1)


def serve(client, number):
    try:
        with client, client.makefile("rb") as lines:
            client.sendall(b"Echo server (client %d).\n" % number)
            for line in lines:
                client.sendall(line)
                if line.rstrip(b"\r\n") in (b"tchau", b"bye"):
                    break
    except OSError:
        pass  # a lost connection has ended as well


port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port), backlog=256) as listener:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, next(numbers))).start()
