/* Wrong: when all counters have ended, main goes on waiting for what nobody will say. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct counter {
    char *name;
    int count;
    long milliseconds;
    pthread_t thread;
};

static int running;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_ended = PTHREAD_COND_INITIALIZER;

static void *count_down(void *argument) {
    struct counter *counter = argument;
    struct timespec interval = {counter->milliseconds / 1000, counter->milliseconds % 1000 * 1000000};
    for (int n = counter->count; n > 0; n--) {
        printf("%s: %d\n", counter->name, n);
        if (n > 1)
            nanosleep(&interval, NULL);
    }
    pthread_mutex_lock(&lock);
    running--; /* and no pthread_cond_signal(&all_ended) */
    pthread_mutex_unlock(&lock);
    return NULL;
}

static struct counter parse(const char *argument) {
    struct counter counter = {.name = strdup(argument)};
    char *milliseconds = strrchr(counter.name, ':');
    *milliseconds = '\0';
    char *count = strrchr(counter.name, ':');
    *count = '\0';
    counter.milliseconds = atol(milliseconds + 1);
    counter.count = atoi(count + 1);
    return counter;
}

int main(int argc, char **argv) {
    char *defaults[] = {"5 Seconds:5:1000", "A:15:300"};
    char **arguments = argc > 1 ? argv + 1 : defaults;
    int counters = argc > 1 ? argc - 1 : 2;
    struct counter *all = calloc(counters, sizeof *all);
    pthread_mutex_lock(&lock);
    running = counters;
    for (int i = 0; i < counters; i++) {
        all[i] = parse(arguments[i]);
        pthread_create(&all[i].thread, NULL, count_down, &all[i]);
    }
    puts("Counters started");
    /* The lock is held until the wait begins, so that no counter can have ended before. */
    while (running > 0)
        pthread_cond_wait(&all_ended, &lock);
    return 0;
}
