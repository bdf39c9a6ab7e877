"""Counting votes: exact rules that a member can check by hand.

    python -m app.tally count FILE       FILE is JSON, or - for standard input; prints the result as one JSON object
    python -m app.tally verify BUNDLE    counts a published vote again and says line by line what was checked

Only Python's own library is used, and every number is a whole one or an exact fraction (printed like "51/2").
Exit status of count: 0, or 2 with one sentence about what is wrong with the file. Of verify: 0 if everything is
right, 1 if not, 2 if it is no published vote.

## What goes in

    {"method": "irv", "seats": 1, "options": ["A", "B"], "ballots": [[3, ["A", "B"]], [2, ["B"]]], "rule": {}}

A pair in `ballots` says how many ballots say the same, and what. `seats` is 1 unless given. `null` or "abstain" is
an abstention with every method. One ballot that is not valid makes the file bad: nothing is left out silently.

| method (other names) | wins | ballot |
|---|---|---|
| yes_no (yes-no, motion) | passes iff yes > threshold·(yes + no); a tie fails | "yes", "no" |
| consent | passes iff no objection stands | "consent", {"objection": "why"}, "objection", "stand_aside" |
| choose_one (plurality, fptp) | most votes; `seats` from the top | an option |
| approval (choose_several) | most ballots that name it; `seats` from the top | list of options, empty = abstain |
| runoff (contingent) | more than half of the first choices, or the better ranked of the top two | ranking |
| schulze (ranked) | strongest paths by winning votes; `seats` from the top of the order | ranking |
| irv (instant_runoff) | the one lowest drops until one has more than half of the votes that still count | ranking |
| stv | Droop quota ⌊V/(seats+1)⌋+1, weighted inclusive Gregory transfers, the one lowest drops | ranking |
| score (range) | highest sum; `seats` from the top | {option: 0 to 5}, blank = 0 |
| star | the two highest sums, then who is scored higher on more ballots | {option: 0 to 5}, blank = 0 |
| quadratic (qv) | highest sum of votes | {option: votes, also negative}, squares add up to ≤ credits |
| equal_shares (budget, mes) | Method of Equal Shares, completed by Add1, then greedily | list of options |
| greedy | most supporters first, skipping what does not fit | list of options |

A ranking lists the best first; a rank is an option or a list of equal ones; options left out are below all others
(Schulze) or never get the vote (IRV, STV, runoff: then it is `exhausted`). Equal ranks divide a vote exactly
(IRV, STV, runoff) or say nothing about each other (Schulze). V of the quota are the ballots that rank anything.
yes_no and consent need no `options`; two options of other names mean yes and no in that order; one option is the
motion's name. Budgets also need "costs": {option: money} and "budget": money, whole units from 1.

## What the rule may say

- `threshold`: share such as "1/2" (unless given), "2/3", "60%"; yes_no, and the first choices of runoff.
- `quorum`: {"kind": …, "share": "40%", "roll": N}, or "needed": a number of people instead of share and roll.
  Kinds: `approval` (ballots for what wins ≥ ⌈share·N⌉), `participation` (ballots, abstentions too),
  `attendance` (adds up "present", "written" and "proxy"), `objection` (no more than "most" objections, or ⌊share·N⌋;
  then silence assents: yes_no passes unless more say no). If it is not met, `passed` is false, nothing wins, and
  `leading` says who would have. "roll" may also stand directly in the rule.
- `majority`: true or a share; choose_one and approval: winners need more than that of all ballots but abstentions.
- `runoff`: true; choose_one and approval: without a majority nobody wins, `runoff` names the two for a second ballot.
- `limit`: the most names on a ballot of approval or a budget. `max`: highest score (5). `credits`: 100 unless given.
- `utility`: what a project is worth to a supporter, "cost" (unless given) or "number" (every project the same).
- `completion`: "add1+greedy" (unless given), "add1", "greedy", "none". Add1 enlarges every share by `step` as long
  as what is bought then fits the budget: money for each ballot (1 is the published variant) or a percentage of the
  first share, "1%" unless given, "10%" with more than 1,000 ballots.
- `lots`: {"order": [options, drawn first first]}, {"seed": "text"}: by SHA-256 of the seed, a colon and the option's
  place in `options` from 0, smallest first; or "wait": then `open_ties` says what must be drawn, `passed` is null
  and `winners` is what is sure. Without it the seed is empty, and the tie says so.
  The first of the order wins a seat, the last is eliminated. A partial order waits if it does not name all tied.

What a rule says beyond this does not change the count, and is listed in `unread`.

## Ties

Each one is in `ties`: between whom, at which step and round, by what it was decided, and who was chosen.
Motions fail. Eliminations and surpluses look back through earlier rounds, the latest first. STAR's finalists: who is
preferred to more of the tied, then more top scores; its runoff: the higher sum, then more top scores. Budgets: lower
ρ, more supporters, lower cost. Then lots.

## What comes out

`method`, `winners` in order, `passed` (null while open), `valid` (V, with abstentions), `abstain`, `totals`,
`rounds`, `ties`, and where it applies `exhausted`, `quorum`, `open_ties`, `leading`, `threshold`, `quota`;
Schulze: `pairwise`, `strengths`, `ranking` in layers; budgets: `budget`, `spent`, `paid` for each project funded
(supporters, cost, `each`: what a supporter pays at most, `less`: how many had less left and paid that), `share`,
`first_share`, `add1`, and `shares`: what each different ballot paid for, while they are 100 at most.
Without a ballot that says something there is no winner. With choose_one, approval and budgets an option that nobody
chose never wins; the others fill all `seats` they can, with the last of the order if need be.

This room knows no other, imports only itself, and runs copied out of the house: `python tally verify BUNDLE`.
"""

from __future__ import annotations

from .counting import ALIASES, METHODS, method_named, tally
from .election import BadElection, Election, Result
from .quorum import double_majority

__all__ = ["ALIASES", "METHODS", "BadElection", "Election", "Result", "double_majority", "method_named", "tally"]
