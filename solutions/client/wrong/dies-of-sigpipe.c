// Wrong: it goes on writing to a connection that is lost, and is killed for it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    static char line[8192], answer[8192];
    int server = socket(AF_INET, SOCK_STREAM, 0);
    FILE *answers;

    address.sin_port = htons(argc > 1 ? atoi(argv[1]) : 9090);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(server, (struct sockaddr *)&address, sizeof address) < 0)
        {
        perror("client");
        return 1;
    }
    answers = fdopen(dup(server), "r");
    for (;;) {
        printf("> ");
        fflush(stdout);
        if (!fgets(line, sizeof line, stdin))
            line[0] = 0;
        line[strcspn(line, "\n")] = 0;
        if (!line[0] || !strcasecmp(line, "quit") || !strcasecmp(line, "sair"))
            break;
        write(server, line, strlen(line));
        write(server, "\n", 1);
        if (!fgets(answer, sizeof answer, answers)) {
            fprintf(stderr, "client: the server has gone\n");
            return 1;
        }
        printf("%s", answer);
    }
    printf("Bye.\n");
    return 0;
}
