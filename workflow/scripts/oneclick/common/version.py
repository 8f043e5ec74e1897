"""The version of this project, as pyproject.toml and CITATION.cff have it, for what names it in print."""

VERSION = "0.1.0"
