/* Wrong: reading, adding and writing are three steps; what another thread has written meanwhile is overwritten. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static volatile unsigned long counter;
static unsigned long times;
static pthread_barrier_t gap;

static void *add(void *unused) {
    (void)unused;
    for (unsigned long i = 0; i < times; i++) {
        unsigned long value = counter;
        /* Once all threads meet between reading and writing: the worst case, every time. */
        if (i == 1000)
            pthread_barrier_wait(&gap);
        counter = value + 1;
    }
    return NULL;
}

int main(int argc, char **argv) {
    int threads = argc > 1 ? atoi(argv[1]) : 4;
    pthread_t *all = calloc(threads, sizeof *all);
    times = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000000;
    pthread_barrier_init(&gap, NULL, threads);
    for (int i = 0; i < threads; i++)
        pthread_create(&all[i], NULL, add, NULL);
    for (int i = 0; i < threads; i++)
        pthread_join(all[i], NULL);
    printf("total: %lu\n", counter);
    return 0;
}
