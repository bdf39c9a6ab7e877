"""How much at once, and how often: places to work in, and counters against guessing."""
