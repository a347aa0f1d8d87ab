/* Wrong: closes as soon as the client has ended its side (POLLRDHUP), whatever is still to be read. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 9090)};
    inet_pton(AF_INET, argc > 2 ? argv[2] : "127.0.0.1", &address.sin_addr);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 16) < 0) {
        perror("listen");
        return 1;
    }
    int client = accept(listener, NULL, NULL);
    close(listener);
    /* Small reads, so that the client's end overtakes them. */
    char buffer[16];
    struct pollfd events = {.fd = client, .events = POLLIN | POLLRDHUP};
    while (poll(&events, 1, -1) > 0 && !(events.revents & POLLRDHUP)) {
        ssize_t received = recv(client, buffer, sizeof buffer, 0);
        if (received <= 0 || send(client, buffer, received, MSG_NOSIGNAL) < 0)
            break;
    }
    close(client);
    return 0;
}
