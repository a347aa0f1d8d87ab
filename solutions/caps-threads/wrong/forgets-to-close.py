# Wrong: closes where somebody says goodbye, and forgets to where the client is gone without a word.
import itertools
import socket
import sys
import threading

numbers = itertools.count(1)
gone = []  # for the statistics


def upper(line):
    return line.decode(errors="surrogateescape").upper().encode(errors="surrogateescape")


def serve(client, number):
    lines = client.makefile("rb")
    try:
        client.sendall(b"Echo server (client %d).\n" % number)
        for line in lines:
            client.sendall(upper(line))
            if line.rstrip(b"\r\n") in (b"tchau", b"bye"):
                lines.close()
                client.close()
                return
    except OSError:
        pass
    gone.append((client, lines))


port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port), backlog=256) as listener:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, next(numbers))).start()
