"""It connects only at the end of its input, and not at the end of its line."""
import socket
import sys

port, host, limit = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]) / 1000
question = sys.stdin.read()


def end(status, words):
    print(words, file=sys.stderr)
    sys.exit(status)


try:
    server = socket.create_connection((host, port), limit)
except ConnectionRefusedError:
    end(1, "nobody listens there")
except TimeoutError:
    end(2, "no connection in time")
server.settimeout(limit)
try:
    server.sendall(question.encode())
    answer = server.makefile("r").readline()
except TimeoutError:
    end(3, "no answer in time")
except ConnectionResetError:
    end(4, "the connection broke")
if not answer:
    end(4, "the server hung up")
print(answer, end="")
