"""
A nursery of writers: what is heavy is imported once, then a writer is forked for each line that comes in.

A writer opens the project and commits one decision after the other: a verdict, three citations and the journal entry
that names them, in one transaction. It prints the entry's hash once the commit has returned. Run with the project's
path, the most decisions a writer takes and its pause between two, in seconds; lines are the writers' names.
"""

import os
import sys
import time
from itertools import count, islice

from depotwatch.labels.project import Project
from depotwatch.labels.records import Citation, Verdict

PLACES, CLAIM, WHEN = ("pit", "second"), "pits", "2024-05-02T09:00:00.000Z"
CITED = 3


def write(path: str, name: str, most: int, pause_s: float) -> None:
    """Take decisions until killed, or until there were enough of them."""
    with Project.open(path) as project:
        for turn in islice(count(), most):
            analyst = f"{name}-{turn}"
            with project.transaction():
                project.put_verdict(Verdict("pit", analyst, "accepted", None, "", WHEN))
                for part in range(CITED):
                    project.put_citation(Citation("pit", CLAIM, "supports", f"{analyst}/{part}", WHEN))
                entry = project.append(analyst, "verdict", {"turn": turn})
            say(entry.hash)
            time.sleep(pause_s)


def say(word: str) -> None:
    """Print a line at once and in one piece, whoever else prints."""
    os.write(1, f"{word}\n".encode())


def main() -> None:
    """Fork a writer for each line, and say when it was born and when it is dead."""
    for line in sys.stdin:
        born = os.fork()
        if born == 0:
            write(sys.argv[1], line.strip(), int(sys.argv[2]), float(sys.argv[3]))
            os._exit(0)
        say(f"born {born}")
        os.waitpid(born, 0)
        say("dead")


if __name__ == "__main__":
    main()
