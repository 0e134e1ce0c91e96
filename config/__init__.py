"""Reading the city's file."""

from config.reader import Config, ConfigError, load

__all__ = ["Config", "ConfigError", "load"]
