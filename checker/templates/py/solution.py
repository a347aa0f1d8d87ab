"""Answers each line of its client with the same line."""

import socket
import sys


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
    with socket.create_server(("127.0.0.1", port)) as server:
        client, _ = server.accept()
    with client, client.makefile("rb") as lines:
        for line in lines:
            client.sendall(line)


main()
