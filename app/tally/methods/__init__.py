"""One module for each family of methods; each counts what stands on a `Sheet` and writes its rounds there."""
