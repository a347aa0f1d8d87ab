"""Gives each client a number, and says after it what it says."""
import itertools, os, socket, sys, threading

mistake = os.environ.get("MISTAKE")
numbers = itertools.count(1)


def serve(client, number):
    with client:
        client.sendall(b"you are client %d\n" % number)
        for line in client.makefile("rb"):
            client.sendall(b"said: " + (b"something\n" if mistake == "forgets" else line))


server = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=256)
while True:
    client, _ = server.accept()
    number = 1 if mistake == "same-number" else next(numbers)
    threading.Thread(target=serve, args=(client, number)).start()
