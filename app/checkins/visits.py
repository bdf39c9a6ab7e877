"""The visit cookie by its old place: it is read and given by the porch (`app.web.visits`)."""

from app.web.visits import VISIT as VISIT
from app.web.visits import cookie as cookie
from app.web.visits import keep as keep
from app.web.visits import number as number
from app.web.visits import remember as remember
