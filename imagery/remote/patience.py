"""How long servers are waited for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """
    How long to wait, and how often to ask again.

    Parameters
    ----------
    attempts
        In all.
    connect_s, read_s
        For a connection, and for each piece of an answer.
    answer_s
        For one whole answer: a server that sends a byte at a time does not hold us.
    total_s
        For all attempts together, the waits between them included.
    first_wait_s, longest_wait_s
        Before the second attempt, and at most; doubled in between.
    """

    attempts: int = 5
    connect_s: float = 10
    read_s: float = 20
    answer_s: float = 120
    total_s: float = 300
    first_wait_s: float = 0.5
    longest_wait_s: float = 20
