/* Wrong: listens on all addresses where nobody asked it to. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void end(int number) {
    (void)number;
    _exit(0);
}

static void echo(int client) {
    char buffer[16384];
    ssize_t received;
    while ((received = recv(client, buffer, sizeof buffer, 0)) > 0)
        if (send(client, buffer, received, MSG_NOSIGNAL) < 0)
            return;
}

int main(int argc, char **argv) {
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 9090)};
    inet_pton(AF_INET, argc > 2 ? argv[2] : "0.0.0.0", &address.sin_addr);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 16) < 0) {
        perror("listen");
        return 1;
    }
    signal(SIGINT, end);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            continue;
        echo(client);
        close(client);
    }
}
