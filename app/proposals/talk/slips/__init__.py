"""The survey on paper: who is handed a slip has used their line; what comes back in the box is typed in unnamed."""
