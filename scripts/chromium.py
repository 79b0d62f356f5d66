"""Make sure that the browser of the tests is there: Debian's Chromium, installed where we may."""

import os
import shutil
import subprocess
import sys

_PACKAGE = "chromium"


def main() -> int:
    """Return 0 when Chromium can be started, 1 with a plain word when it cannot be had."""
    if shutil.which(_PACKAGE):
        return 0
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.stderr.write(f"The browser tests need {_PACKAGE}: sudo apt-get install {_PACKAGE}\n")
        return 1
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", _PACKAGE]):
        finished = subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)
        if finished.returncode:
            sys.stderr.write(f"{' '.join(command)} failed with {finished.returncode}.\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
