/* A disk that takes its time: preloaded, it delays every fsync and fdatasync by 100 ms while the file SLOW_DISK names
   exists. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void wait_a_while(void) {
    const char *slow = getenv("SLOW_DISK");
    if (slow && access(slow, F_OK) == 0) usleep(100000);
}

int fsync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_a_while();
    return real(file);
}

int fdatasync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_a_while();
    return real(file);
}
