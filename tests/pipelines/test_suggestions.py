"""What the command says of names that do not exist, how a shell completes those that do, and what its help needs."""

import subprocess
import sys

import pytest

from beam_textclean.pipelines import CleanConfig, config_from_mapping
from beam_textclean.pipelines.command.arguments import SHELLS, make_parser
from beam_textclean.pipelines.command.completion import completion_script
from beam_textclean.transforms import InvalidOption, UnknownLanguage


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["claen", "a"], "; did you mean 'clean'?"),
        (["clean", "a", "--output", "b", "--langages", "fr"], "--langages fr; did you mean '--languages'?"),
        (["clean", "a", "--output", "b", "--langages=fr"], "--langages=fr; did you mean '--languages'?"),
        (["explain", "a", "--smaple", "2"], "; did you mean '--sample'?"),
        (["clean", "a", "--output", "b", "--direct_num_worker", "2"], "; did you mean '--direct_num_workers'?"),
        (["clean", "a", "--output", "b", "--scope", "corps"], "; did you mean 'corpus'?"),
        (["clean", "a", "--output", "b", "--zzzz"], "unrecognized arguments: --zzzz\n"),
    ],
)
def test_the_nearest_option_or_command_is_suggested(arguments, message, capsys):
    with pytest.raises(SystemExit) as stop:
        make_parser().parse_args(arguments, ["--direct_num_workers"])
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("mapping", "suggestion"),
    [
        ({"langages": ["fr"]}, "'languages'"),
        ({"typos": {"dictionary": ["a.csv"]}}, "'dictionaries'"),
        ({"passes": ["typo"]}, "'typos'"),
        ({"encoding": {"undecodable": "replcae"}}, "'replace'"),
        ({"duplicates": {"unit": "paragraphs"}}, "'paragraph'"),
        ({"duplicates": {"folds": ["accent"]}}, "'accents'"),
    ],
)
def test_the_nearest_key_or_value_is_suggested(mapping, suggestion):
    with pytest.raises(InvalidOption) as raised:
        config_from_mapping(mapping)
    assert f"; did you mean {suggestion}?" in str(raised.value)


def test_the_nearest_language_is_suggested():
    with pytest.raises(UnknownLanguage, match=r"'fra'; .*; did you mean 'fr'."):
        CleanConfig(languages=("fra",))


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_every_option_of_every_command(shell):
    script = completion_script(shell)
    parser = make_parser()
    for name, command in parser.commands().items():
        assert name in script
        for option in command._option_string_actions:
            assert option.lstrip("-") in script, f"{shell}: {name} {option}"


@pytest.mark.jobs
def test_bash_reads_its_script():
    ran = subprocess.run(["bash", "-n"], input=completion_script("bash"), capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.jobs
@pytest.mark.parametrize(("argument", "status"), [("--help", 0), ("--version", 0), (None, 2)])
def test_the_help_imports_neither_beam_nor_the_passes(argument, status):
    program = (
        f"import sys; sys.path[:] = {sys.path!r}; sys.argv[1:] = {[argument] if argument else []!r}\n"
        "from beam_textclean.pipelines.__main__ import main\n"
        "try:\n    main()\n"
        "except SystemExit as stop:\n"
        "    heavy = {'apache_beam', 'numpy', 'regex', 'pyarrow', 'yaml'} & sys.modules.keys()\n"
        "    sys.exit(f'{heavy}' if heavy else stop.code)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.returncode == status, ran.stderr
