"""A program that tests need, from Debian's packages: installed where we may, else asked for."""

import os
import shutil
import subprocess
import sys


def install(package: str, needed_by: str) -> int:
    """Return 0 when the package is installed, 1 with a plain word when it cannot be had."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.stderr.write(f"{needed_by} need {package}: sudo apt-get install {package}\n")
        return 1
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", package]):
        finished = subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)
        if finished.returncode:
            sys.stderr.write(f"{' '.join(command)} failed with {finished.returncode}.\n")
            return 1
    return 0
