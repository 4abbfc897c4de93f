"""Copies across documents, without Beam."""
