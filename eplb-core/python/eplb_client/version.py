"""The version of this package, the one of the whole project."""

VERSION = "0.1.0"
