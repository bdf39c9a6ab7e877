"""What refusals say, by what they are about: `sentences` puts them together."""
