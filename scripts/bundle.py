"""Make a folder from which the product is installed without a network: python -m scripts.bundle.

The folder holds what is committed, the pinned wheels for this Python and this platform, and the
exported models. `install.sh` puts them in place on the other machine, after comparing checksums.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from pathlib import Path

from index.e5_weights import FOLDER as UNPACKED
from index.model_folder import sha256

SUMS = "SHA256SUMS"
PLATFORM = "PLATFORM"
INSTALL = "install.sh"
_ROOT = Path(__file__).parents[1]
_BUNDLED = Path(__file__).with_name("bundled")
_EXPORT = """
from pathlib import Path
from index.embedder import BUNDLED, load_embedder
from qa.reader_weights import join_reader
load_embedder(BUNDLED, Path("models"), threads=2)
join_reader(Path("models"))
"""


def main(folder: Path) -> None:
    """Make the bundle anew; a folder that is not a bundle is left alone, with exit status 1."""
    if folder.exists() and any(folder.iterdir()) and not (folder / INSTALL).is_file():
        sys.exit(f"{folder} holds something else; name another folder: make bundle BUNDLE=FOLDER")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_BUNDLED, folder)
    (folder / PLATFORM).write_text(platform() + "\n", "utf-8")
    archive = folder / "source.tar.gz"
    _run(["git", "archive", "--output", str(archive.resolve()), "HEAD"], _ROOT)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        source = Path(temporary)
        with tarfile.open(archive) as tar:
            tar.extractall(source, filter="data")
        _download_wheels(source, folder / "wheels")
        _export_models(source, folder / "models")
    write_sums(folder)


def platform() -> str:
    """Return what the wheels are made for: implementation, version, processor and system."""
    return str(sysconfig.get_config_var("SOABI"))


def write_sums(folder: Path) -> None:
    """List every file with its SHA-256, as `sha256sum --check` reads it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), "utf-8")


def _download_wheels(source: Path, wheels: Path) -> None:
    """Let pip take the wheels, its own and the build's among them, in the pinned versions."""
    pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check"]
    wanted = [".[postgresql]", "pip", "setuptools"]
    # the variable replaces constraints that pip may have from this machine, -c would add to them
    pinned = {**os.environ, "PIP_CONSTRAINT": "constraints.txt"}
    _run([*pip, "--only-binary=:all:", "-d", str(wheels.resolve()), *wanted], source, pinned)


def _export_models(source: Path, models: Path) -> None:
    """Export with the code that is in the bundle, and keep what a running service opens."""
    _run([sys.executable, "-c", _EXPORT], source)
    shutil.rmtree(source / "models" / UNPACKED)
    shutil.move(source / "models", models)


def _run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    finished = subprocess.run(command, cwd=folder, env=environment, check=False)
    if finished.returncode:
        sys.exit(f"{' '.join(command[:4])} failed with {finished.returncode}; no bundle was made")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    main(target)
    sys.stdout.write(f"{target} is ready; copy it to the other machine and run install.sh there\n")
