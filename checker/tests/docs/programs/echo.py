"""Sends back whatever a client sends, each client in a thread of its own."""
import os, socket, sys, threading

mistake = os.environ.get("MISTAKE")


def serve(client):
    with client:
        while data := client.recv(65536):
            if mistake == "capitals":
                data = data.upper()
            if mistake == "drops":
                data = data[1:]
            if mistake == "lines-only" and b"\n" not in data:
                continue
            if mistake != "mute":
                client.sendall(data)
        if mistake == "adds":
            client.sendall(b"bye\n")


address = "127.0.0.1" if mistake == "one-address" else ""
server = socket.create_server((address, int(sys.argv[1])), backlog=256)
while True:
    client, _ = server.accept()
    if mistake == "alone":
        serve(client)
    else:
        threading.Thread(target=serve, args=(client,)).start()
