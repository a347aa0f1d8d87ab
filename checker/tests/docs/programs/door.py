"""Lets a client go who says `bye`, and throws out one who says `break`."""
import os, socket, struct, sys, threading

mistake = os.environ.get("MISTAKE")


def serve(client):
    for line in client.makefile("rb"):
        word = line.strip()
        if mistake == "keeps" or word not in (b"bye", b"break"):
            continue
        if (word == b"break") != (mistake == "confuses"):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        break
    os.close(client.detach())


server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    threading.Thread(target=serve, args=(client,)).start()
