"""The files of the project: what git tracks, or, in an unpacked archive, what is not build output."""

import pathlib
import subprocess

BUILT = {"build", "data", "node_modules", ".git", "__pycache__"}


def project_files(root):
    root = pathlib.Path(root)
    try:
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z"], capture_output=True, check=True
        ).stdout.decode()
        paths = [root / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [p for p in root.rglob("*") if not BUILT.intersection(p.relative_to(root).parts)]
    return sorted(p for p in paths if p.is_file())
