"""Keeps notes, by HTTP: GET /, POST /notes, GET /notes/1."""
import os
import socket
import sys

MISTAKE = os.environ.get("MISTAKE")


def respond(stream, status, body, headers=""):
    length = len(body) + (MISTAKE == "long")
    head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n"
    stream.write((head.replace("\r", "") if MISTAKE == "bare" else head).encode() + body)
    stream.flush()


with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    client, _ = server.accept()
    stream = client.makefile("rwb")
    notes = []
    while first := stream.readline():
        lines = list(iter(stream.readline, b"\r\n"))
        headers = dict(line.decode().strip().partition(": ")[::2] for line in lines)
        body = stream.read(int(headers.get("Content-Length", "0")))
        if any(b":" not in line for line in lines):
            respond(stream, "400 Bad Request", b"")
        elif first.startswith(b"POST"):
            notes.append(body)
            respond(stream, "201 Created", b"", f"Location: /notes/{len(notes)}\r\n")
        elif first.startswith(b"GET /notes/"):
            respond(stream, "200 OK", notes[int(first.split(b"/")[2].split()[0]) - 1])
        else:
            kind = "text/plain" if MISTAKE == "plain" else "text/html; charset=utf-8"
            respond(stream, "200 OK", b"<h1>Notes</h1>\n", f"Content-Type: {kind}\r\n")
