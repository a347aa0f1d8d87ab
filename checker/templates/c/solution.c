/* @en Answers each line of its client with the same line: what comes goes back as it came. */
/* @pt-BR Responde cada linha do seu cliente com a mesma linha: o que chega volta como chegou. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int listen_on(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int yes = 1;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0 || listen(server, 16) < 0)
        exit(1);
    return server;
}

int main(int argc, char **argv)
{
    int server = listen_on(argc > 1 ? atoi(argv[1]) : 9090);
    int client = accept(server, NULL, NULL);
    char buffer[4096];
    ssize_t got;
    while ((got = recv(client, buffer, sizeof buffer, 0)) > 0)
        for (ssize_t sent = 0; sent < got;) {
            ssize_t n = send(client, buffer + sent, got - sent, MSG_NOSIGNAL);
            if (n < 0)
                return 1;
            sent += n;
        }
    close(client);
    close(server);
    return got < 0;
}
