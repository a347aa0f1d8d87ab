"""A server that says on its output, its standard error and in a file what it does."""
import os, signal, socket, sys, threading

mistake = os.environ.get("MISTAKE")


def stop(*_):
    if mistake != "stubborn":
        print("Goodbye.")
        sys.exit(0)


def serve(client, log):
    with client:
        while client.recv(4096):
            pass
    print("gone", file=log, flush=True)
    if mistake == "keeps-thread":
        threading.Event().wait()


signal.signal(signal.SIGINT, stop)
port = int(sys.argv[1])
server = socket.create_server(("127.0.0.1", port))
print(f"Listening on {port}")
if mistake != "not-ready":
    print("ready")
print("warning: nobody is here", file=sys.stderr)
os.makedirs("logs", exist_ok=True)
log = open("logs/all.log", "w")
while True:
    client, _ = server.accept()
    print("connected" if mistake != "logs-wrong" else "somebody came", file=log, flush=True)
    threading.Thread(target=serve, args=(client, log)).start()
