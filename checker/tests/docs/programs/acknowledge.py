"""Answers each datagram."""
import os, socket, sys

mistake = os.environ.get("MISTAKE")
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", int(sys.argv[1])))
while True:
    data, sender = server.recvfrom(65536)
    if data or mistake != "needs-bytes":
        server.sendto(b"Message received!", sender)
