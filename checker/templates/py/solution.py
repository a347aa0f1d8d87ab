"""@en Answers each line of its client with the same line."""
"""@pt-BR Responde cada linha do seu cliente com a mesma linha."""

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
