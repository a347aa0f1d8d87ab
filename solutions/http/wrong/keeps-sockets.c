/* Ends connections, and keeps their sockets for ever. */
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char *page = "<h1>Ol\xc3\xa1, mundo!</h1></html>";

static void *serve(void *given) {
    int client = (int)(long)given;
    char head[65536];
    size_t length = 0;
    ssize_t count;
    while (length < sizeof head - 1 && (count = recv(client, head + length, sizeof head - 1 - length, 0)) > 0) {
        head[length += (size_t)count] = 0;
        if (strstr(head, "\r\n\r\n")) {
            char response[512];
            int size = snprintf(response, sizeof response,
                                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                                "Content-Length: %zu\r\n\r\n%s", strlen(page), page);
            send(client, response, (size_t)size, MSG_NOSIGNAL);
            break;
        }
    }
    shutdown(client, SHUT_RDWR);
    return NULL;
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[argc > 1]))};
    int server = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(server, (struct sockaddr *)&address, sizeof address) || listen(server, 128)) return 1;
    for (;;) {
        int client = accept(server, NULL, NULL);
        pthread_t thread;
        if (client >= 0 && pthread_create(&thread, NULL, serve, (void *)(long)client) == 0) pthread_detach(thread);
    }
}
