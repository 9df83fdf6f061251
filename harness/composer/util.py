"""Running git, and the one way to fail."""

import os
import shutil
import subprocess


class Fail(Exception):
    """One sentence for the user, and the command to type next."""

    def __init__(self, sentence, next_command=None):
        super().__init__(sentence)
        self.next_command = next_command


# The user's git configuration must not change a byte of what is written.
GIT_ENV = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
           "LC_ALL": "C.UTF-8", "GIT_TERMINAL_PROMPT": "0"}
LEAKY = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX",
         "GIT_OBJECT_DIRECTORY", "GIT_CONFIG_PARAMETERS")


class GitError(Exception):
    def __init__(self, args, stderr):
        super().__init__("git %s: %s" % (args[0], stderr.strip()))
        self.stderr = stderr


def git(where, *args, data=None, env=None, raw=False):
    """Run git in a folder; return its output without the last newline."""
    full = {k: v for k, v in os.environ.items() if k not in LEAKY}
    full.update(GIT_ENV)
    full.update(env or {})
    if isinstance(data, str):
        data = data.encode()
    run = subprocess.run(["git", *args], cwd=where, env=full, input=data,
                         stdin=None if data is not None else subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if run.returncode:
        err = run.stderr.decode(errors="replace")
        if "No space left on device" in err or \
           shutil.disk_usage(where).free < 1 << 16:
            raise Fail("the disk that holds %s is full" % where,
                       "df -h %s" % where)
        raise GitError(args, err)
    return run.stdout if raw else run.stdout.decode().rstrip("\n")


def git_try(where, *args, **kw):
    """The output, or None if git fails."""
    try:
        return git(where, *args, **kw)
    except GitError:
        return None


def write_if_changed(path, data, mode=0o644):
    """Write a file whole or not at all; leave an equal one alone."""
    mode = 0o755 if mode & 0o100 else 0o644
    try:
        with open(path, "rb") as f:
            if f.read() == data and (os.stat(path).st_mode & 0o100) == (mode & 0o100):
                return False
    except FileNotFoundError:
        pass
    os.makedirs(os.path.dirname(path), exist_ok=True)
    tmp = path + ".tmp~"
    with open(tmp, "wb") as f:
        f.write(data)
    os.chmod(tmp, mode)
    os.replace(tmp, path)
    return True
