"""The report of a finished job: one page of HTML, made from its results."""
