"""Copies across a PCollection: the only modules of this pass with Beam, beside `transform`."""
