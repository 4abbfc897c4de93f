"""The file-to-file job: its input, its stages, its results, and the way back."""
