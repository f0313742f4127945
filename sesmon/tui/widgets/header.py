"""Who is looked at, how that stands, and how old it is."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Region

from sesmon import wording
from sesmon.model import Origin, Phase, Snapshot
from sesmon.tui.render.blocks import Run
from sesmon.tui.themes import GLYPHS, NOT_LIVE, SEVERITY_ROLES
from sesmon.tui.view import Board
from sesmon.tui.widgets.drawn import Sheet

_LATE = 3
"""After so many intervals without a reading, data count as stale even if no call has failed: one may be hanging."""


_COARSE_STEP = 5
"""Seconds between two changes of an age or countdown that is beyond twice as much."""

_WORTH_JOINING = 6
"""Cells between two changes that are cheaper written again than jumped over."""


def is_stale(snapshot: Snapshot, mark: float) -> bool:
    """Whether the data are too old to be taken for the present."""
    if snapshot.phase is Phase.ENDED or snapshot.read_mark is None:
        return False
    return snapshot.failure is not None or mark - snapshot.read_mark > _LATE * snapshot.interval + 10


class HeaderLine(Sheet):
    """The first line: Region, profile and account at the left, alerts and state at the right."""

    def __init__(self) -> None:
        super().__init__(id="header")
        self.board: Board | None = None
        self.is_frozen = False
        self._is_stale = False

    def show(self, board: Board, mark: float, *, frozen: bool) -> None:
        """Show a board as it stands at `mark` on the clock's elapsed scale."""
        self.board, self.is_frozen = board, frozen
        self._is_stale = is_stale(board.snapshot, mark)
        snapshot = board.snapshot
        self.show_if_new((snapshot.target, snapshot.origin, snapshot.alerts, self._state(), frozen))

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The line at this width."""
        if self.board is None:
            return []
        left, right = self._identity(self.board.snapshot, width), [*self._alerts(self.board), *self._state()]
        room = width - sum(len(text) for text, _ in right)
        left = _fit(left, room - 1)
        return [[*left, (" " * (room - sum(len(text) for text, _ in left)), ""), *right]]

    def _identity(self, snapshot: Snapshot, width: int) -> list[Run]:
        target = snapshot.target
        runs: list[Run] = [(" sesmon ", "accent reverse bold"), (" ", "")]
        if snapshot.origin in NOT_LIVE:
            runs.append((f"{NOT_LIVE[snapshot.origin]} ", "warning"))
        if snapshot.origin is Origin.REPLAY:
            # A recording has the name of its file, and tells of no Region.
            return [*runs, (target.profile or "", " bold")]
        runs.append((target.region or "no Region", " bold"))
        named = [] if target.profile is None else [f"profile {target.profile}" if width >= 80 else target.profile]
        if target.account:
            named.append(f"account {target.account}" if width >= 80 else target.account)
        return [*runs, ("".join(f" · {text}" for text in named), "muted")]

    def _alerts(self, board: Board) -> list[Run]:
        alerts = board.open_alerts
        if not alerts:
            return []
        worst = alerts[0].severity
        word = "alert" if len(alerts) == 1 else "alerts"
        return [(f" {GLYPHS[worst]} {len(alerts)} {word} ", f"{SEVERITY_ROLES[worst]} reverse"), (" ", "")]

    def _state(self) -> list[Run]:
        snapshot = self.board.snapshot if self.board else None
        if snapshot is None:
            return []
        if self.is_frozen:
            return [(" ‖ FROZEN ", "warning reverse")]
        if self._is_stale:
            return [(" ✗ STALE ", "error reverse")]
        if snapshot.failure is not None:
            return [(" ✗ NO DATA ", "error reverse")]
        if snapshot.reading is None:
            return [("… CONNECTING ", "muted")]
        if snapshot.reading.origin is Origin.HISTORY:
            return [("… LAST KNOWN ", "warning")]
        if snapshot.phase is Phase.ENDED:
            return [("■ RECORDED ", "muted")]
        return [("● LIVE ", "success bold")]


class ReadLine(Sheet):
    """The second line's fixed part: when the data were read, and what had to be mended in them."""

    def __init__(self) -> None:
        super().__init__(id="read-line")
        self.board: Board | None = None

    def show(self, board: Board) -> None:
        """Show another board, if it looks different here."""
        self.board = board
        reading = board.snapshot.reading
        kept = (board.snapshot.history_off, board.snapshot.history_notes)
        self.show_if_new((reading.read_at if reading else None, reading.notes if reading else (), board.view.utc, kept))

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The line at this width."""
        board = self.board
        reading = board.snapshot.reading if board else None
        kept: list[Run] = []
        if board is not None:
            kept = [(f" · {note}", "warning") for note in board.snapshot.history_notes]
            if board.snapshot.history_off:
                kept = [(f" · history off: {board.snapshot.history_off}", "warning")]
        if board is None or reading is None:
            return [_fit([(" waiting for the first reading", "muted"), *kept], width)]
        zone = board.view.zone
        when = wording.clock_time(reading.read_at, zone, seconds=True)
        runs: list[Run] = [(f" read {when} {wording.zone_name(reading.read_at, zone)}", "muted")]
        if not reading.points:
            runs.append((" · no mail in two weeks", "warning"))
        return [_fit([*runs, *((f" · {note}", "warning") for note in reading.notes), *kept], width)]


class AgeLine(Sheet):
    """How old the data are, and when the next come. It changes by itself."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        super().__init__(id="age")
        self._elapsed = elapsed
        self._snapshot: Snapshot | None = None
        self._is_pinned = False

    def show(self, snapshot: Snapshot, *, countdown_of: Snapshot | None = None) -> None:
        """Count the age of `snapshot`, and down to the next reading of `countdown_of` where that is another."""
        self._snapshot = snapshot
        self._next = countdown_of or snapshot
        self.tick()

    def tick(self) -> None:
        """Redraw the figures that changed, and no cell beside them: this is all that an idle screen sends."""
        texts = self._texts()
        if texts == self._shown:
            return
        self._shown = texts
        width, made = self.size.width, self._made
        if made is None or made[:2] != (width, 1):
            self._made = None
            self.refresh()
            return
        self._made = (width, 1, self.lines(width, 1))
        for region in _differences(made[2][0], self._made[2][0]):
            self.refresh(region)

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The line, at the right edge."""
        age, following = self._texts()
        stale = self._snapshot is not None and is_stale(self._snapshot, self._elapsed())
        if width < len(age) + len(following) + 1:
            following = ""
        runs: list[Run] = [(age, "error" if stale else ""), (following, "muted")]
        return [[(" " * max(0, width - 1 - len(age) - len(following)), ""), *runs, (" ", "")]]

    def _texts(self) -> tuple[str, str]:
        snapshot = self._snapshot
        if snapshot is None:
            return ("", "")
        now = self._elapsed()
        age = (
            ""
            if snapshot.read_mark is None or snapshot.phase is Phase.ENDED
            else f"{wording.duration(_coarse(now - snapshot.read_mark))} old"
        )
        following = self._next
        if following.phase is Phase.READING:
            words = "reading"
        elif following.next_mark is not None:
            words = f"next in {wording.duration(-_coarse(min(0.0, now - following.next_mark)))}"
        else:
            words = ""
        return (age, f" · {words}" if age and words else words)


def _coarse(seconds: float) -> int:
    """Whole seconds, downwards; within a minute but beyond ten seconds in steps of five."""
    step = _COARSE_STEP if _COARSE_STEP * 2 <= abs(seconds) < 60 else 1
    return int(seconds // step * step)


def _differences(before: list[Run], after: list[Run]) -> list[Region]:
    """The stretches of a line, each one cell high, that are not as they were."""
    old, new = ([(char, role) for text, role in runs for char in text] for runs in (before, after))
    if len(old) != len(new):
        return [Region(0, 0, max(len(old), len(new)), 1)]
    out: list[Region] = []
    for place, (was, is_now) in enumerate(zip(old, new, strict=True)):
        if was == is_now:
            continue
        if out and place - out[-1].right <= _WORTH_JOINING:
            out[-1] = Region(out[-1].x, 0, place + 1 - out[-1].x, 1)
        else:
            out.append(Region(place, 0, 1, 1))
    return out


def _fit(runs: list[Run], width: int) -> list[Run]:
    """The runs cut to `width` characters, with an ellipsis where something is missing."""
    out: list[Run] = []
    for text, role in runs:
        room = width - sum(len(done) for done, _ in out)
        if len(text) > room:
            return [*out, (text[: max(0, room - 1)] + "…" if room > 0 else "", role)]
        out.append((text, role))
    return out
