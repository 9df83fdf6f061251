"""build/series/: what one mails, and one mailbox of everything."""

import os
import shutil
import subprocess

from . import series
from .export import FORMAT
from .tree import BASE
from .util import Fail

WHO = ("ioptdesc", "ioptdesc@localhost")


def recipients(tree, patches):
    """get_maintainer's answer for a whole topic; it works on files."""
    script = os.path.join(tree.path, "scripts/get_maintainer.pl")
    if not os.path.exists(script):
        return []
    run = subprocess.run([script, "--no-git", "--no-git-fallback",
                          "--no-rolestats", "--no-n", "--m", "--l", *patches],
                         cwd=tree.path, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
    if run.returncode:
        raise Fail("get_maintainer.pl failed: %s" % run.stderr.strip()[-200:],
                   "make series")
    return sorted(set(filter(None, run.stdout.split("\n"))))


def cover(tree, topic, commits, patches):
    path = os.path.join(tree.repo, "patches", topic, "cover-letter")
    try:
        with open(path) as f:
            subject, _, body = f.read().partition("\n")
    except FileNotFoundError:
        raise Fail("patches/%s/cover-letter is missing" % topic,
                   "write it: the first line is the subject") from None
    if not subject.strip() or not body.strip():
        raise Fail("patches/%s/cover-letter needs a subject line and a text"
                   % topic, "edit patches/%s/cover-letter" % topic)
    date = tree.git("show", "-s", "--format=%aD", commits[-1])
    people = recipients(tree, patches)
    head = ["From %s Mon Sep 17 00:00:00 2001" % ("0" * 40),
            "From: %s <%s>" % WHO, "Date: " + date,
            "Subject: [PATCH %0*d/%d] %s" % (len(str(len(commits))), 0,
                                             len(commits), subject.strip())]
    if people:
        head.append("Cc: " + ",\n    ".join(people))
    log = "".join("  %s\n" % tree.git("show", "-s", "--format=%s", c)
                  for c in commits)
    return "%s\n\n%s\n\nPatches (%d):\n\n%s\n%s\n" % (
        "\n".join(head), body.strip(), len(commits), log, stat(tree, commits))


def stat(tree, commits):
    """What the topic changes; its commits need not be neighbours."""
    total = {}
    for commit in commits:
        for line in tree.git("diff-tree", "-r", "--no-renames", "--numstat",
                             "--no-commit-id", commit).split("\n"):
            if line:
                plus, minus, name = line.split("\t")
                old = total.get(name, (0, 0))
                total[name] = (old[0] + int(plus), old[1] + int(minus))
    rows = [" %6d %6d  %s" % (*total[n], n) for n in sorted(total)]
    return "\n".join(["  added removed"] + rows)


def write_topic(tree, out, topic, commits):
    width = len(str(len(commits)))
    names = []
    os.makedirs(out)
    for number, commit in enumerate(commits, 1):
        prefix = "--subject-prefix=PATCH %0*d/%d" % (width, number,
                                                     len(commits))
        args = [a for a in FORMAT if a not in ("--no-stat",) and
                not a.startswith("--subject-prefix")]
        data = tree.git(*args, prefix, commit, raw=True)
        name = os.path.join(out, "%04d-%s" % (number, slug_of(tree, commit)))
        with open(name, "wb") as f:
            f.write(data)
        names.append(name)
    with open(os.path.join(out, "0000-cover-letter.patch"), "w") as f:
        f.write(cover(tree, topic, commits, names))


def slug_of(tree, commit):
    return tree.git("show", "-s", "--format=%f", commit)[:60].strip("-.") \
        + ".patch"


def run(tree):
    tree.compose()
    out = os.path.join(tree.build, "series")
    tmp = out + ".tmp"
    shutil.rmtree(tmp, ignore_errors=True)
    os.makedirs(tmp)
    entries = series.read_series(tree.repo)
    commits = tree.git("rev-list", "--reverse", BASE + "..HEAD").split()
    topics = {}
    for entry, commit in zip(entries, commits):
        topics.setdefault(entry.patch.split("/")[0], []).append(commit)
    for topic, members in topics.items():
        write_topic(tree, os.path.join(tmp, topic), topic, members)
    with open(os.path.join(tmp, "series.mbox"), "wb") as f:
        for commit in commits:
            f.write(tree.git(*FORMAT, commit, raw=True))
    shutil.rmtree(out, ignore_errors=True)
    os.rename(tmp, out)
    for topic, members in topics.items():
        print("series: build/series/%s/ has %d patches" % (topic, len(members)))
    print("series: build/series/series.mbox has %d patches" % len(commits))
