/* Wrong: waits for room with the lock in its hand, and nobody can make room without it. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char **ring;
static int capacity = 5, first, count;
static sem_t room, waiting;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void put(char *job) {
    pthread_mutex_lock(&lock);
    sem_wait(&room);
    ring[(first + count++) % capacity] = job;
    pthread_mutex_unlock(&lock);
    sem_post(&waiting);
}

static char *take(void) {
    sem_wait(&waiting);
    pthread_mutex_lock(&lock);
    char *job = ring[first];
    first = (first + 1) % capacity;
    count--;
    pthread_mutex_unlock(&lock);
    sem_post(&room);
    return job;
}

static void *work(void *argument) {
    int number = *(int *)argument;
    for (char *job; (job = take()) != NULL; free(job)) {
        char *milliseconds = strrchr(job, ':');
        *milliseconds++ = '\0';
        struct timespec duration = {atol(milliseconds) / 1000, atol(milliseconds) % 1000 * 1000000};
        printf("worker %d: %s\n", number, job);
        nanosleep(&duration, NULL);
        printf("done %s\n", job);
    }
    return NULL;
}

int main(int argc, char **argv) {
    int workers = argc > 1 ? atoi(argv[1]) : 5, jobs = 0;
    char line[4096];
    if (argc > 2)
        capacity = atoi(argv[2]);
    ring = calloc(capacity, sizeof *ring);
    sem_init(&room, 0, capacity);
    sem_init(&waiting, 0, 0);
    pthread_t *threads = calloc(workers, sizeof *threads);
    int *numbers = calloc(workers, sizeof *numbers);
    for (int i = 0; i < workers; i++) {
        numbers[i] = i + 1;
        pthread_create(&threads[i], NULL, work, &numbers[i]);
    }
    for (; fgets(line, sizeof line, stdin); jobs++)
        put(strndup(line, strcspn(line, "\n")));
    for (int i = 0; i < workers; i++)
        put(NULL);
    for (int i = 0; i < workers; i++)
        pthread_join(threads[i], NULL);
    printf("%d jobs done\n", jobs);
    return 0;
}
