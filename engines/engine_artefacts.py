"""What the engines are made of, brought by Maven and Go into a cache folder, once.

    python engines/engine_artefacts.py flink spark

Beam has job servers for Flink and Spark as single jars. Where they cannot be had for the installed SDK, a jar that
holds nothing but a class path does the same: it names the runner and its dependencies, whose versions `pom.xml` pins.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

_POM = Path(__file__).with_name("pom.xml")
_MAVEN = ("mvn", "--quiet", "--batch-mode")
#: What Java 17 does not open by itself to Flink's and Spark's serializers.
OPENED = tuple(
    f"java.base/{package}"
    for package in (
        *("java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.math", "java.net", "java.nio"),
        *("java.text", "java.time", "java.util", "java.util.concurrent", "java.util.concurrent.atomic"),
        *("sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar"),
    )
)
_MAIN = {
    "flink": "org.apache.beam.runners.flink.FlinkJobServerDriver",
    "spark": "org.apache.beam.runners.spark.SparkJobServerDriver",
}
_OWN_JAR = {"flink": "beam-runners-flink-1.19-job-server", "spark": "beam-runners-spark-3-job-server"}


def why_not(engine: str) -> str:
    """Return what an engine needs and this machine does not have, or an empty string."""
    needed = ("go",) if engine.startswith("prism") else () if engine == "embed" else ("java", "mvn")
    return ", ".join(program for program in needed if shutil.which(program) is None)


def cache() -> Path:
    """Return the folder in which everything is kept; ``BEAM_TEXTCLEAN_ENGINES_CACHE`` names another one."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("BEAM_TEXTCLEAN_ENGINES_CACHE") or Path(home) / "beam-textclean-engines")


def jars(profile: str) -> Path:
    """Return a folder with the jars of a profile of `pom.xml`.

    Args:
        profile: ``flink``, ``flink-job-server``, ``spark`` or ``spark-job-server``.
    """
    folder = cache() / f"{profile}-{_pinned()}"
    if not folder.exists():
        new = folder.with_name(f"{folder.name}.{os.getpid()}")
        subprocess.run(
            [
                *_MAVEN,
                *("--file", str(_POM), "-P", profile),
                *("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={new}"),
            ],
            check=True,
        )
        new.rename(folder)  # so that a folder which is there is whole
    return folder


def job_server(engine: str) -> Path:
    """Return the jar of the job server of ``flink`` or ``spark``: Beam's own, or a class path."""
    own = _own_job_server(engine)
    if own is not None:
        return own
    folder = jars(f"{engine}-job-server")
    jar = folder / "job-server.jar"
    if not jar.exists():
        new = jar.with_suffix(f".{os.getpid()}")
        with zipfile.ZipFile(new, "w") as archive:
            archive.writestr("META-INF/MANIFEST.MF", _manifest(folder, _MAIN[engine]))
        new.rename(jar)
    return jar


def prism() -> Path:
    """Return the program of Prism, of the version of the installed SDK."""
    sdk = version("apache-beam")
    program = cache() / f"prism-{sdk}" / "prism"
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["go", "install", f"github.com/apache/beam/sdks/v2/go/cmd/prism@v{sdk}"],
            check=True,
            env={**os.environ, "GOBIN": str(program.parent)},
        )
    return program


def pinned() -> dict[str, str]:
    """Return the versions that `pom.xml` pins, by ``beam``, ``flink`` and ``spark``.

    >>> sorted(pinned())
    ['beam', 'flink', 'spark']
    """
    properties = ElementTree.parse(_POM).getroot().find("properties")
    assert properties is not None
    return {found.tag.removesuffix(".version"): found.text or "" for found in properties}


def _pinned() -> str:
    return "-".join(f"{name}{number}" for name, number in pinned().items())


def _own_job_server(engine: str) -> Path | None:
    """Return Beam's own jar for the installed SDK, or None; whether it can be had is asked once."""
    name, sdk = _OWN_JAR[engine], version("apache-beam")
    folder = cache() / f"{name}-{sdk}"
    if not folder.exists():
        new = folder.with_name(f"{folder.name}.{os.getpid()}")
        new.mkdir(parents=True)
        subprocess.run(
            [
                *_MAVEN,
                "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy",
                *(f"-Dartifact=org.apache.beam:{name}:{sdk}", f"-DoutputDirectory={new}"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        new.rename(folder)
    return next(folder.glob("*.jar"), None)


def _manifest(folder: Path, main: str) -> str:
    names = sorted(path.name for path in folder.glob("*.jar"))
    lines = {"Main-Class": main, "Class-Path": " ".join(names), "Add-Opens": " ".join(OPENED)}
    return "Manifest-Version: 1.0\r\n" + "".join(_folded(f"{key}: {value}") for key, value in lines.items()) + "\r\n"


def _folded(line: str) -> str:
    """Return a line of a manifest in lines of at most 72 bytes, as Java requires."""
    return "\r\n ".join([line[:70], *(line[start : start + 69] for start in range(70, len(line), 69))]) + "\r\n"


def main(engines: list[str]) -> int:
    """Bring what some engines need; return 1 and say so where that cannot be had."""
    for engine in engines:
        if missing := why_not(engine):
            print(f"{engine}: this machine has no {missing}")
            return 1
        kind, _, is_cluster = engine.partition("-")
        try:
            if kind == "prism":
                prism()
            elif kind != "embed":
                job_server(kind)
            if is_cluster == "cluster":
                jars(kind)
        except subprocess.CalledProcessError as error:
            print(f"{engine}: {error.cmd[0]} could not bring what it needs")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
