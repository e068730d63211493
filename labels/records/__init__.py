"""Frozen records: what lasts. Lengths in metres, areas in square metres, angles in degrees, times in UTC."""

from .annotation import ORIGINS, Annotation
from .candidate import CHANGES, STATES, Candidate, Count, Proposal, Shape
from .claim import MEASURES, POLARITIES, RELATIONS, ROLES, Citation, Claim, Quantity, SiteRole, Window
from .comparison import Comparison, KindResult
from .dissent import Dissent
from .estimate import Estimate, StoredEstimate
from .foreign_edit import ForeignEdit
from .glance import Glance, Ground
from .implant import ImplantRow
from .judgement import CONFIDENCES, LIKELIHOODS, Judgement
from .probe import Probe, ProbeRound
from .remark import Remark
from .scene import SceneRecord, TransformCoefficients
from .series import SeriesRow, StayRow
from .site import Site
from .source import RELIABILITIES, Origin, Source, SourceCopy
from .verdict import REASONS, VERDICTS, Verdict, resolve

__all__ = [
    "CHANGES",
    "CONFIDENCES",
    "LIKELIHOODS",
    "MEASURES",
    "ORIGINS",
    "POLARITIES",
    "REASONS",
    "RELATIONS",
    "RELIABILITIES",
    "ROLES",
    "STATES",
    "VERDICTS",
    "Annotation",
    "Candidate",
    "Citation",
    "Claim",
    "Comparison",
    "Count",
    "Dissent",
    "Estimate",
    "ForeignEdit",
    "Glance",
    "Ground",
    "ImplantRow",
    "Judgement",
    "KindResult",
    "Origin",
    "Probe",
    "ProbeRound",
    "Proposal",
    "Quantity",
    "Remark",
    "SceneRecord",
    "SeriesRow",
    "Shape",
    "Site",
    "SiteRole",
    "Source",
    "SourceCopy",
    "StayRow",
    "StoredEstimate",
    "TransformCoefficients",
    "Verdict",
    "Window",
    "resolve",
]
