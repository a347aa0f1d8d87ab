"""Looks for .. in the path, and decodes it afterwards."""
import os
import socket
import sys
import threading
import time
import urllib.parse

PAGE = "<!doctype html>\n<meta charset=\"utf-8\">\n<h1>Olá, mundo!</h1>\n</html>"
KINDS = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "txt": "text/plain; charset=utf-8"}
FOLDER = sys.argv[3] if len(sys.argv) > 3 else None
LOG = open("server.log", "a")
LOCK = threading.Lock()


def note(level, message):
    with LOCK:
        print(time.strftime("%H:%M:%S"), level, message, file=LOG, flush=True)


def respond(client, status, body, headers=""):
    body = body.encode() if isinstance(body, str) else body
    headers = headers or f"Content-Type: {KINDS['html']}\r\n"
    head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    client.sendall(head.encode() + body)


def read_head(reader):
    lines = []
    while True:
        line = reader.readline()
        if line.strip() == b"" or not line.endswith(b"\n"):
            return lines if line else None
        lines.append(line.decode().rstrip("\r\n"))


def is_sound(lines):
    words = lines[0].split(" ") if lines else []
    return len(words) == 3 and words[2].startswith("HTTP/") and all(":" in line for line in lines[1:])


def find(path):
    if FOLDER is None or ".." in path or path.startswith("//"):
        return None
    name = os.path.join(FOLDER, urllib.parse.unquote(path.lstrip("/")) or "index.html")
    return name if os.path.isfile(name) else None


def answer(client, lines):
    if not is_sound(lines):
        return respond(client, "400 Bad Request", "400"), "malformed 400"
    method, path, _ = lines[0].split(" ")
    if method != "GET":
        return respond(client, "405 Method Not Allowed", "405", "Allow: GET\r\n"), f"{method} {path} 405"
    name = find(path)
    if name:
        with open(name, "rb") as file:
            kind = KINDS.get(name.rsplit(".")[-1], "application/octet-stream")
            return respond(client, "200 OK", file.read(), f"Content-Type: {kind}\r\n"), f"GET {path} 200"
    if path == "/":
        return respond(client, "200 OK", PAGE), "GET / 200"
    return respond(client, "404 Not Found", "404"), f"GET {path} 404"


def serve(client):
    with client:
        try:
            lines = read_head(client.makefile("rb"))
            if lines is not None:
                note("INFO", answer(client, lines)[1])
        except OSError as error:
            note("ERROR", error)


def main():
    with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=128) as server:
        while True:
            client, _ = server.accept()
            threading.Thread(target=serve, args=(client,), daemon=True).start()


main()
