"""Copies inside one document."""
