"""What can go wrong with records: one base, and a class for each thing a caller may want to handle."""


class LabelsError(Exception):
    """A record, project file or journal cannot be used as asked; the message says what to do."""


class ProjectError(LabelsError):
    """The project file cannot be opened, created or written."""


class RecordError(LabelsError):
    """A record is not valid or contradicts one that is stored."""


class ReferenceFileError(LabelsError):
    """A file of sources or claims cannot be read."""


class ExportError(LabelsError):
    """The labels cannot be written in the format asked for."""


class ImportFileError(LabelsError):
    """A file of labels of others cannot be read."""
