"""What is below a folder, on filesystems that list one folder at a time, as Hadoop's does."""

import os

import pytest
from apache_beam.io.filesystem import BeamIOError, FileMetadata
from apache_beam.io.filesystems import FileSystems
from apache_beam.io.localfilesystem import LocalFileSystem

from beam_textclean.pipelines.file_job.exchange import move
from beam_textclean.pipelines.file_job.paths import Found, files_below


class FolderByFolder(LocalFileSystem):
    """The local disk under another name, as strict as Hadoop: no `**`, folders among the files, files not listed."""

    @classmethod
    def scheme(cls):
        return "folders"

    def _list(self, path):
        local = path.removeprefix("folders:/")
        if not os.path.isdir(local):
            raise BeamIOError(f"{path} is not a folder")
        for name in os.listdir(local):
            found = os.stat(f"{local}/{name}")
            yield FileMetadata(f"{path.rstrip('/')}/{name}", 0 if os.path.isdir(f"{local}/{name}") else found.st_size)

    def _url_dirname(self, path):
        return path.rpartition("/")[0]

    def exists(self, path):
        return os.path.exists(path.removeprefix("folders:/"))

    def mkdirs(self, path):
        super().mkdirs(path.removeprefix("folders:/"))

    def rename(self, sources, destinations):
        for source, destination in zip(sources, destinations, strict=True):
            os.rename(source.removeprefix("folders:/"), destination.removeprefix("folders:/"))


@pytest.fixture
def tree(tmp_path):
    for name in "a.txt", "sub/b.txt", "sub/deep/c.txt", "sub/empty.txt":
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text("" if "empty" in name else "text")
    (tmp_path / "in" / "nothing").mkdir()
    return f"folders:/{tmp_path}"


def test_every_file_is_found_and_no_folder(tree):
    assert FileSystems.get_filesystem(tree).has_dirs()
    expected = {Found(name, False) for name in ("a.txt", "sub/b.txt", "sub/deep/c.txt", "sub/empty.txt")}
    assert set(files_below(f"{tree}/in")) == expected
    assert not list(files_below(f"{tree}/not-there"))


def test_a_folder_is_moved_into_one_that_is_not_there_yet(tree):
    before = set(files_below(f"{tree}/in"))
    move(f"{tree}/in", f"{tree}/new/place")
    assert set(files_below(f"{tree}/new/place")) == before
