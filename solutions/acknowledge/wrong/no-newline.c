/* Wrong: answers without a newline. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void say(int client, const char *words) {
    send(client, words, strlen(words), MSG_NOSIGNAL);
}

static void acknowledge(int client) {
    char buffer[4096];
    ssize_t received;
    say(client, "Welcome!\n");
    while ((received = recv(client, buffer, sizeof buffer, 0)) > 0)
        for (ssize_t i = 0; i < received; i++)
            if (buffer[i] == '\n')
                say(client, "Message received!");
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
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            continue;
        acknowledge(client);
        close(client);
    }
}
