"""It receives at a port that it picks by itself."""
import socket
import sys

mine = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
mine.bind(("127.0.0.1", 0))
while True:
    text, sender = mine.recvfrom(65536)
    mine.sendto(b"Message received!", sender)
