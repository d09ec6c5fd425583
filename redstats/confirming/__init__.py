"""What a month's returns leave open - headings, neighbourhoods, committees - and the confirming of it.

Nothing here guesses: what is alike is proposed with a score, and only what a person confirms is written to
``data/raw/mappings.yml``, after the text was seen in that month's returns.
"""

from redstats.confirming.deciding import confirm, forget
from redstats.confirming.listing import lines, told
from redstats.confirming.review import Question, Review, review

__all__ = ["Question", "Review", "confirm", "forget", "lines", "review", "told"]
