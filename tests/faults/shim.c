/* Faults in the calls that change files below one folder; loaded by LD_PRELOAD.
 *
 * Every call that opens for writing, writes, syncs, truncates, renames, links, removes or makes
 * a folder below FAULT_ROOT is one point, numbered from 1. At the point FAULT_AT the fault
 * FAULT_KIND happens:
 *
 *   kill        the process gets SIGKILL before the call
 *   kill-after  the same after it
 *   enospc      the call fails: no space
 *   eio         the call fails: input/output error
 *   short       half of a write is done, the next call that needs space finds none
 *   full        from here on no call that needs space succeeds
 *   dead        from here on no call succeeds
 *
 * FAULT_LOG: a file for the names of the calls, a line each. FAULT_RECORD: a file for what each
 * call that succeeded has changed, bytes included, so that the folder can be made again as it
 * was at any moment. A process that forks its trials calls fault_arm instead, and reads
 * fault_count, which outlives the killed child.
 *
 * System calls are made directly: none of these functions calls another one that is replaced.
 * Written for 64-bit Linux, where off_t and off64_t are the same.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#undef open
#undef openat
#undef creat

enum kind { NONE, KILL, KILL_AFTER, ENOSPC_ONCE, EIO_ONCE, SHORT, FULL, DEAD };
static const char *const KINDS[] = {"none", "kill", "kill-after", "enospc",
                                    "eio",  "short", "full", "dead"};
enum need { SPACE, NO_SPACE }; /* does the call take room on the disk? */

static char root[PATH_MAX];
static size_t root_length;
static enum kind kind;
static long at;
static int log_file = -1, record_file = -1;
static int starved; /* after a short write: the next call that needs space fails */
static long *counter;

/* --- the points ------------------------------------------------------------------------- */

static int raw_open(const char *path, int flags) {
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0644);
}

static void put(int file, const void *data, size_t length) {
    while (length) {
        long done = syscall(SYS_write, file, data, length);
        if (done <= 0) return;
        data = (const char *)data + done;
        length -= (size_t)done;
    }
}

void fault_arm(const char *folder, long point, const char *what, const char *log,
               const char *record) {
    snprintf(root, sizeof root, "%s", folder ? folder : "");
    root_length = strlen(root);
    kind = NONE;
    for (size_t k = 0; k < sizeof KINDS / sizeof *KINDS; k++)
        if (what && !strcmp(what, KINDS[k])) kind = (enum kind)k;
    at = point;
    starved = 0;
    *counter = 0;
    log_file = log && *log ? raw_open(log, O_WRONLY | O_CREAT | O_TRUNC) : -1;
    record_file = record && *record ? raw_open(record, O_WRONLY | O_CREAT | O_TRUNC) : -1;
}

long fault_count(void) { return *counter; }

__attribute__((constructor)) static void start(void) {
    static long alone;
    int anonymous = MAP_SHARED | MAP_ANONYMOUS;
    counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, anonymous, -1, 0);
    if (counter == MAP_FAILED) counter = &alone;
    const char *point = getenv("FAULT_AT");
    fault_arm(getenv("FAULT_ROOT"), point ? atol(point) : 0, getenv("FAULT_KIND"),
              getenv("FAULT_LOG"), getenv("FAULT_RECORD"));
}

static int is_below(const char *path) {
    return root_length && !strncmp(path, root, root_length) &&
           (path[root_length] == '/' || !path[root_length]);
}

/* Write the absolute form of a path into `full`; whether it is below the root. */
static int placed(int folder, const char *path, char *full) {
    char base[PATH_MAX] = "";
    if (!root_length || !path) return 0;
    if (*path != '/') {
        char link[64];
        snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d",
                 folder);
        long length = syscall(SYS_readlinkat, AT_FDCWD, link, base, sizeof base - 1);
        if (length < 0) return 0;
        base[length] = 0;
    }
    int wanted = snprintf(full, PATH_MAX, "%s%s%s", base, *path == '/' ? "" : "/", path);
    return wanted < PATH_MAX && is_below(full);
}

/* The same of an open file, by the name it has now. */
static int placed_file(int file, char *full) {
    char link[64];
    if (!root_length || file < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, full, PATH_MAX - 1);
    if (length < 0) return 0;
    full[length] = 0;
    return is_below(full);
}

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

/* Count one point. 0: do the call; -1: do half of it; else the error to fail with. */
static int before(const char *name, const char *path, enum need need) {
    long now = __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
    if (log_file >= 0) {
        char line[PATH_MAX + 64];
        int length = snprintf(line, sizeof line, "%s %s\n", name, path + root_length);
        put(log_file, line, (size_t)length);
    }
    if (kind == NONE || now < at) return 0;
    if (kind == FULL) return need == SPACE ? ENOSPC : 0;
    if (kind == DEAD) return EIO;
    if (starved && need == SPACE) {
        starved = 0;
        return ENOSPC;
    }
    if (now != at) return 0;
    if (kind == KILL) die();
    if (kind == ENOSPC_ONCE) return ENOSPC;
    if (kind == EIO_ONCE) return EIO;
    if (kind == SHORT) {
        starved = 1;
        return -1;
    }
    return 0;
}

static void after(void) {
    int kept = errno;
    if (kind == KILL_AFTER && *counter == at) die();
    errno = kept;
}

static int failed(int error) {
    errno = error;
    return -1;
}

/* --- the record ------------------------------------------------------------------------- */

static void record(const char *name, const char *path, long offset, const void *data,
                   size_t length) {
    char line[PATH_MAX + 96];
    if (record_file < 0) return;
    int kept = errno;
    int size = snprintf(line, sizeof line, "%ld\t%s\t%s\t%ld\t%zu\n", *counter, name,
                        path + root_length, offset, length);
    put(record_file, line, (size_t)size);
    put(record_file, data, length);
    errno = kept;
}

/* Record what a call has put into a file, read back from it. */
static void record_bytes(int file, const char *path, long offset, long length) {
    if (record_file < 0 || length <= 0) return;
    int kept = errno;
    char link[64], *data = malloc((size_t)length);
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    int again = raw_open(link, O_RDONLY);
    if (data && again >= 0 && syscall(SYS_pread64, again, data, length, offset) == length)
        record("write", path, offset, data, (size_t)length);
    if (again >= 0) syscall(SYS_close, again);
    free(data);
    errno = kept;
}

/* --- files ------------------------------------------------------------------------------ */

static int do_open(const char *name, int folder, const char *path, int flags, mode_t mode) {
    char full[PATH_MAX];
    int writes = (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
    if (!writes || !placed(folder, path, full))
        return (int)syscall(SYS_openat, folder, path, flags, mode);
    int was = !syscall(SYS_faccessat, folder, path, F_OK);
    int error = before(name, full, flags & O_CREAT ? SPACE : NO_SPACE);
    if (error > 0) return failed(error);
    int file = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (file >= 0 && !was) record("create", full, 0, "", 0);
    if (file >= 0 && was && flags & O_TRUNC) record("truncate", full, 0, "", 0);
    after();
    return file;
}

#define MODE(flags)                                      \
    mode_t mode = 0;                                     \
    if ((flags) & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) { \
        va_list rest;                                    \
        va_start(rest, flags);                           \
        mode = va_arg(rest, mode_t);                     \
        va_end(rest);                                    \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    return do_open("open", AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    MODE(flags)
    return do_open("open", AT_FDCWD, path, flags | O_LARGEFILE, mode);
}
int openat(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return do_open("open", folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return do_open("open", folder, path, flags | O_LARGEFILE, mode);
}
int creat(const char *path, mode_t mode) {
    return do_open("open", AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int creat64(const char *path, mode_t mode) { return creat(path, mode); }
int __open_2(const char *path, int flags) { return open(path, flags); }
int __open64_2(const char *path, int flags) { return open64(path, flags); }
int __openat_2(int folder, const char *path, int flags) { return openat(folder, path, flags); }
int __openat64_2(int folder, const char *path, int flags) {
    return openat64(folder, path, flags);
}

/* --- bytes ------------------------------------------------------------------------------ */

/* `offset` -1: where the file stands. */
static ssize_t do_write(const char *name, int file, const void *data, size_t length,
                        off_t offset) {
    char full[PATH_MAX];
    int ours = placed_file(file, full);
    if (ours) {
        int error = before(name, full, SPACE);
        if (error > 0) return failed(error);
        if (error < 0) length = length / 2;
    }
    ssize_t done = offset < 0 ? syscall(SYS_write, file, data, length)
                              : syscall(SYS_pwrite64, file, data, length, offset);
    if (!ours) return done;
    if (done > 0 && offset < 0) offset = syscall(SYS_lseek, file, 0, SEEK_CUR) - done;
    if (done > 0) record("write", full, offset, data, (size_t)done);
    after();
    return done;
}

ssize_t write(int file, const void *data, size_t length) {
    return do_write("write", file, data, length, -1);
}
ssize_t pwrite(int file, const void *data, size_t length, off_t offset) {
    return do_write("pwrite", file, data, length, offset);
}
ssize_t pwrite64(int file, const void *data, size_t length, off64_t offset) {
    return do_write("pwrite", file, data, length, offset);
}

static ssize_t do_writev(const char *name, int file, const struct iovec *parts, int count,
                         off_t offset) {
    char full[PATH_MAX];
    int ours = placed_file(file, full);
    struct iovec half;
    if (ours) {
        int error = before(name, full, SPACE);
        if (error > 0) return failed(error);
        if (error < 0 && count > 0) {
            half = parts[0];
            half.iov_len /= 2;
            parts = &half;
            count = 1;
        }
    }
    ssize_t done = offset < 0 ? syscall(SYS_writev, file, parts, count)
                              : syscall(SYS_pwritev, file, parts, count, offset, 0L);
    if (!ours) return done;
    if (done > 0 && offset < 0) offset = syscall(SYS_lseek, file, 0, SEEK_CUR) - done;
    record_bytes(file, full, offset, done);
    after();
    return done;
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    return do_writev("writev", file, parts, count, -1);
}
ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
    return do_writev("pwritev", file, parts, count, offset);
}
ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t offset) {
    return do_writev("pwritev", file, parts, count, offset);
}

/* How shutil copies files. */
ssize_t sendfile(int file, int source, off_t *offset, size_t length) {
    char full[PATH_MAX];
    int ours = placed_file(file, full);
    if (ours) {
        int error = before("sendfile", full, SPACE);
        if (error > 0) return failed(error);
        if (error < 0) length = length > 8192 ? 4096 : length / 2;
    }
    ssize_t done = syscall(SYS_sendfile, file, source, offset, length);
    if (!ours) return done;
    if (done > 0) record_bytes(file, full, syscall(SYS_lseek, file, 0, SEEK_CUR) - done, done);
    after();
    return done;
}
ssize_t sendfile64(int file, int source, off64_t *offset, size_t length) {
    return sendfile(file, source, offset, length);
}
ssize_t copy_file_range(int source, off64_t *from, int file, off64_t *to, size_t length,
                        unsigned flags) {
    char full[PATH_MAX];
    int ours = placed_file(file, full);
    if (ours) {
        int error = before("copy_file_range", full, SPACE);
        if (error > 0) return failed(error);
        if (error < 0) length = length > 8192 ? 4096 : length / 2;
    }
    ssize_t done = syscall(SYS_copy_file_range, source, from, file, to, length, flags);
    if (!ours) return done;
    if (done > 0) {
        long end = to ? *to : syscall(SYS_lseek, file, 0, SEEK_CUR);
        record_bytes(file, full, end - done, done);
    }
    after();
    return done;
}

int ftruncate(int file, off_t length) {
    char full[PATH_MAX];
    if (!placed_file(file, full)) return (int)syscall(SYS_ftruncate, file, length);
    int error = before("ftruncate", full, SPACE);
    if (error > 0) return failed(error);
    int done = (int)syscall(SYS_ftruncate, file, length);
    if (!done) record("truncate", full, length, "", 0);
    after();
    return done;
}
int ftruncate64(int file, off64_t length) { return ftruncate(file, length); }

/* --- disk ------------------------------------------------------------------------------- */

static int do_sync(const char *name, long number, int file) {
    char full[PATH_MAX];
    if (!placed_file(file, full)) return (int)syscall(number, file);
    int error = before(name, full, SPACE);
    if (error > 0) return failed(error);
    int done = (int)syscall(number, file);
    if (!done) record("sync", full, 0, "", 0);
    after();
    return done;
}

int fsync(int file) { return do_sync("fsync", SYS_fsync, file); }
int fdatasync(int file) { return do_sync("fdatasync", SYS_fdatasync, file); }

/* --- names ------------------------------------------------------------------------------ */

static int do_rename(const char *name, long number, int folder, const char *path, int other,
                     const char *target, unsigned flags) {
    char full[PATH_MAX], whole[PATH_MAX];
    int ours = placed(folder, path, full);
    int theirs = placed(other, target, whole);
    if (ours || theirs) {
        int error = before(name, theirs ? whole : full, SPACE);
        if (error > 0) return failed(error);
    }
    int done = (int)syscall(number, folder, path, other, target, flags);
    if (!ours && !theirs) return done;
    if (!done) {
        const char *end = theirs ? whole + root_length : "";
        record(name, ours ? full : root, 0, end, strlen(end));
    }
    after();
    return done;
}

int rename(const char *path, const char *target) {
    return do_rename("rename", SYS_renameat2, AT_FDCWD, path, AT_FDCWD, target, 0);
}
int renameat(int folder, const char *path, int other, const char *target) {
    return do_rename("rename", SYS_renameat2, folder, path, other, target, 0);
}
int renameat2(int folder, const char *path, int other, const char *target, unsigned flags) {
    return do_rename("rename", SYS_renameat2, folder, path, other, target, flags);
}
int link(const char *path, const char *target) {
    return do_rename("link", SYS_linkat, AT_FDCWD, path, AT_FDCWD, target, 0);
}
int linkat(int folder, const char *path, int other, const char *target, int flags) {
    return do_rename("link", SYS_linkat, folder, path, other, target, (unsigned)flags);
}

static int do_unlink(int folder, const char *path, int flags) {
    char full[PATH_MAX];
    const char *name = flags & AT_REMOVEDIR ? "rmdir" : "unlink";
    if (!placed(folder, path, full)) return (int)syscall(SYS_unlinkat, folder, path, flags);
    int error = before(name, full, NO_SPACE);
    if (error > 0) return failed(error);
    int done = (int)syscall(SYS_unlinkat, folder, path, flags);
    if (!done) record(name, full, 0, "", 0);
    after();
    return done;
}

int unlink(const char *path) { return do_unlink(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) { return do_unlink(folder, path, flags); }
int rmdir(const char *path) { return do_unlink(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int folder, const char *path, mode_t mode) {
    char full[PATH_MAX];
    if (!placed(folder, path, full)) return (int)syscall(SYS_mkdirat, folder, path, mode);
    int error = before("mkdir", full, SPACE);
    if (error > 0) return failed(error);
    int done = (int)syscall(SYS_mkdirat, folder, path, mode);
    if (!done) record("mkdir", full, 0, "", 0);
    after();
    return done;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
