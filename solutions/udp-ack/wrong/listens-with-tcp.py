"""The right port of another protocol: TCP."""
import socket
import sys

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = listener.accept()
    client.recv(65536)
    client.sendall(b"Message received!")
