"""It answers whoever came first."""
import socket
import sys

mine = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
mine.bind(("127.0.0.1", int(sys.argv[1])))
first = None
while True:
    text, sender = mine.recvfrom(65536)
    first = first or sender
    mine.sendto(b"Message received!", first)
