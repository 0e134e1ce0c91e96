"""Reading the city's file."""

from config.edits import edits
from config.reader import Config, ConfigError, load

__all__ = ["Config", "ConfigError", "edits", "load"]
