/* Preloaded into a process: makes one write, flush, rename or truncation of files under a folder fail with EIO, once or from then on.
 * FAIL_WITH=EDQUOT: as of a quota that is used up, instead;
 * FAIL_UNDER: the folder; FAIL_AT: which of the calls, from 1 (0 fails none); FAIL_FOREVER: all after it too; FAIL_LOG: where the number of calls is told. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

static int under(const char *path) {
  const char *folder = getenv("FAIL_UNDER");
  return folder != NULL && path != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int fails(const char *what) {
  const long call = atomic_fetch_add(&calls, 1) + 1;
  const char *log = getenv("FAIL_LOG");
  if (log != NULL) {
    const int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    char line[64];
    const int length = snprintf(line, sizeof line, "%ld %s\n", call, what);
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    if (fd >= 0) real(fd, line, length);
    if (fd >= 0) close(fd);
  }
  const char *at = getenv("FAIL_AT");
  const long first = at == NULL ? 0 : atol(at);
  if (first == 0 || call < first) return 0;
  if (call > first && getenv("FAIL_FOREVER") == NULL) return 0;
  const char *with = getenv("FAIL_WITH");
  errno = with != NULL && strcmp(with, "EDQUOT") == 0 ? EDQUOT : EIO;
  return 1;
}

static int descriptor_fails(int fd, const char *what) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return under(path) && fails(what);
}

#define DESCRIPTOR(type, name, parameters, arguments)                  \
  type name parameters {                                               \
    static type(*real) parameters;                                     \
    if (real == NULL) real = (type(*) parameters)dlsym(RTLD_NEXT, #name); \
    if (descriptor_fails(fd, #name)) return -1;                        \
    return real arguments;                                             \
  }

DESCRIPTOR(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size))
DESCRIPTOR(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
DESCRIPTOR(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at))
DESCRIPTOR(int, fsync, (int fd), (fd))
DESCRIPTOR(int, fdatasync, (int fd), (fd))
DESCRIPTOR(int, ftruncate, (int fd, off_t length), (fd, length))
DESCRIPTOR(int, ftruncate64, (int fd, off64_t length), (fd, length))

int rename(const char *from, const char *to) {
  static int (*real)(const char *, const char *);
  if (real == NULL) real = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  if (under(to) && fails("rename")) return -1;
  return real(from, to);
}
