"""Cities: a folder of tables for each, and what draws a schematic map from one."""
