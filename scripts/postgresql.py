"""Make sure that the tests can start a PostgreSQL: Debian's server, installed where we may."""

import shutil
import sys
from pathlib import Path

from scripts.debian import install


def server_folder() -> Path | None:
    """Return the folder of initdb and pg_ctl; None where there is no server."""
    if named := shutil.which("initdb"):
        return Path(named).resolve().parent
    return max((p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=None)


def main() -> int:
    """Return 0 when a server can be started, 1 with a plain word when it cannot be had."""
    return 0 if server_folder() else install("postgresql", "The tests on PostgreSQL")


if __name__ == "__main__":
    sys.exit(main())
