"""What can go wrong between a person and the job: one base for the faces."""


class PluginsError(Exception):
    """The command or the window cannot do what was asked; the message says what to do."""


class CommandError(PluginsError):
    """A command was given something it cannot use."""


class ViewerError(PluginsError):
    """The window cannot be opened or cannot show what was asked."""
