# Wrong: closes the connection of who says :bye, and forgets to close the one of who is gone without it.
import queue
import socket
import sys
import threading

members = {}  # socket: queue of the lines to be written to it
gone = []  # sockets of clients that left without a word
lock = threading.Lock()


def say(line):
    with lock:
        for lines in members.values():
            lines.put(line + b"\n")


def read(client):
    try:
        with client.makefile("rb") as lines:
            for line in lines:
                line = line.rstrip(b"\r\n")
                if line == b":bye":
                    leave(client)
                    client.shutdown(socket.SHUT_RDWR)
                    client.close()
                    return
                say(line)
    except OSError:
        pass
    gone.append(client)
    leave(client)


def leave(client):
    with lock:
        lines = members.pop(client)
    lines.put(None)
    say(b"somebody has left")


def write(client, lines):
    try:
        while (line := lines.get()) is not None:
            client.sendall(line)
    except OSError:
        pass  # the reading thread notices as well


port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port)) as listener:
    while True:
        client, _ = listener.accept()
        lines = queue.SimpleQueue()
        with lock:
            members[client] = lines
        threading.Thread(target=read, args=(client,)).start()
        threading.Thread(target=write, args=(client, lines)).start()
