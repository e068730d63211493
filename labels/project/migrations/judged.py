"""Version 4: sources have a reliability and a kept file, quotes their surroundings, and claims are judged."""

from .step import Step

STEP = Step("reliability and kept files of sources, what stands around quotes, and judgements of claims")
