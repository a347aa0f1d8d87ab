"""Sends back lines in capitals."""
import os, socket, sys

mistake = os.environ.get("MISTAKE")
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
client, _ = server.accept()
for line in client.makefile("r", encoding="utf-8", newline="\n"):
    capitals = line.encode().upper() if mistake == "ascii" else line.upper().encode()
    client.sendall(capitals)
