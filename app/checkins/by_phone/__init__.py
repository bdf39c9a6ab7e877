"""By phone: the screen whose code changes, what an outbox sends later, and what is too late for both.

`rotating` knows the codes, `late` what becomes of a tap and `late_desk` what the host makes of the rest; `carried` and
`outbox` stand between them and the form, `screen` and `late_views` are the doors, `tree` the picture on the screen. It
belongs to the room around it.
"""
