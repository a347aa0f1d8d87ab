# Wrong: answers at most 1000 characters of what one recv returns.
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
        text = decoder.decode(data)[:1000]
        client.sendall(text.upper().encode(errors="surrogateescape"))
    text = decoder.decode(b"", final=True)
    client.sendall(text.encode(errors="surrogateescape"))
