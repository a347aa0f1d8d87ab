# Wrong: forgets the beginning of a character when the client ends before the rest of it.
import codecs
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"

with socket.create_server((host, port)) as listener:
    client, _ = listener.accept()
with client:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    while data := client.recv(16384):
        text = decoder.decode(data)
        client.sendall(text.upper().encode(errors="surrogateescape"))
