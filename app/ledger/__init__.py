"""The ledger: coins that cannot be lost, doubled or forged. It knows nobody; rooms above name accounts by an
owner.

Nouns: account · operation (one business act, with a key chosen by the caller) · transfer (its lines) ·
holding (what an account has of the coins that expire on one day: balance and lots in one) · hold (placed,
then captured, released or run out) · reversal.

- `posting` is the one writer: the operation's row first, where a repeated key stops; then holdings, each
  changed by a conditional update; then transfers. Everything a room may ask for stands in `service`, holds in
  `holds`.
- Coins leave a source and end in a sink; every transfer has two ends, so the sum of all accounts is zero.
- No balance is ever negative, no hold ends twice, no reversal is reversed, a frozen account is never debited.
- A member's coin keeps its last day for as long as it is a member's; a shop's coins have none.
- Locks are taken in one order: operation, then (in rooms above) allowance, the gathering's row and budget,
  then the accounts' status, then holdings by ascending account and day. Whoever keeps to it is never part of
  a deadlock.

It may call only `db`, `errors` and `clock`.
"""
