"""The command ``beam-textclean``: its arguments, its runner, and what it prints."""
