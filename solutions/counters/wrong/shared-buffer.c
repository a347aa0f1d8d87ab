/* Wrong: all threads compose their lines in one buffer, so that lines are lost and others come twice. */
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

static char line[256];
static pthread_barrier_t composed;

static void *count_down(void *argument) {
    struct counter *counter = argument;
    struct timespec interval = {counter->milliseconds / 1000, counter->milliseconds % 1000 * 1000000};
    for (int n = counter->count; n > 0; n--) {
        snprintf(line, sizeof line, "%s: %d", counter->name, n);
        /* For the first line all threads meet between composing and printing: the worst case, every time. */
        if (n == counter->count)
            pthread_barrier_wait(&composed);
        puts(line);
        if (n > 1)
            nanosleep(&interval, NULL);
    }
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
    pthread_barrier_init(&composed, NULL, counters);
    for (int i = 0; i < counters; i++) {
        all[i] = parse(arguments[i]);
        pthread_create(&all[i].thread, NULL, count_down, &all[i]);
    }
    puts("Counters started");
    for (int i = 0; i < counters; i++)
        pthread_join(all[i].thread, NULL);
    return 0;
}
