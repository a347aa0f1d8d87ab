# Wrong: writes what happened, but not when: so does logging in Python, unless it is told.
import logging
import os
import signal
import socket
import sys
import threading

logging.basicConfig(filename="server.log", level=logging.INFO, format="%(levelname)s %(message)s")


def serve(client, address):
    logging.info("%s connected", address)
    try:
        with client:
            while data := client.recv(16384):
                logging.info("%s said %r", address, data)
                client.sendall(data)
        logging.info("%s left", address)
    except OSError as error:
        logging.warning("%s lost: %s", address, error)



def goodbye(*_):
    print("Goodbye.", flush=True)
    os._exit(0)


signal.signal(signal.SIGINT, goodbye)
port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port), backlog=512) as listener:
    while True:
        client, address = listener.accept()
        threading.Thread(target=serve, args=(client, address)).start()
