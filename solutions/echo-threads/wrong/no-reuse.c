/* Wrong: does without SO_REUSEADDR, and so finds its port taken by the connections that it closed itself. */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static FILE *server_log;

static void end(int number) {
    (void)number;
    if (write(1, "Goodbye.\n", 9) < 0)
        _exit(1);
    _exit(0);
}

static void say(int client, const char *what, const char *words, ssize_t length) {
    flockfile(server_log);
    fprintf(server_log, "%ld INFO client %d %s ", (long)time(NULL), client, what);
    for (ssize_t i = 0; i < length; i++)
        fputc(words[i] >= ' ' && words[i] <= '~' ? words[i] : '.', server_log);
    fputc('\n', server_log);
    fflush(server_log);
    funlockfile(server_log);
}

static void *serve(void *argument) {
    int client = (int)(intptr_t)argument;
    char buffer[16384];
    ssize_t received;
    say(client, "connected", "", 0);
    while ((received = recv(client, buffer, 16384, 0)) > 0) {
        say(client, "said", buffer, received);
        if (send(client, buffer, received, MSG_NOSIGNAL) < 0)
            break;
    }
    say(client, "left", "", 0);
    close(client);
    return NULL;
}

int main(int argc, char **argv) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 9090)};
    inet_pton(AF_INET, argc > 2 ? argv[2] : "127.0.0.1", &address.sin_addr);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 512) < 0) {
        perror("listen");
        return 1;
    }
    server_log = fopen("server.log", "a");
    signal(SIGINT, end);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        pthread_t thread;
        if (client < 0)
            continue;
        pthread_create(&thread, NULL, serve, (void *)(intptr_t)client);
        pthread_detach(thread);
    }
}
