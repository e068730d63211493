"""Whatever two analysts did, each in a file of their own, merging it is the same both ways and accounts for all."""

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import box

from depotwatch.annotate.errors import ReviewError
from depotwatch.annotate.merge import merge
from depotwatch.annotate.review import Review
from depotwatch.annotate.second_reading import second_reading
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project
from depotwatch.labels.project.sides import said_last
from depotwatch.labels.records import Claim, Comparison, Count, Source, Window
from depotwatch.tests.annotate.test_merge import dump

PLACES = ("p2-0", "p2-1")
Step = tuple[str, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from("accept reject unsure state kind count remark cite uncite draw withdraw undo redo".split()),
        st.integers(0, 1),
        st.integers(0, 2),
    ),
    max_size=7,
)


def do(review: Review, step: Step) -> None:
    """Take a step of a review, or none where it is not possible."""
    what, place, number = step
    try:
        if what in ("undo", "redo"):
            getattr(review, what)()
            return
        if what == "draw":
            left = 300 + 60 * number + 3 * place
            review.draw("storage-pit", box(left, 500, left + 30, 520), "before-2", after="after-2")
            return
        drawn = [one.id for one in review.queue() if one.origin == "analyst"]
        if what == "withdraw":
            if drawn:
                review.withdraw(drawn[0])
            return
        review.select(([*drawn, *PLACES])[place] if number else PLACES[place])
        decisions: dict[str, Callable[[], None]] = {
            "accept": review.accept,
            "reject": lambda: review.reject(("shadow", "season", "cloud")[number]),
            "unsure": review.unsure,
            "state": lambda: review.set_state(("empty", "filled", "unknown")[number]),
            "kind": lambda: review.set_kind(("storage-pit", "vessel", "unknown")[number]),
            "count": lambda: review.set_count(Count(number, number, number + 1) if number else None),
            "remark": lambda: review.remark(f"words {number}"),
            "cite": lambda: review.cite("c1", ("supports", "opposes", "context")[number]),
            "uncite": lambda: review.uncite("c1"),
        }
        decisions[what]()
    except ReviewError:
        return


def work(path: Path, analyst: str, taken: list[Step]) -> None:
    with Project.open(path) as project:
        review = Review(project, analyst)
        for step in taken:
            do(review, step)


def unaccounted(path: Path) -> set[tuple[str, str]]:
    with Project.open(path, read_only=True) as project:
        assert verify_chain(project.journal()) is None
        now = {(table, key): hash for table, rows in project.seals().items() for key, hash in rows.items()}
        said = {key: hash for key, (hash, _) in said_last(project.journal()).items()}
        second_reading(project)
    return {key for key in said.keys() | now.keys() if said.get(key) != now.get(key)}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, steps, steps, st.booleans())
def test_merging_is_the_same_both_ways_and_accounts_for_all(
    add_pair: Callable[..., Comparison], ours: list[Step], theirs: list[Step], later: list[Step], same: bool
) -> None:
    with TemporaryDirectory() as made:
        folder = Path(made)
        first, second = folder / "first.gpkg", folder / "second.gpkg"
        with Project.create(first, title="case") as project, project.transaction():
            add_pair(project, [("storage-pit", "appeared", 0.9), ("storage-pit", "vanished", 0.8)], name="2")
            project.put_source(Source("report", {"title": "A report"}))
            project.put_claim(Claim("c1", "report", "Pits", "storage-pit", "new", None, (), Window(), "asserts", None))
            project.append("Ada", "compare", {})
        shutil.copy(first, second)
        work(first, "Ada", ours)
        work(second, "Ada" if same else "Bo", theirs)
        one = merge(first, second, folder / "one.gpkg")
        other = merge(second, first, folder / "other.gpkg")
        assert dump(one.path) == dump(other.path) and one.head == other.head
        assert unaccounted(one.path) == set()
        again = merge(one.path, first, folder / "again.gpkg")
        assert not again.joined and dump(again.path) == dump(one.path)
        work(one.path, "Cleo", later)
        work(second, "Bo", later)
        last = merge(one.path, second, folder / "last.gpkg")
        assert merge(second, one.path, folder / "tsal.gpkg").head == last.head
        assert unaccounted(last.path) == set()
