/* Wrong: tells a client that was reset about its own leave; that write raises SIGPIPE, which ends the program. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 1024 };

static int members[ROOM], count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void say(const char *line, size_t length) {
    pthread_mutex_lock(&lock);
    for (int i = 0; i < count; i++)
        if (send(members[i], line, length, 0) < 0) /* and no MSG_NOSIGNAL */
            perror("send");
    pthread_mutex_unlock(&lock);
}

static void leave(int client) {
    const char *notice = "somebody has left\n";
    say(notice, strlen(notice));
    pthread_mutex_lock(&lock);
    for (int i = 0; i < count; i++)
        if (members[i] == client)
            members[i--] = members[--count];
    pthread_mutex_unlock(&lock);
    close(client);
}

static void *serve(void *argument) {
    int client = (int)(intptr_t)argument;
    FILE *lines = fdopen(dup(client), "r");
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, lines)) > 0) {
        if (strcmp(line, ":bye\n") == 0)
            break;
        say(line, length);
    }
    free(line);
    fclose(lines);
    leave(client);
    return NULL;
}

int main(int argc, char **argv) {
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 9090)};
    inet_pton(AF_INET, argc > 2 ? argv[2] : "127.0.0.1", &address.sin_addr);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 128) < 0) {
        perror("listen");
        return 1;
    }
    for (;;) {
        int client = accept(listener, NULL, NULL);
        pthread_t thread;
        if (client < 0 || count == ROOM)
            return 1;
        pthread_mutex_lock(&lock);
        members[count++] = client;
        pthread_mutex_unlock(&lock);
        pthread_create(&thread, NULL, serve, (void *)(intptr_t)client);
        pthread_detach(thread);
    }
}
