"""A socket of its own for each answer, and so a port of its own. The first answer is right."""
import socket
import sys

mine = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
mine.bind(("127.0.0.1", int(sys.argv[1])))
answered = False
while True:
    text, sender = mine.recvfrom(65536)
    answering = socket.socket(socket.AF_INET, socket.SOCK_DGRAM) if answered else mine
    answering.sendto(b"Message received!", sender)
    answered = True
