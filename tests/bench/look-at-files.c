/* The least that tells which files of a directory changed: their names, and a stat of each. What the server
   adds to it is what `run calendars` compares.

   look-at-files DIRECTORY TIMES: the milliseconds of the processor that a look takes. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

static int look(const char *path)
{
    DIR *directory = opendir(path);
    struct dirent *entry;
    struct stat status;

    if (directory == NULL)
        return -1;
    while ((entry = readdir(directory)) != NULL)
        (void)fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW);
    return closedir(directory);
}

int main(int argc, char *argv[])
{
    int times = argc == 3 ? atoi(argv[2]) : 0;
    clock_t began = clock();

    if (times <= 0)
        return 2;
    for (int i = 0; i < times; i++)
        if (look(argv[1]) < 0) {
            perror(argv[1]);
            return 1;
        }
    printf("%.4f\n", (double)(clock() - began) * 1000 / CLOCKS_PER_SEC / times);
    return 0;
}
