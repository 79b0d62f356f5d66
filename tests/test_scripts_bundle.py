import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bundle import PLATFORM, SUMS, main, platform, write_sums
from tests.conftest import ROOT

# of the three bytes "abc", from the standard (FIPS 180-2, B.1)
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle without the heavy parts."""
    folder = tmp_path / "a bundle"
    (folder / "wheels").mkdir(parents=True)
    (folder / "wheels" / "a.whl").write_text("abc")
    (folder / "install.sh").write_bytes((ROOT / "scripts/bundled/install.sh").read_bytes())
    (folder / PLATFORM).write_text(platform() + "\n")
    write_sums(folder)
    return folder


def install(bundle: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = ["env", f"PYTHON={sys.executable}", "sh", str(bundle / "install.sh"), str(target)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_checksums_name_every_file_but_their_own(bundle: Path):
    write_sums(bundle)
    lines = (bundle / SUMS).read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["PLATFORM", "install.sh", "wheels/a.whl"]
    assert f"{ABC}  wheels/a.whl" in lines


def test_a_bundle_with_a_changed_file_is_not_installed(bundle: Path, tmp_path: Path):
    (bundle / "wheels" / "a.whl").write_text("abd")
    ran = install(bundle, tmp_path / "target")
    assert ran.returncode == 1
    assert "wheels/a.whl: FAILED" in ran.stdout
    assert "copy it again" in ran.stderr
    assert "hãy chép lại" in ran.stderr
    assert not (tmp_path / "target").exists()


def test_a_bundle_without_one_of_its_files_is_not_installed(bundle: Path, tmp_path: Path):
    (bundle / "wheels" / "a.whl").unlink()
    assert install(bundle, tmp_path / "target").returncode == 1
    assert not (tmp_path / "target").exists()


def test_a_bundle_that_was_not_finished_is_not_installed(bundle: Path, tmp_path: Path):
    (bundle / SUMS).unlink()
    assert install(bundle, tmp_path / "target").returncode == 1
    assert not (tmp_path / "target").exists()


def test_another_python_is_told_which_one_the_bundle_is_for(bundle: Path, tmp_path: Path):
    (bundle / PLATFORM).write_text("cpython-399-mips\n")
    ran = install(bundle, tmp_path / "target")
    assert ran.returncode == 1
    assert f"is for cpython-399-mips, but {sys.executable} is {platform()} here" in ran.stderr


def test_a_folder_that_is_there_is_not_installed_over(bundle: Path, tmp_path: Path):
    ran = install(bundle, tmp_path)
    assert ran.returncode == 1
    assert f"{tmp_path} exists already" in ran.stderr


def test_a_folder_that_is_no_bundle_is_not_emptied(tmp_path: Path):
    (tmp_path / "theses.txt").write_text("years of work")
    with pytest.raises(SystemExit, match="holds something else"):
        main(tmp_path)
    assert (tmp_path / "theses.txt").exists()
