"""A project in memory as one analyst sees it, and kept to what is in the file, whoever writes there."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from ..labels.export.grounds import EXPORTED
from ..labels.journal import Entry
from ..labels.project import Project
from ..labels.records import Annotation, Citation, Verdict
from .history import History
from .place_states import PlaceStates
from .reading.ground import LOOKED, Pair, looked_at
from .reading.probes import Probes
from .reading.sight import Sight, proposals_of, reads_blind, seen_after
from .sift import Sift
from .standing import Standing, what_stands
from .steps import State, is_step, state_of
from .worklist import Worklist

Observer = Callable[[str, str | None], None]


class Following:
    """
    A project and an analyst, kept up with what is written; `Stepping` makes steps in it.

    Parameters
    ----------
    project
        The open project.
    analyst
        Name the analyst works under.
    """

    def __init__(self, project: Project, analyst: str) -> None:
        self.project = project
        self.analyst = analyst
        self._observers: list[Observer] = []
        self._news: list[Entry] = []
        self.sift = Sift()
        self._load()

    @property
    def standing(self) -> Standing:
        """What stands now, for `count_standing`, without reading the project again."""
        return replace(self._list.standing(), looked=self._looked)

    @property
    def blind(self) -> bool:
        """Whether the analyst sees nothing of what others decided; see `Sight`. While things are planted, always."""
        return self._list.sight.blind

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """
        Call `observer(event, annotation_id)` after every change, and return what ends that.

        Events are verdict, changed, drawn, withdrawn, cited, current, and reloaded (without an id).
        """
        self._observers.append(observer)

        def unsubscribe() -> None:
            if observer in self._observers:
                self._observers.remove(observer)

        return unsubscribe

    def refresh(self) -> None:
        """Read the project again, as after a comparison or another analyst's work."""
        self._load()
        self._tell("reloaded", None)

    def catch_up(self) -> tuple[Entry, ...]:
        """Take in what was written elsewhere since the last look, and return its entries; to a blind reader none."""
        if self.project.head != self._head:
            self._tell_all(self._follow())
        news, self._news = tuple(self._news), []
        return () if self.blind else news

    @property
    def _seen_analysts(self) -> set[str] | None:
        """Whose work may be seen; None for everyone's."""
        return {self.analyst} if self.blind else None

    def _shares(self) -> Mapping[Pair, float]:
        """Return the share of each ground that was looked at by those whose work the analyst may see."""
        return {pair: one.share(self._seen_analysts) for pair, one in looked_at(self.project).items()}

    def _load(self) -> None:
        self._head = self.project.head  # first, so that what is written meanwhile makes the next step read again
        entries, standing = self.project.journal(), what_stands(self.project)
        self._seq = entries[-1].seq if entries else 0
        self._probes = Probes(self.project, self.analyst, entries)
        blind = self._probes.planted or reads_blind(entries, self.analyst)
        proposals = proposals_of(self.project, standing) if blind else None
        sight = Sight(standing, self.project.citations(), self.analyst, proposals, entries, self._probes)
        lasting = (entry for entry in entries if entry.payload.get("probe") in (None, *self._probes.rounds))
        self._history = History(lasting, self.analyst)
        self._list = Worklist(standing, sight, self.analyst, self.sift, self._probes)
        self._states = PlaceStates(self.project, self.analyst, self._list, self._probes)
        self._looked = self._shares() if sight.blind else standing.looked

    def _follow(self) -> list[tuple[str, str | None]]:
        """Take over what others wrote: step by step, or all anew where it was more than steps; return the events."""
        head, written = self.project.head, self.project.journal(self._seq)
        entries = [entry for entry in written if not self._is_no_matter(entry)]
        self._news += entries
        if (self.blind and entries) or not all(is_step(entry) and "probe" not in entry.payload for entry in entries):
            self._load()
            return [("reloaded", None)]
        events: list[tuple[str, str | None]] = []
        for entry in entries:
            annotation_id, state = str(entry.payload["annotation"]), state_of(entry, "after")
            events.append(self._take(entry, annotation_id, self._states.changed(annotation_id, state), state))
        self._head, self._seq = head, written[-1].seq if written else self._seq
        return events

    def _is_no_matter(self, entry: Entry) -> bool:
        """Return True for what changes nothing here: ground that others looked at, their own probes, exports."""
        own_probe = "probe" in entry.payload and entry.analyst != self.analyst
        return entry.action in (LOOKED, EXPORTED) or own_probe

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Open a transaction on what the file holds now, read again if anyone else wrote to it."""
        events: list[tuple[str, str | None]] = []
        try:
            with self.project.transaction():
                if self.project.head != self._head:
                    events = self._follow()
                yield
        finally:
            self._tell_all(events)

    def _take(self, entry: Entry, annotation_id: str, changed: Annotation | None, state: State) -> tuple[str, str]:
        """Bring what is in memory to what was committed; return what observers are told."""
        self._head = entry.hash
        self._history.add(entry)
        self._seq = entry.seq
        if "verdict" in state:
            given = state["verdict"]
            self._list.judge(annotation_id, entry.analyst, None if given is None else Verdict(**given))
        if changed is not None:
            self._list.put(changed, seen_after(entry, state))
        for claim, citation in state.get("citations", {}).items():
            key = (annotation_id, claim, entry.analyst)
            self._list.cite(key, None if citation is None else Citation(**citation))
        return _event(changed, state), annotation_id

    def _tell_all(self, events: Iterable[tuple[str, str | None]]) -> None:
        for event, annotation_id in events:
            self._tell(event, annotation_id)

    def _tell(self, event: str, annotation_id: str | None) -> None:
        for observer in tuple(self._observers):
            observer(event, annotation_id)


def _event(changed: Annotation | None, state: State) -> str:
    """Return what observers are told of a state that was reached."""
    if changed is not None:
        arrived = "record" in state or "withdrawn" in state
        return "withdrawn" if changed.withdrawn else "drawn" if arrived else "changed"
    return "verdict" if "verdict" in state else "cited"
