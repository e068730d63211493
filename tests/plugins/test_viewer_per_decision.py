"""What a decision costs on the canvas: its own outline is drawn anew and no other, however long the queue is."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Shapes
from shapely.affinity import translate

from depotwatch.annotate.review import Review
from depotwatch.imagery.scene import Scene
from depotwatch.labels.project import Project
from depotwatch.plugins.viewer.session import Session
from depotwatch.plugins.viewer.shown import Shown

DRAWN = 60


@pytest.fixture
def session(review_project: Path, before: Scene, after: Scene) -> Iterator[Session]:
    """Return the review of the four proposals and of sixty drawings."""
    with Project.open(review_project) as project:
        one = project.annotations()[0]
        with project.transaction():
            for number in range(DRAWN):
                shape = replace(one.shape, pixels=translate(one.shape.pixels, number % 10, number // 10))
                project.put_annotation(replace(one, id=f"d{number}", origin="analyst", score=None, shape=shape))
        made = Session(ViewerModel(), project, Review(project, "Ada"))
        made.show(Shown(before, before.sha256, after, after.sha256, None, project.comparisons()[0]))
        yield made
        made.close()


def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the shapes that are added and removed, and layers that are given all their shapes or colours anew."""
    found = Counter[str]()

    def spy(name: str, number: Callable[..., int]) -> None:
        kept = getattr(Shapes, name)

        def called(self: Shapes, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 (napari's)
            found[name] += number(*arguments)
            return kept(self, *arguments, **named)

        monkeypatch.setattr(Shapes, name, called)

    spy("add", lambda data, *_: len(data))
    spy("remove", len)
    for name in ("data", "edge_color", "face_color", "edge_width"):
        usual = getattr(Shapes, name)

        def put(self: Shapes, value: Any, name: str = name, usual: property = usual) -> None:  # noqa: ANN401
            found[f"all {name}"] += self.nshapes > 1  # the box around the selected place is alone on its layer
            assert usual.fset is not None
            usual.fset(self, value)

        monkeypatch.setattr(Shapes, name, property(usual.fget, put))
    return found


def test_a_decision_draws_one_outline_anew_and_no_other(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = list(session.viewer.layers)
    assert session.stage is not None and session.stage.outlines["unreviewed"].nshapes == DRAWN + 4
    session.stage.select("a1", zoom=True)
    found = counted(monkeypatch)
    session.act("accept")
    assert found == Counter(add=1, remove=1)
    session.decide("reject", "shadow")
    session.act("undo")
    assert list(session.viewer.layers) == layers
    assert not any(number for name, number in found.items() if name.startswith("all")) and found["add"] <= 4
    assert session.stage.outlines["unreviewed"].nshapes == DRAWN + 3


def test_colours_of_the_others_stay_as_they_are(session: Session) -> None:
    assert session.stage is not None
    layer = session.stage.outlines["unreviewed"]
    others = np.array(layer.edge_color[1:])
    session.act("accept")
    assert np.array_equal(layer.edge_color, others)


def test_a_decision_draws_each_layer_it_changes_once(session: Session) -> None:
    assert session.stage is not None
    session.act("accept")  # the first one shows a layer that was empty
    drawn = Counter[str]()
    for layer in (one for one in session.stage.all_layers if isinstance(one, Shapes)):
        for name in ("set_data", "highlight"):
            getattr(layer.events, name).connect(lambda _, key=f"{layer.name} {name}": drawn.update([key]))
    session.act("accept")
    assert drawn == Counter({"candidates set_data": 1, "accepted set_data": 1, "selected set_data": 1})
