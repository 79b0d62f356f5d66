"""Make sure that the tests can start a PostgreSQL: Debian's server, installed where we may."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_PACKAGE = "postgresql"


def server_folder() -> Path | None:
    """Return the folder of initdb and pg_ctl; None where there is no server."""
    if named := shutil.which("initdb"):
        return Path(named).resolve().parent
    return max((p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=None)


def main() -> int:
    """Return 0 when a server can be started, 1 with a plain word when it cannot be had."""
    if server_folder():
        return 0
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.stderr.write(
            f"The tests on PostgreSQL need {_PACKAGE}: sudo apt-get install {_PACKAGE}\n"
        )
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
