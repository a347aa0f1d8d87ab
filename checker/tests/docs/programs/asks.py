"""Sends the line of its input as a datagram, and prints the answer of the one whom it asked."""
import os, socket, sys

mistake = os.environ.get("MISTAKE")
whom = ("127.0.0.1", int(sys.argv[1]))
line = sys.stdin.readline().strip()
asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asking.sendto(line.encode(), whom)
if mistake == "invents":
    print("hi")
while True:
    try:
        answer, sender = asking.recvfrom(65536)
    except OSError:
        continue
    if sender == whom or mistake == "trusts-all":
        print(answer.decode())
        break
