"""The base: found, checked, and imported once into the user's cache."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tarfile
import tempfile

from .util import Fail, git, git_try

IDENTITY = "ioptdesc <ioptdesc@localhost> 0 +0000"


def read_base_file(repo):
    fields = {}
    with open(os.path.join(repo, "BASE")) as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                key, _, value = line.partition(":")
                fields[key.strip()] = value.strip()
    return fields


def cache_dir():
    top = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(top, "ioptdesc", "base")


def need_space(path, size):
    """Refuse early: half a tree is of no use to anybody."""
    probe = path
    while not os.path.exists(probe):
        probe = os.path.dirname(probe)
    free = shutil.disk_usage(probe).free
    if free < size:
        raise Fail("%s needs %d MiB and the disk has %d MiB free"
                   % (path, (size >> 20) + 1, free >> 20), "df -h %s" % probe)


class Source:
    """Where the base comes from: a key for the cache and a size."""

    def __init__(self, kind, path, key, size):
        self.kind, self.path, self.key, self.size = kind, path, key, size


def not_a_kernel(path, why):
    return Fail("LINUX=%s is not a Linux source tree: %s" % (path, why),
                "make tree LINUX=<unpacked source, git clone or tarball>")


def tarball_source(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        while chunk := f.read(1 << 20):
            digest.update(chunk)
    return Source("tar", path, digest.hexdigest(), 12 * os.path.getsize(path))


def walk_files(top):
    for root, dirs, names in os.walk(top):
        dirs.sort()
        for name in list(dirs):
            if os.path.islink(os.path.join(root, name)):
                names.append(name)
        for name in sorted(names):
            yield os.path.relpath(os.path.join(root, name), top)


def directory_source(path):
    makefile = os.path.join(path, "Makefile")
    if not os.path.isfile(makefile):
        raise not_a_kernel(path, "it has no Makefile")
    with open(makefile, errors="replace") as f:
        if not makefile_version(f.read()):
            raise not_a_kernel(path, "its Makefile names no VERSION")
    if os.path.exists(os.path.join(path, ".git")):
        tree = git_try(path, "rev-parse", "--verify", "-q", "HEAD^{tree}")
        if not tree:
            raise not_a_kernel(path, "its git repository has no commit")
        return Source("git", path, "tree-" + tree, 2 << 30)
    if os.path.exists(os.path.join(path, ".config")):
        raise Fail("LINUX=%s was built in and holds generated files" % path,
                   "make -C %s mrproper" % path)
    digest, size = hashlib.sha256(), 0
    for name in walk_files(path):
        st = os.lstat(os.path.join(path, name))
        size += st.st_size
        digest.update(b"%s\0%d\0%d\0" % (os.fsencode(name), st.st_size,
                                         st.st_mtime_ns))
    return Source("dir", path, "dir-" + digest.hexdigest(), size)


def find_source(repo, fields):
    """LINUX= first, else the package, else install the package."""
    given = os.environ.get("LINUX")
    if given:
        path = os.path.abspath(given)
        if os.path.isdir(path):
            return directory_source(path)
        if os.path.isfile(path):
            return tarball_source(path)
        raise Fail("LINUX=%s does not exist" % given, "make tree")
    tarball = fields["tarball"]
    if not os.path.exists(tarball):
        print("base: %s is missing, installing it" % fields["package"],
              flush=True)
        done = subprocess.run([os.path.join(repo, "harness/install"), "source"])
        if done.returncode or not os.path.exists(tarball):
            raise Fail("there is no source package: %s (package %s) is missing"
                       % (tarball, fields["package"]),
                       "apt-get install %s, or make tree LINUX=<dir>"
                       % fields["package"])
    return tarball_source(tarball)


def quote(path):
    return b'"' + path.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def tar_blobs(tar):
    """(name, mode, data) of each file, the leading folder removed."""
    for member in tar:
        name = member.name.partition("/")[2]
        if member.issym():
            yield name, b"120000", os.fsencode(member.linkname)
        elif member.isreg():
            mode = b"100755" if member.mode & 0o100 else b"100644"
            yield name, mode, tar.extractfile(member).read()


def blobs_of_tar(path):
    try:
        with tarfile.open(path, "r|*") as tar:
            yield from tar_blobs(tar)
    except (tarfile.TarError, EOFError) as e:
        raise not_a_kernel(path, "it cannot be unpacked (%s)" % e) from e


def blobs_of_dir(path):
    for name in walk_files(path):
        full = os.path.join(path, name)
        if os.path.islink(full):
            yield name, b"120000", os.fsencode(os.readlink(full))
            continue
        mode = b"100755" if os.stat(full).st_mode & 0o100 else b"100644"
        with open(full, "rb") as f:
            yield name, mode, f.read()


def fast_import(store, blobs):
    """One deterministic commit in one pack; nothing is unpacked on disk."""
    log = os.path.join(store, "import.log")
    with open(log, "wb") as err:
        run = subprocess.Popen(["git", "fast-import", "--quiet", "--depth=0"],
                               cwd=store, stdin=subprocess.PIPE, stderr=err)
        out = run.stdin
        try:
            message = b"Linux source, unpacked\n"
            out.write(b"commit refs/heads/base\ncommitter %s\ndata %d\n%s"
                      % (IDENTITY.encode(), len(message), message))
            for name, mode, data in blobs:
                out.write(b"M %s inline %s\ndata %d\n" %
                          (mode, quote(os.fsencode(name)), len(data)))
                out.write(data)
                out.write(b"\n")
            out.close()
        except BrokenPipeError:
            pass
        finally:
            if run.poll() is None and not out.closed:
                run.kill()
            run.wait()
    if run.returncode:
        with open(log, errors="replace") as f:
            text = f.read()
        if "No space left" in text:
            raise Fail("the disk that holds %s is full" % store,
                       "df -h %s" % store)
        raise Fail("importing the base failed: %s" % text.strip()[-300:])


def blobs_of_git(path):
    """What HEAD holds; work in progress is not a base."""
    run = subprocess.Popen(["git", "archive", "--prefix=linux/", "HEAD"],
                           cwd=path, stdout=subprocess.PIPE)
    with run.stdout as stream:
        yield from tar_blobs(tarfile.open(fileobj=stream, mode="r|"))
    if run.wait():
        raise not_a_kernel(path, "git archive failed")


def makefile_version(text):
    parts = []
    for name in ("VERSION", "PATCHLEVEL", "SUBLEVEL"):
        found = re.search(r"^%s\s*=\s*(\d+)\s*$" % name, text, re.M)
        if not found:
            return None
        parts.append(found[1])
    return ".".join(parts)


def version_of(store, commit):
    text = git_try(store, "show", commit + ":Makefile")
    return makefile_version(text or "")


def import_source(source, store):
    """Fill a bare repository beside its final place, then rename it."""
    cache = os.path.dirname(store)
    need_space(cache, source.size // 3)
    for stale in os.listdir(cache):
        if stale.startswith("tmp-"):
            shutil.rmtree(os.path.join(cache, stale))
    tmp = tempfile.mkdtemp(prefix="tmp-", dir=cache)
    print("base: importing %s (once)" % source.path, flush=True)
    git(tmp, "init", "-q", "--bare", "-b", "base")
    blobs = {"tar": blobs_of_tar, "git": blobs_of_git, "dir": blobs_of_dir}
    fast_import(tmp, blobs[source.kind](source.path))
    if not version_of(tmp, "base"):
        shutil.rmtree(tmp)
        raise not_a_kernel(source.path, "it has no Makefile with a VERSION")
    os.rename(tmp, store)


def cached_base(source):
    """The bare repository that holds the base as branch `base`."""
    cache = cache_dir()
    os.makedirs(cache, exist_ok=True)
    store = os.path.join(cache, source.key + ".git")
    with open(os.path.join(cache, ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if git_try(store if os.path.isdir(store) else cache,
                   "--git-dir=" + store, "rev-parse", "-q", "--verify",
                   "base^{tree}") is None:
            shutil.rmtree(store, ignore_errors=True)
            import_source(source, store)
    return store
