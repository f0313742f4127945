"""What may be set about alerts, with defaults that need no tuning."""

from __future__ import annotations

from typing import NamedTuple

from sesmon.alerts.limits import LIMITS, MINIMUM_MAIL, REPRESENTATIVE_VOLUME, Limit
from sesmon.model import Metric

COUNTED = (Metric.COMPLAINTS, Metric.BOUNCES, Metric.REJECTS)
"""What can spike, or be over a limit. Delivery attempts can fall silent."""

SHARES = {Metric.COMPLAINTS: 0.6, Metric.BOUNCES: 0.3, Metric.REJECTS: 0.1}
"""How the false alarms that are allowed are shared out: most to what is rarest and matters most, and least to rejects,
whose incidents are gross."""

_SLOTS_A_MONTH = 2880


class Settings(NamedTuple):
    """How alerts are judged.

    `false_alarms` is how many spikes a month chance alone may raise, over all metrics. `doubt` is the chance of a
    rate's bound being wrong that is allowed where it is held against a limit. `quiet` metrics are not judged.
    `minimum_mail` is how many delivery attempts a window must hold to be held against a limit, and `least` how many
    complaints, bounces or rejects can be a spike; `ratio` how many times what was to be expected. `volume` is the
    representative volume in delivery attempts.
    """

    false_alarms: float = 0.6
    doubt: float = 1e-3
    quiet: frozenset[Metric] = frozenset()
    minimum_mail: int = MINIMUM_MAIL
    least: int = 3
    ratio: float = 2.0
    volume: int = REPRESENTATIVE_VOLUME
    limits: tuple[Limit, ...] = LIMITS

    @property
    def name(self) -> str:
        """What tells these settings from others, in every process; nothing for the defaults."""
        return "" if self == Settings() else repr((*self._replace(quiet=frozenset()), *sorted(self.quiet)))

    def chance(self, metric: Metric) -> float:
        """How unlikely a window of that metric must be to raise an alert."""
        return self.false_alarms * SHARES[metric] / _SLOTS_A_MONTH
