"""What a worker keeps for a while because it is the same for everybody: rows read, parts of pages rendered."""
