"""Writing a proposal: the three steps of a draft, changes that everybody sees, co-authors, versions, the sheet."""
