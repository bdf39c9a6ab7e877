"""The ledger: coins that cannot be lost, doubled or forged. Rooms above name accounts by an owner; it knows nobody.

Nouns: account · operation (one business act, with a key chosen by the caller) · transfer (its lines) ·
holding (what an account has of the coins that expire on one day: balance and lots in one) · hold (placed,
then captured, released or run out) · reversal.

- `posting` is the one writer: the operation's row first, where a repeated key stops; then holdings, each
  changed by a conditional update; then transfers. Everything a room may ask for stands in `service`, holds in
  `holds`.
- Coins leave a source and end in a sink; every transfer has two ends, so the sum of all accounts is zero.
- No balance is ever negative, no hold ends twice, no reversal is reversed, a frozen account is never debited.
- A member's coin keeps its last day for as long as it is a member's; a shop's coins have none.
- Locks are taken in one order: what the rooms above count with (allowance, the gathering's row, budget), then
  the operation, the accounts' status, and the holdings by ascending account and day.

It may call only `db`, `errors` and `clock`.
"""
