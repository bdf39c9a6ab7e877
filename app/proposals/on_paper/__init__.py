"""The slip torn off a proposal's sheet: the office types it in for whoever wrote it, and says so beside it."""
