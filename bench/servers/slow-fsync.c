/*
 * Preloaded into a database server, it makes every fsync and fdatasync take BENCH_FSYNC_MS milliseconds longer: a disk
 * as slow as a real one, on a machine whose disk is faster. Compiled by the bench where there is a C compiler.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

typedef int sync_function(int);

static int later(const char *name, int file) {
  const char *text = getenv("BENCH_FSYNC_MS");
  long nanoseconds = text == NULL ? 0 : (long)(atof(text) * 1e6);
  struct timespec rest = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  while (nanosleep(&rest, &rest) != 0) {
  }
  return ((sync_function *)dlsym(RTLD_NEXT, name))(file);
}

int fsync(int file) { return later("fsync", file); }

int fdatasync(int file) { return later("fdatasync", file); }
