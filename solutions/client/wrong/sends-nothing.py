# Wrong: an empty line is sent like any other.
import socket
import sys

try:
    server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
except OSError as error:
    sys.exit(f"client: {error}")
answers = server.makefile("r", encoding="utf-8", newline="\n")
while True:
    try:
        line = input("> ")
    except EOFError:
        line = "quit"
    if line.lower() in ("sair", "quit"):
        print("Bye.")
        break
    try:
        server.sendall((line + "\n").encode())
        answer = answers.readline()
    except OSError as error:
        sys.exit(f"client: {error}")
    if not answer:
        sys.exit("client: the server has gone")
    print(answer.rstrip("\n"))
