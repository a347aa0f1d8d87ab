"""Looks at the clock once, when it starts."""

import datetime
import socket
import sys
import threading


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 1313
    threading.Thread(target=answer_datagrams, args=(port,), daemon=True).start()
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            client, _ = server.accept()
            with client:
                tell(client)


def tell(client):
    try:
        client.sendall(started)
    except OSError:
        pass  # This client is gone already; the next one is not.


def answer_datagrams(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", port))
        while True:
            _, client = server.recvfrom(1)  # Whatever it says, it asks for the time.
            server.sendto(started, client)


def moment():
    """The date and the time now, as one line: 2026-11-20 15:06:41.123456."""
    now = datetime.datetime.now().isoformat(sep=" ", timespec="microseconds")
    return f"{now}\n".encode()


started = moment()
main()
