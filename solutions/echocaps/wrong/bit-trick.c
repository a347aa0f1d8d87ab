/* Wrong: clears one bit of each byte, which makes capitals of a to z, by luck of ç, and of most others not. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned char upper(unsigned char c) {
    return c >= 'a' ? c & ~0x20 : c;
}

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
    unsigned char buffer[16384];
    ssize_t received;
    while ((received = recv(client, buffer, sizeof buffer, 0)) > 0) {
        for (ssize_t i = 0; i < received; i++)
            buffer[i] = upper(buffer[i]);
        if (send(client, buffer, received, MSG_NOSIGNAL) < 0)
            return 1;
    }
    close(client);
    return 0;
}
