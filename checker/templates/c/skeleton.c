/* @en LAB PORT: answers each line of its client with the same line. */
/* @pt-BR LAB PORTA: responde cada linha do seu cliente com a mesma linha. */

#include <stdio.h>
#include <stdlib.h>

/* @en The checker knows this line, and shows where the work begins. */
/* @pt-BR O checker conhece esta linha, e mostra onde o trabalho começa. */
#define TODO(what) (fprintf(stderr, "%s:%d: not yet implemented: %s\n", __FILE__, __LINE__, what), exit(1))

int main(int argc, char **argv)
{
    int port = argc > 1 ? atoi(argv[1]) : 9090;
    (void)port;
    TODO("@en listen on the port");
    TODO("@pt-BR escutar na porta");
}
