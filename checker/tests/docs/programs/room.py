"""Sends every line of a client to all who are there, each client in a thread of its own."""
import os, socket, sys, threading

mistake = os.environ.get("MISTAKE")
everybody, lock = [], threading.Lock()


def serve(client):
    with client:
        for line in read_lines(client):
            with lock:
                for other in everybody:
                    if mistake == "deaf" and other is not client:
                        continue
                    tell(other, line)
        with lock:
            everybody.remove(client)
    if mistake == "keeps-thread":
        threading.Event().wait()


def read_lines(client):
    try:
        for line in client.makefile("rb"):
            yield line.replace(b" ", b"") if mistake == "glues" else line
    except ConnectionError:
        pass


def tell(other, line):
    try:
        other.sendall(line)
    except OSError:
        pass


server = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=256)
while True:
    client, _ = server.accept()
    with lock:
        everybody.append(client)
    threading.Thread(target=serve, args=(client,)).start()
