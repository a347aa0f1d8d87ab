"""@en Answers the first line alone, and then only listens."""
"""@pt-BR Responde só a primeira linha, e depois apenas escuta."""

import socket
import sys

server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
client, _ = server.accept()
lines = client.makefile("rb")
client.sendall(lines.readline())
for line in lines:
    pass
