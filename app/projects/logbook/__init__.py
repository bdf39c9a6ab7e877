"""日誌: what a project writes down as it goes, with at most one photo an entry."""
