/* Wrong: takes the milliseconds for microseconds. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static long interval = 100;
static int told;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t word = PTHREAD_COND_INITIALIZER;

static void *take_steps(void *unused) {
    (void)unused;
    struct timespec next;
    clock_gettime(CLOCK_REALTIME, &next);
    pthread_mutex_lock(&lock);
    for (int step = 1;; step++) {
        printf("step %d\n", step);
        fflush(stdout);
        next.tv_nsec += interval % 1000000 * 1000;
        next.tv_sec += interval / 1000000 + next.tv_nsec / 1000000000;
        next.tv_nsec %= 1000000000;
        while (!told && pthread_cond_timedwait(&word, &lock, &next) != ETIMEDOUT)
            ;
        if (told) {
            printf("stopped after %d steps\n", step);
            pthread_mutex_unlock(&lock);
            return NULL;
        }
    }
}

/* fgets returns with nothing when a signal has come: no SA_RESTART. */
static void awake(int number) {
    (void)number;
}

int main(int argc, char **argv) {
    pthread_t stepper;
    char line[256];
    if (argc > 1)
        interval = atol(argv[1]);
    struct sigaction action = {.sa_handler = awake};
    sigaction(SIGINT, &action, NULL);
    pthread_create(&stepper, NULL, take_steps, NULL);
    while (fgets(line, sizeof line, stdin) && strcmp(line, "stop\n") != 0)
        ;
    pthread_mutex_lock(&lock);
    told = 1;
    pthread_cond_signal(&word);
    pthread_mutex_unlock(&lock);
    pthread_join(stepper, NULL);
    return 0;
}
