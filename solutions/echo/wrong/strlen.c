/* Wrong: measures bytes with strlen, which stops at the first zero byte. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    char buffer[4096];
    ssize_t received;
    while ((received = recv(client, buffer, sizeof buffer - 1, 0)) > 0) {
        buffer[received] = '\0';
        if (send(client, buffer, strlen(buffer), MSG_NOSIGNAL) < 0)
            return 1;
    }
    close(client);
    return 0;
}
