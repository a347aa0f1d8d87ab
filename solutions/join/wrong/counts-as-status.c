/* Wrong: what printf returns becomes the status of the program. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct task {
    char *name;
    long milliseconds;
    pthread_t thread;
};

static void *work(void *argument) {
    struct task *task = argument;
    struct timespec duration = {task->milliseconds / 1000, task->milliseconds % 1000 * 1000000};
    printf("%s: started\n", task->name);
    nanosleep(&duration, NULL);
    printf("%s: finished\n", task->name);
    return NULL;
}

static struct task parse(const char *argument) {
    struct task task = {.name = strdup(argument)};
    char *milliseconds = strrchr(task.name, ':');
    *milliseconds = '\0';
    task.milliseconds = atol(milliseconds + 1);
    return task;
}

int main(int argc, char **argv) {
    char *defaults[] = {"A:2000", "B:1500"};
    char **arguments = argc > 1 ? argv + 1 : defaults;
    int tasks = argc > 1 ? argc - 1 : 2;
    struct task *all = calloc(tasks, sizeof *all);
    for (int i = 0; i < tasks; i++) {
        all[i] = parse(arguments[i]);
        pthread_create(&all[i].thread, NULL, work, &all[i]);
    }
    for (int i = 0; i < tasks; i++)
        pthread_join(all[i].thread, NULL);
    return printf("All finished\n");
}
