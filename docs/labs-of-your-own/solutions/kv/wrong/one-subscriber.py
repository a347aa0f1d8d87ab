"""Remembers one subscriber for each key."""

import socket
import sys
import threading

lock = threading.Lock()
values = {}
subscribers = {}  # For each key the clients that want to know.


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
    with socket.create_server(("127.0.0.1", port), backlog=100) as server:
        while True:
            client, _ = server.accept()
            threading.Thread(target=serve, args=(client,)).start()


def serve(client):
    try:
        with client, client.makefile("r", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                answer(client, line.rstrip("\r\n"))
    except (OSError, UnicodeDecodeError):
        pass  # This client is lost; the others are not.
    finally:
        with lock:
            for clients in subscribers.values():
                clients.discard(client)


def answer(client, line):
    # The answer and the news go out under one lock, so that everybody hears of changes in the order in which they came.
    with lock:
        match line.split(" ", 2):
            case ["SET", key, value]:
                values[key] = value
                say(client, "OK")
                tell_others(client, key, f"CHANGED {key} {value}")
            case ["GET", key]:
                say(client, f"VALUE {values[key]}" if key in values else "NONE")
            case ["DEL", key] if key in values:
                del values[key]
                say(client, "OK")
                tell_others(client, key, f"DELETED {key}")
            case ["DEL", _]:
                say(client, "NONE")
            case ["SUB", key]:
                subscribers[key] = {client}
                say(client, "OK")
            case _:
                say(client, "ERROR say SET key value, GET key, DEL key or SUB key")


def tell_others(author, key, news):
    for client in subscribers.get(key, ()):
        if client is not author:
            say(client, news)


def say(client, text):
    try:
        client.sendall(f"{text}\n".encode())
    except OSError:
        pass  # Its own thread will notice.


main()
