"""How many coins for what: programmes, versions of their rules, budgets, caps, and what was earned.

Nouns: programme (where coins come from) · rule version (how many for how long, and the caps, from a day on) ·
budget (what a programme may give in one 年度) · earning (one membership, one activity) · allowance (what one
membership was given in one period).

- One activity earns once, however it was recorded; taking it back frees it to be earned again.
- Day and 年度 are those of the activity's local day. A cap counts what was issued less what was taken back.
- At a cap or an empty budget nothing is refused: the rest is given, also 0, and says what limited it.
- Coins are good until the end of the next 年度.

It calls `ledger`; it knows memberships only by their number.
"""
