/* Wrong: says a last word to clients that are lost; that write raises SIGPIPE, which ends the program. */
#include <arpa/inet.h>
#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

struct session {
    int client, number;
};

/* Text in capitals, at most as many bytes as there were: what grows or is no text stays as it is. */
static void upper(char *line, ssize_t length) {
    mbstate_t in = {0}, out = {0};
    for (ssize_t i = 0; i < length;) {
        wchar_t wide;
        char turned[MB_LEN_MAX];
        size_t old = mbrtowc(&wide, line + i, length - i, &in);
        if (old == 0 || old == (size_t)-1 || old == (size_t)-2) {
            memset(&in, 0, sizeof in);
            i++;
            continue;
        }
        if (wcrtomb(turned, towupper(wide), &out) == old)
            memcpy(line + i, turned, old);
        i += old;
    }
}

static void *serve(void *argument) {
    struct session *session = argument;
    FILE *lines = fdopen(dup(session->client), "r");
    char greeting[64], *line = NULL;
    size_t size = 0;
    ssize_t length;
    sprintf(greeting, "Echo server (client %d).\n", session->number);
    send(session->client, greeting, strlen(greeting), MSG_NOSIGNAL);
    while ((length = getline(&line, &size, lines)) > 0) {
        int is_goodbye = strcmp(line, "tchau\n") == 0 || strcmp(line, "bye\n") == 0;
        upper(line, length);
        if (send(session->client, line, length, MSG_NOSIGNAL) < 0 || is_goodbye)
            break;
    }
    if (ferror(lines))
        write(session->client, "LOST\n", 5);
    free(line);
    fclose(lines);
    close(session->client);
    free(session);
    return NULL;
}

int main(int argc, char **argv) {
    setlocale(LC_ALL, "C.UTF-8");
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 9090)};
    inet_pton(AF_INET, argc > 2 ? argv[2] : "127.0.0.1", &address.sin_addr);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 256) < 0) {
        perror("listen");
        return 1;
    }
    for (int number = 1;; number++) {
        struct session *session = malloc(sizeof *session);
        pthread_t thread;
        session->number = number;
        session->client = accept(listener, NULL, NULL);
        if (session->client < 0)
            return 1;
        pthread_create(&thread, NULL, serve, session);
        pthread_detach(thread);
    }
}
