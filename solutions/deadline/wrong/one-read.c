/* It takes what the first read brings for the whole answer, and throws away the rest. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    char line[4096], answer[4096];
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    inet_pton(AF_INET, argv[2], &server.sin_addr);
    if (!fgets(line, sizeof line, stdin)) return 5;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0) {
        perror("connect");
        return 1;
    }
    write(fd, line, strlen(line));
    ssize_t length = read(fd, answer, sizeof answer);
    if (length <= 0) return 4;
    for (char last = answer[length - 1]; last != '\n';)
        if (read(fd, &last, 1) <= 0) break;
    printf("%.*s\n", (int)length, answer);
    return 0;
}
