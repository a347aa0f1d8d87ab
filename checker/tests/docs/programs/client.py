"""Sends the line of its input to the server at its first argument, and prints the answer."""
import os, socket, sys

mistake = os.environ.get("MISTAKE")
try:
    server = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=0.3)
except OSError as error:
    print(error, file=sys.stderr)
    sys.exit(0 if mistake == "status" else 1)
server.settimeout(None)
line = sys.stdin.readline()
if mistake != "mute":
    server.sendall(line.encode())
answer = server.makefile().readline()
print(answer.strip())
