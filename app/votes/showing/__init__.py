"""What came out, shown: one set of numbers for the phone, the wall, paper and a browser without JavaScript.

`figures` turns the count into bars, `shares` says what a share of a budget paid for, `words` tells result, rounds and
ties in sentences, `shown` puts them together for every page, `publishing` gives it all away as files.
"""
