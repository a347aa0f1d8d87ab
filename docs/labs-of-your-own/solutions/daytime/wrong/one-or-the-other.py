"""Waits for the first who asks, over TCP or over UDP, and then listens to that side alone."""

import datetime
import select
import socket
import sys


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 1313
    with socket.create_server(("127.0.0.1", port)) as server, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(("127.0.0.1", port))
        ready, _, _ = select.select([server, datagrams], [], [])
        if server in ready:
            answer_clients(server)
        else:
            answer_datagrams(datagrams)


def answer_clients(server):
    while True:
        client, _ = server.accept()
        with client:
            tell(client)


def tell(client):
    try:
        client.sendall(moment())
    except OSError:
        pass  # This client is gone already; the next one is not.


def answer_datagrams(server):
    while True:
        _, client = server.recvfrom(1)
        server.sendto(moment(), client)


def moment():
    """The date and the time now, as one line: 2026-11-20 15:06:41.123456."""
    now = datetime.datetime.now().isoformat(sep=" ", timespec="microseconds")
    return f"{now}\n".encode()


main()
