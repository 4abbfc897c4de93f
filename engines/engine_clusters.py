"""Engines on this machine: Beam's own job server, Prism, and Flink and Spark, in one process and as real clusters.

A cluster is what it is elsewhere: a Flink job manager with two task managers, or a Spark master with two workers, each
a process of its own, which starts Python workers by `boot.py`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from engine_artefacts import OPENED, jars, job_server, prism
from engine_processes import Processes, free_port, listens, says

_HOST = "127.0.0.1"
_LOOPBACK = "--environment_type=LOOPBACK"  # the workers are threads of the program that submits the job
_OPENS = [f"--add-opens={package}=ALL-UNNAMED" for package in OPENED]
# The memory of a task manager is set in parts, which Flink's shell scripts work out elsewhere. The network's is four
# times what Flink takes by itself; docs/engines.md says why.
_FLINK = {
    "jobmanager.rpc.address": _HOST,
    "jobmanager.memory.process.size": "1g",
    "rest.address": _HOST,
    "rest.bind-address": _HOST,
    "taskmanager.host": _HOST,
    "taskmanager.numberOfTaskSlots": "1",
    "taskmanager.cpu.cores": "1.0",
    "taskmanager.memory.framework.heap.size": "128m",
    "taskmanager.memory.task.heap.size": "384m",
    "taskmanager.memory.framework.off-heap.size": "128m",
    "taskmanager.memory.task.off-heap.size": "64m",
    "taskmanager.memory.managed.size": "128m",
    "taskmanager.memory.jvm-metaspace.size": "256m",
    "taskmanager.memory.jvm-overhead.min": "192m",
    "taskmanager.memory.jvm-overhead.max": "192m",
    "taskmanager.memory.network.min": "512m",
    "taskmanager.memory.network.max": "512m",
    "restart-strategy.type": "fixed-delay",
    # Together longer than Flink needs to notice that a task manager is gone (`heartbeat.timeout`, 50 s).
    "restart-strategy.fixed-delay.attempts": "10",
    "restart-strategy.fixed-delay.delay": "10 s",
}


class Engine(NamedTuple):
    """An engine that runs.

    Attributes:
        name: One of `ENGINES`.
        options: Beam's options for a job on it.
        lose_a_worker: Kills one of the two machines of a cluster, as it were, and starts another.
    """

    name: str
    options: list[str]
    lose_a_worker: Callable[[], None] | None = None


@contextmanager
def engine(name: str, folder: Path, modules: Path | None = None) -> Iterator[Engine]:
    """Start an engine and stop it in the end.

    Args:
        name: One of `ENGINES`.
        folder: Where its logs and files are kept.
        modules: A folder with modules that its workers import, beside what is installed.
    """
    with Processes(folder) as processes:
        yield Engine(name, *ENGINES[name](processes, _paths(modules)))


def _embed(processes: Processes, paths: dict[str, str]) -> tuple[list[str]]:
    return (["--runner=PortableRunner", "--job_endpoint=embed", _LOOPBACK],)


def _prism(processes: Processes, paths: dict[str, str]) -> tuple[list[str]]:
    return (["--runner=PrismRunner", f"--prism_location={prism()}", _LOOPBACK],)


def _prism_with_workers(processes: Processes, paths: dict[str, str]) -> tuple[list[str]]:
    port = free_port()
    pool = [sys.executable, "-m", "apache_beam.runners.worker.worker_pool_main", f"--service_port={port}"]
    processes.wait_until(listens(port), processes.start("worker-pool", pool, paths))
    apart = ["--environment_type=EXTERNAL", f"--environment_config=localhost:{port}"]
    return (["--runner=PrismRunner", f"--prism_location={prism()}", *apart],)


def _flink(processes: Processes, paths: dict[str, str]) -> tuple[list[str]]:
    endpoint = _job_server(processes, "flink", "[local]", ["--flink-conf-dir", str(_flink_conf(processes.folder))])
    return (["--runner=FlinkRunner", f"--job_endpoint={endpoint}", "--parallelism=2", _LOOPBACK],)


def _flink_cluster(processes: Processes, paths: dict[str, str]) -> tuple[list[str], Callable[[], None]]:
    port = free_port()
    conf = _flink_conf(
        processes.folder,
        **{"rest.port": str(port), "rest.bind-port": str(port), "jobmanager.rpc.port": str(free_port())},
    )
    java = ["java", *_OPENS, "-cp", f"{jars('flink')}/*"]

    def task_manager() -> subprocess.Popen[bytes]:
        main = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
        return processes.start(
            "task-manager",
            [
                *java,
                "-Xmx512m",
                "-XX:MaxDirectMemorySize=704m",
                "-XX:MaxMetaspaceSize=256m",
                main,
                "--configDir",
                str(conf),
            ],
        )

    main = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
    manager = processes.start("job-manager", [*java, "-Xmx512m", main, "--configDir", str(conf)])
    machines = [task_manager(), task_manager()]
    processes.wait_until(says(port, "overview", "taskmanagers", 2), manager, *machines)
    endpoint = _job_server(processes, "flink", f"{_HOST}:{port}", [])
    return [
        "--runner=FlinkRunner",
        f"--job_endpoint={endpoint}",
        "--parallelism=2",
        *_process(processes, paths),
    ], _replaced(processes, machines, task_manager)


def _flink_conf(folder: Path, **more: str) -> Path:
    conf = folder / "conf"
    conf.mkdir(exist_ok=True)
    lines = [f"{key}: {value}\n" for key, value in {**_FLINK, **more}.items()]
    (conf / "flink-conf.yaml").write_text("".join(lines), encoding="utf-8")
    return conf


def _spark(processes: Processes, paths: dict[str, str]) -> tuple[list[str]]:
    endpoint = _job_server(processes, "spark", "local[2]", [])
    return (["--runner=SparkRunner", f"--job_endpoint={endpoint}", _LOOPBACK],)


def _spark_cluster(processes: Processes, paths: dict[str, str]) -> tuple[list[str], Callable[[], None]]:
    home = processes.folder / "spark"
    home.mkdir()
    (home / "jars").symlink_to(jars("spark"))
    environment = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": _HOST, "SPARK_SCALA_VERSION": "2.12"}
    java = ["java", *_OPENS, "-Xmx512m", "-cp", f"{home}/jars/*"]
    port = free_port()
    url = f"spark://{_HOST}:{port}"
    web = free_port()
    address = ["--host", _HOST, "--port", str(port), "--webui-port", str(web)]
    master = processes.start("master", [*java, "org.apache.spark.deploy.master.Master", *address], environment)

    def worker() -> subprocess.Popen[bytes]:
        size = ["--host", _HOST, "--cores", "1", "--memory", "1g", "--webui-port", str(free_port())]
        return processes.start("worker", [*java, "org.apache.spark.deploy.worker.Worker", *size, url], environment)

    machines = [worker(), worker()]
    processes.wait_until(says(web, "json/", "aliveworkers", 2), master, *machines)
    endpoint = _job_server(processes, "spark", url, [])
    return ["--runner=SparkRunner", f"--job_endpoint={endpoint}", *_process(processes, paths)], _replaced(
        processes, machines, worker
    )


def _job_server(processes: Processes, kind: str, master: str, more: list[str]) -> str:
    """Start Beam's job server of an engine and return its address.

    One job server for all jobs: `FlinkRunner` alone would start one for each, and keep them until Python ends.
    """
    port = free_port()
    flag = "--flink-master" if kind == "flink" else "--spark-master-url"
    options = [flag, master, "--job-port", str(port), "--artifact-port", "0", "--expansion-port", "0", *more]
    artifacts = ["--artifacts-dir", str(processes.folder / "artifacts")]
    server = processes.start(
        "job-server",
        ["java", *_OPENS, "-Xmx2g", "-jar", str(job_server(kind)), *options, *artifacts],
        {"SPARK_LOCAL_IP": _HOST},
    )
    processes.wait_until(listens(port), server)
    return f"localhost:{port}"


def _replaced(
    processes: Processes, machines: list[subprocess.Popen[bytes]], start: Callable[[], subprocess.Popen[bytes]]
) -> Callable[[], None]:
    def lose() -> None:
        processes.lose(machines.pop(0))
        machines.append(start())

    return lose


def _process(processes: Processes, paths: dict[str, str]) -> list[str]:
    environment = {**paths, "WORKER_FOLDER": str(processes.folder)}
    boot = {"command": str(Path(__file__).with_name("boot.py")), "env": environment}
    return ["--environment_type=PROCESS", f"--environment_config={json.dumps(boot)}"]


def _paths(modules: Path | None) -> dict[str, str]:
    """Return the environment in which this Python, what is installed for it and some modules are found."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "PYTHONPATH": str(modules or "")}


#: How each engine is started: with the environment of its workers, to the options of a job on it.
ENGINES: dict[str, Callable[[Processes, dict[str, str]], tuple[list[str], ...]]] = {
    "embed": _embed,
    "prism": _prism,
    "prism-with-workers": _prism_with_workers,
    "flink": _flink,
    "flink-cluster": _flink_cluster,
    "spark": _spark,
    "spark-cluster": _spark_cluster,
}
