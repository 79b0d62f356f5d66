"""Making sure that what was written survives a loss of power."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Write a folder's list of names to the disk; a rename is not safe before that."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
