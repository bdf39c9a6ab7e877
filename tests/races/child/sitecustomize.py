"""Python imports this at its start where this folder stands on PYTHONPATH: only in the servers of race tests.

What RACE_BREAKAGES names is done to the app before it serves. The app itself knows nothing of it.
"""

import os

from tests.races import breakages

for name in os.environ.get("RACE_BREAKAGES", "").split():
    getattr(breakages, name)()
