"""Make sure that the browser of the tests is there: Debian's Chromium, installed where we may."""

import shutil
import sys

from scripts.debian import install


def main() -> int:
    """Return 0 when Chromium can be started, 1 with a plain word when it cannot be had."""
    return 0 if shutil.which("chromium") else install("chromium", "The browser tests")


if __name__ == "__main__":
    sys.exit(main())
