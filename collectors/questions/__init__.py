"""What may be asked about the past, one file per area: frozen answers, computed where the rows are."""
