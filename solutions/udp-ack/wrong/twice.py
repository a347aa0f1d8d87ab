"""It answers once too often."""
import socket
import sys

mine = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
mine.bind(("127.0.0.1", int(sys.argv[1])))
while True:
    text, sender = mine.recvfrom(65536)
    mine.sendto(b"Message received!", sender)
    mine.sendto(b"Message received!", sender)
