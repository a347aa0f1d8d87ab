/* Wrong: composes the answers to one recv in a buffer that has room for 50 of them. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER "Message received!\n"

static void acknowledge(int client) {
    char buffer[16384], answers[50 * (sizeof ANSWER - 1) + 1];
    ssize_t received;
    send(client, "Welcome!\n", 9, MSG_NOSIGNAL);
    while ((received = recv(client, buffer, sizeof buffer, 0)) > 0) {
        answers[0] = 0;
        for (ssize_t i = 0; i < received; i++)
            if (buffer[i] == '\n' && strlen(answers) + strlen(ANSWER) < sizeof answers)
                strcat(answers, ANSWER);
        send(client, answers, strlen(answers), MSG_NOSIGNAL);
    }
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
