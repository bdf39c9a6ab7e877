"""募集中: the roles and tasks that a project wants somebody for, and who does what."""
