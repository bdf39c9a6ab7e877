"""いっしょにやる: asking to join a project, the answer within seven days, leaving, handing the lead over."""
