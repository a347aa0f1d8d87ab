/* Its first question is none of its tries. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

int main(int argc, char **argv) {
    char line[4096], answer[65508];
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    int limit = atoi(argv[3]), tries = atoi(argv[4]);
    struct timeval time = {.tv_sec = limit / 1000, .tv_usec = limit % 1000 * 1000};
    inet_pton(AF_INET, argv[2], &server.sin_addr);
    if (!fgets(line, sizeof line, stdin)) return 5;
    line[strcspn(line, "\n")] = 0;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    connect(fd, (struct sockaddr *)&server, sizeof server);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    for (int i = 0; i <= tries; i++) {
        send(fd, line, strlen(line), 0);
        ssize_t length = recv(fd, answer, sizeof answer - 1, 0);
        if (length < 0) continue;
        printf("%.*s\n", (int)length, answer);
        return 0;
    }
    fprintf(stderr, "no answer after %d tries\n", tries);
    return 1;
}
