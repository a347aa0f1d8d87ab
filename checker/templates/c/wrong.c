/* @en Answers what comes first alone, and then only listens. */
/* @pt-BR Responde só o que chega primeiro, e depois apenas escuta. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 9090)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int yes = 1;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0 || listen(server, 16) < 0)
        return 1;
    int client = accept(server, NULL, NULL);
    char buffer[4096];
    ssize_t got = recv(client, buffer, sizeof buffer, 0);
    if (got > 0)
        send(client, buffer, got, MSG_NOSIGNAL);
    while (recv(client, buffer, sizeof buffer, 0) > 0)
        ;
    return 0;
}
