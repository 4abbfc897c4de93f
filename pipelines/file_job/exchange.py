"""Put the results of a job in their place once they are whole; those of an earlier job make room for them."""

import os
from pathlib import PurePosixPath

from apache_beam.io.filesystems import FileSystems

from beam_textclean.pipelines.file_job.job import Folders
from beam_textclean.pipelines.file_job.listed_files import FILES, FOLDERS
from beam_textclean.pipelines.file_job.paths import files_below
from beam_textclean.pipelines.file_job.staging import exists, write_json
from beam_textclean.pipelines.formats.byte_streams import delete, make_folder

_ORDER = (*FOLDERS, *FILES)


def put_in_place(folders: Folders) -> None:
    """Exchange the results in the output folder, if any, for those of the job, and delete the staging folder.

    The earlier summary is the first to be removed, and the new one is the last to appear: nobody takes a mixture of two
    jobs for results. An exchange that is interrupted is continued by the next call.

    Args:
        folders: The folders of a job whose results are whole.
    """
    made_room = f"{folders.staging}/made_room.json"
    if "://" not in folders.output and hasattr(os, "sync"):
        os.sync()  # the results are on the disk before those of an earlier job make room
    write_json(folders, _mark(folders), True)
    if not exists(made_room):
        for name in reversed(_ORDER):
            move(f"{folders.output}/{name}", f"{folders.replaced.folder}/{name}")
        write_json(folders, made_room, True)
    for name in _ORDER:
        move(f"{folders.unfinished.folder}/{name}", f"{folders.output}/{name}")
    if exists(job := job_record(folders)):
        delete(job)  # what is left of the staging folder, should deleting it fail, is then no interrupted job
    delete(folders.staging)


def is_under_way(folders: Folders) -> bool:
    """Return whether an exchange was interrupted."""
    return exists(_mark(folders))


def job_record(folders: Folders) -> str:
    """Return the path of what says which job the staging folder belongs to."""
    return f"{folders.staging}/job.json"


def _mark(folders: Folders) -> str:
    return f"{folders.staging}/exchange.json"


def move(source: str, destination: str) -> None:
    """Move a file or a folder, if it is there; object stores have no folders, and move each file of it."""
    if "://" not in source:
        if os.path.lexists(source):
            make_folder(os.path.dirname(destination))
            os.replace(source, destination)
        return
    files = [(source, destination)] if PurePosixPath(source).suffix else []
    files += [(f"{source}/{found.path}", f"{destination}/{found.path}") for found in files_below(source)]
    for path, new in files:
        if exists(path):
            make_folder(new.rpartition("/")[0])
            FileSystems.rename([path], [new])
