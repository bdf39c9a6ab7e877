"""The counter beside the phone's code: a card that is shown, what waits from the sticker, paper slips, 店じまい.

`card_payments`, `paper_slips`, `stickers` and `open_tills` are the verbs; `shown_cards` and `slip_form` what stands
between two forms; `views` the doors of the till. It belongs to the room around it.
"""
