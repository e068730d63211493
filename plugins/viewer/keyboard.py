"""The keys of one session: bound on its viewer and on our layers, lent to images of the user's own, and changed."""

from collections.abc import Callable, Iterable, Mapping

from napari.components import ViewerModel
from napari.layers import Layer

from ...annotate.kinds import Kind
from . import keys
from .keys import Handler, Key
from .own_keys import OwnKeys
from .stage import Stage


class Keyboard:
    """
    The table as it is now, on one viewer until `release`.

    Parameters
    ----------
    viewer
        A napari viewer, or a ViewerModel.
    kinds
        Some have keys.
    own
        What the user changed.
    act
        Called with the name of an action.

    Notes
    -----
    `usual` is the table without changes, `changed` holds what is called when it has become another.
    """

    def __init__(self, viewer: ViewerModel, kinds: Mapping[str, Kind], own: OwnKeys, act: Handler) -> None:
        self._viewer = viewer
        self._act = act
        self._stage: Stage | None = None
        self.usual: tuple[Key, ...] = (*keys.KEYS, *keys.kind_keys(kinds))
        self.own = own
        self.table = own.table(self.usual)
        self.changed: list[Callable[[], None]] = []
        keys.bind(viewer, self.table, act)
        viewer.layers.events.inserted.connect(self._lend)
        self._lend()

    def take(self, stage: Stage | None) -> None:
        """Bind the keys on every layer of a stage; None where there is none any more."""
        self._stage = stage
        for layer in () if stage is None else stage.all_layers:
            keys.bind(layer, self.table, self._act)
            keys.block(layer, self.table, free=keys.CORNER_KEYS if stage and layer is stage.drawing else ())
            layer.help = keys.in_short(self.table)

    def change(self, own: OwnKeys) -> None:
        """Go by other keys from now on."""
        self._unbind()
        self.own = own
        self.table = own.table(self.usual)
        keys.bind(self._viewer, self.table, self._act)
        self._lend()
        self.take(self._stage)
        for told in self.changed:
            told()

    def label_of(self, action: str) -> str:
        """Return the key of an action as people read it."""
        return next(key.label for key in self.table if key.action == action)

    def release(self) -> None:
        """Give every key back."""
        self._viewer.layers.events.inserted.disconnect(self._lend)
        self._unbind()
        self.changed.clear()

    def _lend(self, _event: object = None) -> None:
        for layer in self._foreign():
            keys.lend(layer, self.table, self._act)

    def _unbind(self) -> None:
        for provider in (self._viewer, *self._ours()):
            keys.release(provider, self.table)
        for layer in self._foreign():
            keys.take_back(layer, self.table)

    def _ours(self) -> tuple[Layer, ...]:
        return () if self._stage is None else self._stage.all_layers

    def _foreign(self) -> Iterable[Layer]:
        ours = self._ours()
        return [layer for layer in self._viewer.layers if layer not in ours]
