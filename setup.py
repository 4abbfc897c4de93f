"""Package metadata. It is in this file so that Beam's ``--setup_file`` can build it with any setuptools."""

from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent

# MinHash signatures, ten times as fast as datasketch's, and without scipy (140 MB).
NEAR = ["rensa>=0.5"]
YAML = ["apache-beam[yaml]"]
S3 = ["apache-beam[aws]"]

setup(
    name="beam-textclean",
    version="0.1.0",
    description="Text cleaning for Apache Beam: repair encodings, fix typos, collapse duplicate paragraphs.",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE", "NOTICE"],
    python_requires=">=3.10",
    # The folders are short for people; the import names are long so that they do not collide with others.
    packages=[f"beam_textclean.{name}" for name in find_packages(str(ROOT), include=["transforms*", "pipelines*"])],
    package_dir={
        "beam_textclean.transforms": "transforms",
        "beam_textclean.pipelines": "pipelines",
    },
    package_data={"": ["py.typed", "*.yaml", "data/*"]},
    install_requires=[
        "apache-beam>=2.70",
        "chardet>=7.7",
        "ftfy>=6.3",
        "jinja2>=3.1",
        "regex>=2024.4.16",
        "rich>=13.9",
        "shtab>=1.9.3",
    ],
    extras_require={
        "near": NEAR,
        "yaml": YAML,
        "test": [
            *NEAR,
            *YAML,
            *S3,
            "hypothesis>=6.168",
            "moto[server]>=5",  # an S3-compatible store in the process of the tests
            "mypy>=1.13",
            "pytest>=8",
            "ruff>=0.8",
            "selenium>=4.20",
            "setuptools>=64",  # a test reads this file; from Python 3.12 on it is not part of a virtual environment
            "types-PyYAML",
            "types-regex",
            "wordfreq>=3.1",
        ],
    },
    entry_points={"console_scripts": ["beam-textclean = beam_textclean.pipelines.__main__:main"]},
)
