"""Files are written whole or not at all, and a failure is one clear line."""

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gradplot.errors import OutputError
from gradplot.output import files
from gradplot.output.files import is_temporary, write

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def refused(path, data=b"new", **options):
    with pytest.raises(OutputError) as caught:
        write(path, data, **options)
    words = str(caught.value)
    assert "\n" not in words
    assert str(path) in words or repr(str(path)) in words
    assert caught.value.exit_code == 3
    return words


def test_a_file_is_written_and_its_path_given_back(tmp_path):
    path = tmp_path / "a.svg"
    assert write(path, b"new") == path
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a.svg"]


def test_missing_folders_are_made(tmp_path):
    path = tmp_path / "some" / "where" / "a.svg"
    write(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_new_file_has_the_umasks_mode(tmp_path):
    before = os.umask(0o027)
    try:
        write(tmp_path / "a.svg", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.svg").stat().st_mode) == 0o640


def test_an_old_files_mode_is_kept(tmp_path):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old")
    path.chmod(0o604)
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "a.svg", tmp_path / "link.svg"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_link_to_nothing_gets_its_file(tmp_path):
    link = tmp_path / "link.svg"
    link.symlink_to(tmp_path / "later" / "a.svg")
    write(link, b"new")
    assert (tmp_path / "later" / "a.svg").read_bytes() == b"new"


def test_links_in_a_circle_are_refused(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.symlink_to(two)
    two.symlink_to(one)
    assert "circle" in refused(one)


def test_no_clobber_keeps_the_old_file(tmp_path):
    path = tmp_path / "a.svg"
    write(path, b"old", clobber=False)
    assert "exists already" in refused(path, clobber=False)
    assert path.read_bytes() == b"old"


def test_no_clobber_holds_when_a_file_appears_meanwhile(tmp_path, monkeypatch):
    path = tmp_path / "a.svg"
    really = files._write_all

    def slowly(file, data):
        really(file, data)
        path.write_bytes(b"other")

    monkeypatch.setattr(files, "_write_all", slowly)
    assert "exists already" in refused(path, clobber=False)
    assert path.read_bytes() == b"other"
    assert os.listdir(tmp_path) == ["a.svg"]


def test_no_clobber_works_without_hard_links(tmp_path, monkeypatch):
    def unsupported(*_):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", unsupported)
    write(tmp_path / "a.svg", b"new", clobber=False)
    assert os.listdir(tmp_path) == ["a.svg"]
    assert "exists already" in refused(tmp_path / "a.svg", clobber=False)


def test_a_folder_is_no_file(tmp_path):
    assert "is a folder" in refused(tmp_path)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    assert "not a folder" in refused(tmp_path / "a" / "b.svg")
    assert (tmp_path / "a").read_bytes() == b"old"


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_impossible_names_are_refused(tmp_path, name):
    refused(f"{tmp_path}/{name}")
    assert not os.listdir(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told():
    assert "disk is full" in refused("/dev/full", b"x" * 100_000)


def test_devices_are_written_to_and_not_replaced(tmp_path):
    write(os.devnull, b"new")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.skipif(ROOT, reason="root may write everywhere")
def test_a_read_only_folder_is_told(tmp_path):
    tmp_path.chmod(0o500)
    try:
        assert "permission denied" in refused(tmp_path / "a.svg")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(ROOT, reason="root may write everywhere")
def test_a_read_only_file_is_kept(tmp_path):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old")
    path.chmod(0o400)
    assert "read-only" in refused(path)
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("step", ["_write_all", "replace", "chmod"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch, step, error):
    path = tmp_path / "a.svg"
    path.write_bytes(b"old")

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(files if step == "_write_all" else os, step, fail)
    with pytest.raises((OutputError, KeyboardInterrupt)):
        write(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.svg"]


def test_temporary_names_are_recognised(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(os, "replace", lambda source, target: seen.append(Path(source).name))
    write(tmp_path / "a.svg", b"new")
    assert is_temporary(seen[0])
    assert not is_temporary("a.svg")
    assert not is_temporary(".gradplot-notes")


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="POSIX signals")
def test_an_ended_process_leaves_whole_files_and_no_litter(tmp_path):
    """SIGTERM again and again, at any moment of a writing loop."""
    program = (
        "import sys\nfrom gradplot.output.files import write\n"
        "print('ready', flush=True)\n"
        "while True:\n    write(sys.argv[1], bytes(range(256)) * 4000)\n"
    )
    path = tmp_path / "a.bin"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    for pause in (0.0, 0.01, 0.023, 0.031):
        with subprocess.Popen(
            [sys.executable, "-c", program, path], env=environment, stdout=subprocess.PIPE
        ) as process:
            process.stdout.readline()
            time.sleep(pause)
            process.terminate()
            assert process.wait(20) == -signal.SIGTERM
        assert [name for name in os.listdir(tmp_path) if is_temporary(name)] == []
        if path.exists():
            assert path.read_bytes() == bytes(range(256)) * 4000
