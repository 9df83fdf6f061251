"""build/linux: one commit per line of patches/series, on the base."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile

from . import base, series
from .util import Fail, GitError, git, git_try

BRANCH = "refs/heads/series"
LAST = "refs/compose/last"
NEXT = "refs/compose/next"
BASE = "refs/compose/base"

# Debian's source ignores everything at the top, so untracked files are looked
# for without .gitignore; this is what tools and editors leave behind.
IGNORED = "*.o *.a *.ko *.cmd *.pyc *.orig *.rej *~ *.swp tags TAGS cscope.* " \
          "compile_commands.json __pycache__/ /.clangd/ /.cache/"


class Tree:
    def __init__(self, repo):
        self.repo = repo
        self.build = os.path.join(repo, "build")
        self.path = os.path.join(self.build, "linux")
        self.fields = base.read_base_file(repo)

    def git(self, *args, **kw):
        return git(self.path, *args, **kw)

    def ref(self, name):
        return git_try(self.path, "rev-parse", "-q", "--verify", name)

    @property
    def exists(self):
        return os.path.isdir(os.path.join(self.path, ".git"))

    @property
    def state_file(self):
        return os.path.join(self.path, ".git", "compose.json")

    def load(self):
        try:
            with open(self.state_file) as f:
                return json.load(f)
        except (FileNotFoundError, ValueError):
            return {"files": {}, "built": {}, "source": None}

    def save(self, state):
        tmp = self.state_file + ".tmp"
        with open(tmp, "w") as f:
            json.dump(state, f, indent=0, sort_keys=True)
        os.replace(tmp, self.state_file)

    @contextlib.contextmanager
    def locked(self):
        os.makedirs(self.build, exist_ok=True)
        with open(os.path.join(self.build, ".compose.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    # -- the base -----------------------------------------------------------

    def find_base(self, state):
        """The base commit, fetched into build/linux if it is not there yet."""
        source = base.find_source(self.repo, self.fields)
        if self.exists and state["source"] == source.key and self.ref(BASE):
            return self.ref(BASE)
        store = base.cached_base(source)
        if not self.exists:
            self.create(store, source)
        commit = git(store, "rev-parse", "base")
        if self.ref(BASE) != commit:
            self.git("fetch", "-q", store, "+refs/heads/base:refs/compose/new")
            self.git("update-ref", "-d", "refs/compose/new")
        state["source"] = source.key
        return commit

    def create(self, store, source):
        """Clone beside the final place, so that half a clone never counts."""
        for name in os.listdir(self.build):
            if name.startswith("linux.tmp"):
                shutil.rmtree(os.path.join(self.build, name))
        base.need_space(self.build, source.size)
        tmp = tempfile.mkdtemp(prefix="linux.tmp", dir=self.build)
        git(self.build, "clone", "-q", "--local", "--no-checkout", store, tmp)
        git(tmp, "remote", "remove", "origin")
        git(tmp, "config", "gc.auto", "0")
        git(tmp, "update-ref", "--no-deref", "HEAD", "refs/heads/base")
        git(tmp, "symbolic-ref", "HEAD", BRANCH)
        git(tmp, "branch", "-q", "-D", "base")
        with open(os.path.join(tmp, ".git/info/exclude"), "w") as f:
            f.write("\n".join(IGNORED.split()) + "\n")
        os.chmod(tmp, 0o755)
        os.rename(tmp, self.path)

    def top_dirs(self, commit):
        return self.git("ls-tree", "-d", "--name-only", commit).split("\n")

    def version(self, commit):
        return base.version_of(self.path, commit)

    def is_named_base(self, commit):
        return self.ref(commit + "^{tree}") == self.fields["tree"]

    # -- what must not be lost ----------------------------------------------

    def finish_interrupted(self):
        """A compose that died while it wrote files is completed first."""
        target = self.ref(NEXT)
        if not target:
            return
        print("tree: finishing an interrupted compose", flush=True)
        with contextlib.suppress(FileNotFoundError):
            os.remove(os.path.join(self.path, ".git", "index.lock"))
        self.git("read-tree", "--reset", "-u", target)
        self.git("update-ref", BRANCH, target)
        self.git("update-ref", LAST, target)
        self.git("update-ref", "-d", NEXT)

    def check_branch(self):
        if git_try(self.path, "symbolic-ref", "-q", "HEAD") != BRANCH:
            raise Fail("build/linux is not on its branch series (a rebase may "
                       "be going on)", "git -C build/linux status")

    def check_clean(self, verb):
        git_try(self.path, "update-index", "-q", "--refresh")
        if git_try(self.path, "diff-index", "--quiet", "HEAD") is None:
            raise Fail("build/linux has changes that are not committed, so "
                       "%s stopped" % verb, "git -C build/linux status")

    def untracked(self):
        return [f for f in self.git("ls-files", "-o", "-z",
                                    "-X", ".git/info/exclude").split("\0") if f]

    def check_exported(self):
        last, head = self.ref(LAST), self.ref(BRANCH)
        if not last or head == last:
            return
        count = self.git("rev-list", "--count", last + "..HEAD")
        raise Fail("build/linux has commits that were not exported (%s new, "
                   "HEAD is not what compose left), so compose stopped"
                   % count, "make export")

    # -- building the commits -----------------------------------------------

    def compose(self):
        with self.locked():
            return self.compose_locked()

    def compose_locked(self):
        if self.exists:
            self.finish_interrupted()
        state = self.load() if self.exists else {"files": {}, "built": {}}
        state.setdefault("source", None)
        start = self.find_base(state)
        dirs = self.top_dirs(start)
        files = series.snapshot(self.repo, dirs)
        head = self.ref(BRANCH)
        if head:
            self.check_branch()
            self.check_exported()
            if state["files"] == files and self.ref(BASE) == start:
                self.save(state)
                return head, False
            self.check_clean("compose")
        new = self.build_commits(start, dirs, state)
        self.move(head, new)
        self.git("update-ref", BASE, start)
        state["files"] = files
        self.save(state)
        return new, True

    def build_commits(self, start, dirs, state):
        entries = series.read_series(self.repo)
        series.check_listing(self.repo, entries, dirs)
        patches = {e.patch: self.read_patch(e.patch) for e in entries}
        version = self.version(start)
        paths = [f for e in entries for f in e.files]
        listed = self.git("ls-tree", "-r", "--name-only", start, "--", *paths) \
            if paths else ""
        series.check_sides(entries, patches, set(listed.split("\n")).__contains__,
                           version)
        named = self.is_named_base(start)
        if not named:
            print("warning: the base is Linux %s with tree %s, BASE names %s "
                  "with tree %s" % (version, self.ref(start + "^{tree}")[:12],
                                    self.fields["version"],
                                    self.fields["tree"][:12]), flush=True)
        builder = Builder(self, start, state.get("built", {}))
        for entry in entries:
            builder.add(entry, patches[entry.patch], named)
        state["built"] = builder.used
        return builder.parent

    def read_patch(self, name):
        with open(os.path.join(self.repo, "patches", name), "rb") as f:
            text = f.read().decode(errors="surrogateescape")
        zero = "From %s Mon Sep 17 00:00:00 2001\n" % ("0" * 40)
        if not text.startswith(zero) or "\n-- \n" in text[-20:]:
            raise Fail("patches/%s was not written by make export (git "
                       "format-patch --zero-commit ...)" % name,
                       "git -C build/linux am ../../patches/%s, then make "
                       "export" % name)
        return text

    def move(self, old, new):
        """Update the working tree: only files that differ are written."""
        self.git("update-ref", NEXT, new)
        if old and os.path.exists(os.path.join(self.path, ".git", "index")):
            git_try(self.path, "update-index", "-q", "--refresh")
            self.git("read-tree", "-m", "-u", old, new)
        else:
            self.git("read-tree", "--reset", "-u", new)
        self.git("update-ref", BRANCH, new)
        self.git("update-ref", LAST, new)
        self.git("update-ref", "-d", NEXT)


class Builder:
    """Stacks commits through a private index; equal input gives equal ids."""

    def __init__(self, tree, start, known):
        self.tree, self.parent = tree, start
        self.known, self.used = known, {}
        self.index = os.path.join(tree.path, ".git", "compose.index")
        self.env = {"GIT_INDEX_FILE": self.index}
        self.loaded = False

    def git(self, *args, env=None, **kw):
        return git(self.tree.path, *args, env={**self.env, **(env or {})}, **kw)

    def add(self, entry, patch, named):
        files = [self.overlay(f) for f in entry.files]
        key = hashlib.sha256(repr((self.parent, patch, files)).encode(
            errors="surrogateescape")).hexdigest()
        commit = self.known.get(key)
        if self.loaded or not commit or \
           git_try(self.tree.path, "cat-file", "-e", commit) is None:
            commit = self.build(entry, patch, files, named)
        self.used[key] = commit
        self.parent = commit

    def overlay(self, path):
        full = os.path.join(self.tree.repo, path)
        mode = "100755" if os.stat(full).st_mode & 0o100 else "100644"
        blob = self.git("hash-object", "-w", "--no-filters", full)
        return mode, blob, path

    def build(self, entry, patch, files, named):
        if not self.loaded:
            self.git("read-tree", self.parent)
            self.loaded = True
        with tempfile.TemporaryDirectory() as tmp:
            msg, diff = os.path.join(tmp, "msg"), os.path.join(tmp, "diff")
            info = self.git("mailinfo", "--encoding=UTF-8", msg, diff,
                            data=patch.encode(errors="surrogateescape"))
            if "\ndiff --git " in patch:
                self.apply(entry, diff, named)
            with open(msg, encoding="utf-8", errors="surrogateescape") as f:
                body = f.read()
        for _, _, path in files:
            if self.git("ls-files", "--cached", "--", path):
                raise Fail("%s exists already when patches/%s brings it in: a "
                           "path belongs to one side" % (path, entry.patch),
                           "rename the overlay file")
        listing = "".join("%s %s\t%s\n" % f for f in files)
        self.git("update-index", "--add", "--index-info", data=listing)
        return self.commit(entry, info, body)

    def apply(self, entry, diff, named):
        try:
            self.git("apply", "--cached", "--whitespace=nowarn", diff)
        except GitError as e:
            raise self.no_apply(entry, e.stderr, named) from e

    def no_apply(self, entry, stderr, named):
        where = re.search(r"patch failed: (\S+):(\d+)", stderr) or \
            re.search(r"error: (\S+?):", stderr)
        name = where[1] if where else "a file"
        line = " near line %s" % where[2] if where and where.lastindex > 1 else ""
        version = self.tree.version(self.parent)
        if named:
            return Fail("patches/%s does not apply to %s%s" %
                        (entry.patch, name, line),
                        "git checkout patches/%s, or correct the commit in "
                        "build/linux and make export" % entry.patch)
        return Fail("patches/%s does not apply to %s%s of Linux %s; the series "
                    "is cut from %s" % (entry.patch, name, line, version,
                                        self.tree.fields["version"]),
                    "make tree (without LINUX=, for the base that fits), then "
                    "git rebase build/linux onto yours")

    def commit(self, entry, info, body):
        fields = dict(re.findall(r"^(\w+): (.*)$", info, re.M))
        if not fields.get("Subject") or not fields.get("Email"):
            raise Fail("patches/%s has no author or no subject" % entry.patch,
                       "git checkout patches/%s" % entry.patch)
        who = {}
        for role in ("AUTHOR", "COMMITTER"):
            who["GIT_%s_NAME" % role] = fields["Author"]
            who["GIT_%s_EMAIL" % role] = fields["Email"]
            who["GIT_%s_DATE" % role] = fields["Date"]
        text = fields["Subject"] + "\n\n" + body
        text = self.git("stripspace", raw=True,
                        data=text.encode(errors="surrogateescape"))
        tree = self.git("write-tree")
        return self.git("commit-tree", tree, "-p", self.parent, env=who,
                        data=text)


def worktree(tree, name, commit):
    """A second checkout, moved in place so that equal files keep their time."""
    path = os.path.join(tree.build, name)
    commit = tree.ref(BASE if commit == "base" else commit + "^{commit}")
    if not commit:
        raise Fail("build/linux has no such commit", "make tree")
    if os.path.exists(os.path.join(path, ".git")) and \
       git_try(path, "rev-parse", "HEAD"):
        git(path, "checkout", "-q", "--force", "--detach", commit)
        return
    shutil.rmtree(path, ignore_errors=True)
    tree.git("worktree", "prune")
    base.need_space(tree.build, 2 << 30)
    tree.git("worktree", "add", "-q", "--detach", path, commit)
