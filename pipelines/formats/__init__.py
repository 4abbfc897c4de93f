"""The file formats: `registry` lists them, one module reads and writes each."""
