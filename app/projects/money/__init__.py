"""お金: a project asks for money, and two duty holders decide it in public, until there is voting."""
