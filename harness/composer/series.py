"""patches/series and the overlay: what is there, and rules 1 and 2."""

import hashlib
import os
import re

from .util import Fail

PATCH_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9._-]*\.patch")


class Entry:
    """One line of patches/series: a patch and the files that it brings in."""

    def __init__(self, patch, files):
        self.patch, self.files = patch, files

    def __str__(self):
        return "  ".join(x for x in (self.patch, " ".join(self.files)) if x)


def series_path(repo):
    return os.path.join(repo, "patches", "series")


def read_series(repo):
    entries = []
    try:
        with open(series_path(repo)) as f:
            lines = f.read().splitlines()
    except FileNotFoundError:
        raise Fail("patches/series is missing", "git checkout patches/series")
    for number, line in enumerate(lines, 1):
        if "#" in line:
            raise Fail("patches/series line %d is commented out: a patch is in "
                       "the series or not in the repository" % number,
                       "delete line %d of patches/series" % number)
        words = line.split()
        if not words:
            continue
        if not PATCH_NAME.fullmatch(words[0]):
            raise Fail("patches/series line %d: %s is not <topic>/<slug>.patch"
                       % (number, words[0]), "edit patches/series")
        entries.append(Entry(words[0], words[1:]))
    return entries


def files_below(top, name):
    """Every file and link below top/name, relative to top."""
    found = []
    for root, dirs, names in os.walk(os.path.join(top, name)):
        dirs[:] = [d for d in dirs if d != "__pycache__"]
        links = [d for d in dirs if os.path.islink(os.path.join(root, d))]
        found += [os.path.relpath(os.path.join(root, n), top)
                  for n in names + links]
    return sorted(found)


def overlay_files(repo, overlay_dirs):
    return [f for d in overlay_dirs for f in files_below(repo, d)]


def snapshot(repo, overlay_dirs):
    """path -> digest of content and mode, for all that compose reads."""
    state = {}
    for path in files_below(repo, "patches") + overlay_files(repo, overlay_dirs):
        full = os.path.join(repo, path)
        if os.path.islink(full):
            raise Fail("%s is a symbolic link: only regular files can be "
                       "composed" % path, "rm %s" % path)
        with open(full, "rb") as f:
            digest = hashlib.sha256(f.read()).hexdigest()
        state[path] = file_digest(digest, os.stat(full).st_mode)
    return state


def file_digest(content, mode):
    return ("x" if mode & 0o100 else "-") + content


def check_listing(repo, entries, overlay_dirs):
    """Rule 2: each file exactly once, on both sides."""
    seen = {}
    for entry in entries:
        for path in ["patches/" + entry.patch] + entry.files:
            if path in seen:
                raise Fail("patches/series names %s twice (with %s and %s)"
                           % (path, seen[path], entry.patch),
                           "edit patches/series")
            seen[path] = entry.patch
            if not os.path.isfile(os.path.join(repo, path)):
                raise Fail("patches/series names %s, which does not exist"
                           % path, "git status %s" % path)
        for path in entry.files:
            if path.split("/")[0] not in overlay_dirs or "/" not in path:
                raise Fail("%s cannot be overlay: Linux has no top-level "
                           "directory %s" % (path, path.split("/")[0]),
                           "edit patches/series")
    for path in files_below(repo, "patches"):
        if path not in seen and path != "patches/series" and \
           os.path.basename(path) != "cover-letter":
            raise Fail("%s is an orphan: patches/series does not name it"
                       % path, "add it to patches/series or rm %s" % path)
    for path in overlay_files(repo, overlay_dirs):
        if path not in seen:
            raise Fail("%s is an orphan: no line of patches/series brings it in"
                       % path, "add it to its commit's line or rm %s" % path)


class Touched:
    """What one path goes through in a patch."""

    def __init__(self, path, kind):
        self.path, self.kind = path, kind


def touched_paths(patch):
    """The paths of a git patch with what happens: edit, create or remove."""
    found, header, new, gone = [], False, False, False
    old = name = None

    def flush():
        if old and old != name:
            found.append(Touched(old, "remove"))
            found.append(Touched(name, "rename"))
        elif name:
            found.append(Touched(name, "create" if new else
                                 "remove" if gone else "edit"))

    for line in patch.split("\n"):
        if line.startswith("diff --git a/"):
            flush()
            header, new, gone = True, False, False
            old, _, name = line[len("diff --git a/"):].partition(" b/")
        elif header and line.startswith("@@ "):
            header = False
        elif header and line.startswith("new file mode"):
            new = True
        elif header and line.startswith("deleted file mode"):
            gone = True
    flush()
    return found


def check_sides(entries, patches, base_has, version):
    """Rule 1: a path is overlay or patched.

    A patch may only take a path away (rename or delete it) before a later
    line brings in an overlay file of that name: Linux does not own it then.
    """
    owner = {f: i for i, e in enumerate(entries) for f in e.files}
    removed = set()
    for i, entry in enumerate(entries):
        for t in touched_paths(patches[entry.patch]):
            if t.path in owner and not (t.kind == "remove" and
                                        i < owner[t.path]):
                raise Fail("%s is overlay, and patches/%s touches it: a path "
                           "belongs to one side" % (t.path, entry.patch),
                           "fold the change into the overlay file")
            if t.kind == "create":
                raise Fail("patches/%s creates %s: a new file enters complete, "
                           "as overlay" % (entry.patch, t.path),
                           "move it to %s and name it in patches/series"
                           % t.path)
            if t.kind == "remove":
                removed.add(t.path)
        for path in entry.files:
            if base_has(path) and path not in removed:
                raise Fail("%s is in the overlay and in Linux %s: a path "
                           "belongs to one side" % (path, version),
                           "rename the overlay file, or change it by a patch")
