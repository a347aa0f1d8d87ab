/* It ends after one answer. */
#include <arpa/inet.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    static char text[65507];
    const char answer[] = "Message received!";
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    inet_pton(AF_INET, "127.0.0.1", &own.sin_addr);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(fd, (struct sockaddr *)&own, sizeof own) < 0) return 1;
    for (int i = 0; i < 1; i++) {
        struct sockaddr_in sender;
        socklen_t size = sizeof sender;
        ssize_t length = recvfrom(fd, text, sizeof text, 0, (struct sockaddr *)&sender, &size);
        if (length < 0) continue;
        sendto(fd, answer, sizeof answer - 1, 0, (struct sockaddr *)&sender, size);
    }
    return 0;
}
