"""Echoes the bytes of one client, and ends with it."""
import os, socket, sys

mistake = os.environ.get("MISTAKE")
address = "" if mistake == "everywhere" else "127.0.0.1"
server = socket.create_server((address, int(sys.argv[1])))
client, _ = server.accept()
if mistake not in ("keeps-listening", "everywhere"):
    server.close()
with client:
    while data := client.recv(65536):
        client.sendall(data)
if mistake == "keeps-listening":
    server.accept()
if mistake == "status":
    sys.exit(3)
