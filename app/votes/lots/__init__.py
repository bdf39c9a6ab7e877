"""くじ: a tie that waits for it is drawn from a box before two witnesses; each writes the order down by themselves."""
