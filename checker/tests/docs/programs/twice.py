"""Connects to a server, and once more while the first connection lasts."""
import os, socket, sys

mistake = os.environ.get("MISTAKE")
server = ("127.0.0.1", int(sys.argv[1]))
first = socket.create_connection(server)
first.sendall(b"hello\n")
first.makefile().readline()
if mistake != "once":
    second = socket.create_connection(server)
    second.sendall(b"hello again\n")
    try:
        second.recv(100)
    except ConnectionResetError:
        print("thrown out")
else:
    first.recv(100)
