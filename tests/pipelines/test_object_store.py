"""Inputs, staging, results and an index on an S3-compatible store: the same as on a local disk."""

import json
import sys

import pytest

from beam_textclean.pipelines.file_job.paths import check_filesystem
from beam_textclean.transforms.errors import InvalidOption
from result_folders import content

boto3 = pytest.importorskip("boto3")
moto_server = pytest.importorskip("moto.server")


@pytest.fixture
def store(monkeypatch, jobs):
    """The client of a store of its own, in this process."""
    for name in "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY":
        monkeypatch.setenv(name, "test")
    for name in "NO_PROXY", "no_proxy":
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    # Beam makes a client for each operation, and each reads the description of the service: nine tenths of the time.
    shared = boto3.session.Session()
    monkeypatch.setattr(boto3.session, "Session", lambda: shared)
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}")
    client.create_bucket(Bucket="lake")
    yield client
    server.stop()


def stored(client):
    objects = client.list_objects_v2(Bucket="lake").get("Contents", [])
    return {each["Key"]: client.get_object(Bucket="lake", Key=each["Key"])["Body"].read() for each in objects}


def test_a_job_on_a_store_leaves_what_it_leaves_on_a_disk(store, command, tmp_path):
    paragraph = "Le conseil municipal se réunit chaque premier lundi du mois à la mairie."
    rows = [{"id": number, "text": f"Page {number}\n\n{paragraph}\n\nL'evenement {number}"} for number in range(3)]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_bytes(data)
    store.put_object(Bucket="lake", Key="in/a.jsonl", Body=data)
    (tmp_path / "out").mkdir()
    endpoint = ("--s3_endpoint_url", store.meta.endpoint_url)
    results = []
    for root, options in ((str(tmp_path), ()), ("s3://lake", endpoint)):
        cleaning = ("clean", f"{root}/in", "--output", f"{root}/out", "--index", f"{root}/index", *options)
        status, printed = command(*cleaning, "--passes", "duplicates", "--no-report")
        assert status == 0, printed
        results.append(printed)
    expected = {name: found for name, found in content(tmp_path).items() if name != "index/lock"}
    found = stored(store)
    indexes = [json.loads(files.pop("index/index.json"))["parts"][0] for files in (expected, found)]
    assert indexes[0]["name"] == indexes[1]["name"]
    assert found == expected  # and nothing is left of the staging folder


@pytest.mark.parametrize(
    ("path", "package", "extra"), [("s3://lake/in", "boto3", "aws"), ("hdfs://lake/in", "hdfs", "hadoop")]
)
def test_the_extra_that_a_filesystem_needs_is_named(path, package, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InvalidOption, match=rf"{path} needs .*: pip install 'apache-beam\[{extra}\]'"):
        check_filesystem(path)


def test_a_filesystem_that_beam_does_not_know_is_refused():
    with pytest.raises(InvalidOption, match="Beam cannot reach abc://lake/in: Unable to get filesystem"):
        check_filesystem("abc://lake/in")
    check_filesystem("/lake/in")
