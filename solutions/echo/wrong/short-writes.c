/* Wrong: the socket does not block, and how much a write has taken is never looked at. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int on = 1, small = 4096, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 9090)};
    inet_pton(AF_INET, argc > 2 ? argv[2] : "127.0.0.1", &address.sin_addr);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    /* A small send buffer, so that it is full soon. */
    setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 16) < 0) {
        perror("listen");
        return 1;
    }
    int client = accept(listener, NULL, NULL);
    close(listener);
    static char buffer[1 << 20];
    struct pollfd readable = {.fd = client, .events = POLLIN};
    while (poll(&readable, 1, -1) > 0) {
        ssize_t received = recv(client, buffer, sizeof buffer, MSG_DONTWAIT);
        if (received == 0)
            break;
        if (received > 0 && send(client, buffer, received, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno != EAGAIN)
            return 1;
    }
    close(client);
    return 0;
}
