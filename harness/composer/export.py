"""build/linux back to patches/ and the overlay."""

import hashlib
import os
import re

from . import series
from .tree import BASE, BRANCH, LAST
from .util import Fail, git, write_if_changed

FORMAT = ["format-patch", "-1", "--stdout", "--always", "--zero-commit",
          "--full-index", "--no-signature", "--no-stat", "-N", "-M",
          "--no-base", "--no-thread", "--no-attach", "--src-prefix=a/",
          "--dst-prefix=b/", "--subject-prefix=PATCH"]


class Change:
    """One commit and what it does to each side."""

    def __init__(self, commit, subject, author):
        self.commit, self.subject, self.author = commit, subject, author
        self.added, self.patched = [], []


def raw_changes(tree, commit):
    """(status, old path, new path, new mode, new blob) of one commit."""
    out = tree.git("diff-tree", "-r", "-M", "-z", "--no-commit-id", "--root",
                   commit)
    words = iter(out.split("\0"))
    for head in words:
        if not head:
            continue
        _, mode, _, blob, status = head.split(" ")
        old = next(words)
        new = next(words) if status[0] in "RC" else old
        yield status[0], old, new, mode, blob


def read_commits(tree, base):
    """Sort every path of every commit to its side (rules 1 and 2)."""
    if tree.git("rev-list", "--merges", base + "..HEAD"):
        raise Fail("build/linux has a merge commit: the series is a line",
                   "git -C build/linux rebase %s" % base[:12])
    changes, owner = [], {}
    dirs = tree.top_dirs(base)
    log = tree.git("log", "--reverse", "--format=%H%x00%s%x00%ae%at",
                   base + "..HEAD")
    for line in filter(None, log.split("\n")):
        change = Change(*line.split("\0"))
        if re.match(r"(fixup|squash|amend)!", change.subject):
            raise Fail("commit %s is still a fixup: '%s'" %
                       (change.commit[:12], change.subject),
                       "git -C build/linux rebase -i --autosquash %s"
                       % base[:12])
        for status, old, new, mode, blob in raw_changes(tree, change.commit):
            sort_path(change, owner, dirs, status, old, new, mode, blob)
        changes.append(change)
    return changes


def sort_path(change, owner, dirs, status, old, new, mode, blob):
    for path in {old, new}:
        if path in owner:
            raise Fail("commit %s ('%s') changes %s, which commit %s adds: a "
                       "new file enters complete" %
                       (change.commit[:12], change.subject, path,
                        owner[path].commit[:12]),
                       "git -C build/linux commit --fixup %s, then rebase "
                       "-i --autosquash" % owner[path].commit[:12])
    if status != "A":
        change.patched.append(new)
        return
    if "/" not in new or new.split("/")[0] not in dirs:
        raise Fail("commit %s adds %s: new files live below a top-level "
                   "directory that Linux has" % (change.commit[:12], new),
                   "git -C build/linux mv %s drivers/..." % new)
    if mode not in ("100644", "100755"):
        raise Fail("commit %s adds %s, which is not a regular file" %
                   (change.commit[:12], new), "git -C build/linux show")
    owner[new] = change
    change.added.append((new, mode, blob))


def patch_text(tree, change):
    """The patch without the commit's new files: those are the overlay."""
    commit = change.commit
    if change.added:
        env = {"GIT_INDEX_FILE": os.path.join(tree.path, ".git/export.index")}
        tree.git("read-tree", commit, env=env)
        names = "".join(name + "\0" for name, _, _ in change.added)
        tree.git("update-index", "-z", "--force-remove", "--stdin", data=names,
                 env=env)
        commit = copy_commit(tree, commit, tree.git("write-tree", env=env))
    return tree.git(*FORMAT, commit, raw=True)


def copy_commit(tree, commit, new_tree):
    keys = "AUTHOR_NAME AUTHOR_EMAIL AUTHOR_DATE".split()
    values = tree.git("show", "-s", "--date=raw", "--format=%an%n%ae%n%ad",
                      commit).split("\n")
    env = {"GIT_" + k: v for k, v in zip(keys, values)}
    env["GIT_AUTHOR_DATE"] = "@" + env["GIT_AUTHOR_DATE"]
    env.update({k.replace("AUTHOR", "COMMITTER"): v for k, v in env.items()})
    message = tree.git("show", "-s", "--format=%B", commit)
    return tree.git("commit-tree", new_tree, "-p", commit + "^", env=env,
                    data=message + "\n")


def slug(subject):
    words = re.sub(r"[^a-z0-9]+", "-", subject.lower()).strip("-")
    if len(words) <= 56:
        return words
    return words[:57].rpartition("-")[0]


def old_names(tree):
    """Where each commit's patch was: by subject, and by author and date."""
    by_subject, by_author = {}, {}
    for entry in series.read_series(tree.repo):
        path = os.path.join(tree.repo, "patches", entry.patch)
        try:
            with open(path, encoding="utf-8", errors="replace") as f:
                head = f.read().partition("\n\n")[0]
        except FileNotFoundError:
            continue
        subject = re.search(r"^Subject: \[PATCH\] (.*(?:\n .*)*)", head, re.M)
        date = re.search(r"^Date: (.*)$", head, re.M)
        if subject:
            key = subject[1].replace("\n ", " ")
            by_subject.setdefault(key, []).append(entry.patch)
        if date:
            by_author.setdefault(date[1], []).append(entry.patch)
    return by_subject, by_author


def choose_names(tree, changes, topic):
    """Keep a patch's name and topic; a new subject gets a new slug."""
    by_subject, by_date = old_names(tree)
    names, taken = {}, set()
    for change in changes:
        old = by_subject.get(change.subject, [])
        if old:
            names[change] = old.pop(0)
            taken.add(names[change])
    for change in changes:
        if change in names:
            continue
        date = tree.git("show", "-s", "--format=%aD", change.commit)
        old = [n for n in by_date.get(date, []) if n not in taken]
        folder = old[0].split("/")[0] if old else topic or "iommu-pages"
        name = stem = "%s/%s" % (folder, slug(change.subject))
        count = 1
        while name + ".patch" in taken:
            count += 1
            name = "%s-%d" % (stem, count)
        names[change] = name + ".patch"
        taken.add(names[change])
    return names


def wanted_files(tree, changes, names):
    """path -> (content, mode) of everything that export owns."""
    want, lines = {}, []
    for change in changes:
        entry = series.Entry(names[change], [a[0] for a in change.added])
        lines.append(str(entry) + "\n")
        want["patches/" + entry.patch] = (patch_text(tree, change), 0o644)
        for path, mode, blob in change.added:
            data = tree.git("cat-file", "blob", blob, raw=True)
            want[path] = (data, int(mode, 8) & 0o777)
    want["patches/series"] = ("".join(lines).encode(), 0o644)
    return want


def check_unmoved(tree, state, want, now):
    """Refuse if a file is neither as compose saw it nor as we would write it."""
    for path in sorted(set(now) | set(state["files"])):
        if os.path.basename(path) == "cover-letter":
            continue
        have, seen = now.get(path), state["files"].get(path)
        if have == seen or have == digest(want.get(path)):
            continue
        last = tree.ref(LAST)[:12]
        raise Fail("%s changed in the repository since build/linux was "
                   "composed, so export stopped" % path,
                   "git -C build/linux branch -f mine && git -C build/linux "
                   "reset -q --keep %s && make tree && git -C build/linux "
                   "cherry-pick %s..mine" % (last, last))


def digest(item):
    if item is None:
        return None
    return series.file_digest(hashlib.sha256(item[0]).hexdigest(), item[1])


def run(tree, topic):
    if not tree.exists:
        raise Fail("there is no build/linux to export", "make tree")
    with tree.locked():
        tree.finish_interrupted()
        tree.check_branch()
        tree.check_clean("export")
        extra = tree.untracked()
        if extra:
            raise Fail("build/linux/%s is not committed, so export stopped"
                       % extra[0], "git -C build/linux add -f %s, commit it, "
                       "or delete it" % extra[0])
        export(tree, topic)


def export(tree, topic):
    if topic and not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", topic):
        raise Fail("TOPIC=%s is not a topic name" % topic,
                   "make export TOPIC=iommu-pages")
    base, state = tree.ref(BASE), tree.load()
    if git(tree.path, "merge-base", base, "HEAD") != base:
        raise Fail("build/linux no longer stands on its base %s" % base[:12],
                   "git -C build/linux rebase %s" % base[:12])
    changes = read_commits(tree, base)
    names = choose_names(tree, changes, topic)
    want = wanted_files(tree, changes, names)
    dirs = tree.top_dirs(base)
    now = series.snapshot(tree.repo, dirs)
    check_unmoved(tree, state, want, now)
    written, removed = write(tree, want, now)
    verify(tree, base, dirs, state)
    print("export: %d commits, %d files written, %d removed"
          % (len(changes), written, removed))


def write(tree, want, now):
    written = sum(write_if_changed(os.path.join(tree.repo, path), data, mode)
                  for path, (data, mode) in want.items())
    gone = [p for p in now if p not in want and
            os.path.basename(p) != "cover-letter"]
    for path in gone:
        full = os.path.join(tree.repo, path)
        os.remove(full)
        folder = os.path.dirname(full)
        while folder != tree.repo and not os.listdir(folder):
            os.rmdir(folder)
            folder = os.path.dirname(folder)
    return written, len(gone)


def told(tree, base, head):
    return tree.git("log", "--format=%T%n%an %ae %at%n%B", base + ".." + head)


def verify(tree, base, dirs, state):
    """Compose what was written: it must give the same files again."""
    head = tree.ref(BRANCH)
    new = tree.build_commits(base, dirs, state)
    if told(tree, base, new) != told(tree, base, head):
        raise Fail("what export wrote does not compose to the same "
                   "commits (a line '---' in a message cuts it)",
                   "git diff, git -C build/linux diff %s HEAD" % new[:12])
    tree.move(head, new)
    state["files"] = series.snapshot(tree.repo, dirs)
    tree.save(state)
