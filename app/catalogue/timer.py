"""Rows of [Timer]: when a timer starts its unit."""

from app.catalogue.directive import Directive
from app.values import Boolean, CalendarEvent, TimeSpan, TriggeredUnit

_GROUP = "timer"
_ELAPSES = "timer.elapses"  # an empty value of one of these takes back all of them (config_parse_timer())
_TIMER = "systemd.timer(5)"
_SPANS = "OnActiveSec="

ROWS = (
    Directive("Timer", "timer.Timer.OnCalendar", CalendarEvent(), 197, _GROUP, _TIMER, "When it starts the unit, as times of the calendar.", repeats=True, example="daily", together=_ELAPSES, file="timer"),
    Directive("Timer", "timer.Timer.OnBootSec", TimeSpan(), 1, _GROUP, _TIMER, "How long after the machine has started it starts the unit.", repeats=True, example="15min", anchor=_SPANS, together=_ELAPSES, file="timer"),
    Directive("Timer", "timer.Timer.OnStartupSec", TimeSpan(), 1, _GROUP, _TIMER, "How long after systemd itself has started, which for the system is at boot.", repeats=True, example="15min", anchor=_SPANS, together=_ELAPSES, file="timer"),
    Directive("Timer", "timer.Timer.OnActiveSec", TimeSpan(), 1, _GROUP, _TIMER, "How long after the timer itself was started.", repeats=True, example="10min", together=_ELAPSES, file="timer"),
    Directive("Timer", "timer.Timer.OnUnitActiveSec", TimeSpan(), 1, _GROUP, _TIMER, "How long after the unit was started last; with OnBootSec= beside it, again and again.", repeats=True, example="1h", anchor=_SPANS, together=_ELAPSES, file="timer"),
    Directive("Timer", "timer.Timer.OnUnitInactiveSec", TimeSpan(), 1, _GROUP, _TIMER, "How long after the unit ended last.", repeats=True, example="1h", anchor=_SPANS, together=_ELAPSES, file="timer"),
    Directive("Timer", "timer.Timer.Persistent", Boolean(), 212, _GROUP, _TIMER, "Starts the unit at once where a time of OnCalendar= has passed while the timer was not running.", default="no", file="timer"),
    Directive("Timer", "timer.Timer.AccuracySec", TimeSpan(), 209, _GROUP, _TIMER, "How much later than its time it may elapse, so that the machine wakes less often.", default="1min", example="1s", file="timer"),
    Directive("Timer", "timer.Timer.RandomizedDelaySec", TimeSpan(), 229, _GROUP, _TIMER, "Up to how long each elapse is put off by chance, so that a fleet does not start at once.", default="0", example="1h", file="timer"),
    Directive("Timer", "timer.Timer.FixedRandomDelay", Boolean(), 247, _GROUP, _TIMER, "Keeps the delay of RandomizedDelaySec= the same every time on this machine.", default="no", file="timer"),
    Directive("Timer", "timer.Timer.RandomizedOffsetSec", TimeSpan(), 258, _GROUP, _TIMER, "Up to how long all elapses are moved, always by the same time on this machine.", default="0", example="1h", file="timer"),
    Directive("Timer", "timer.Timer.DeferReactivation", Boolean(), 257, _GROUP, _TIMER, "Where the unit still runs when its time comes, waits for the next time after it has ended.", default="no", file="timer"),
    Directive("Timer", "timer.Timer.OnClockChange", Boolean(), 242, _GROUP, _TIMER, "Starts the unit when the clock jumps.", default="no", file="timer"),
    Directive("Timer", "timer.Timer.OnTimezoneChange", Boolean(), 242, _GROUP, _TIMER, "Starts the unit when the machine's time zone changes.", default="no", anchor="OnClockChange=", file="timer"),
    Directive("Timer", "timer.Timer.WakeSystem", Boolean(), 212, _GROUP, _TIMER, "Wakes the machine from its sleep when the timer elapses, where the hardware can.", default="no", file="timer"),
    Directive("Timer", "timer.Timer.RemainAfterElapse", Boolean(), 228, _GROUP, _TIMER, "Keeps the timer loaded after it has elapsed for the last time.", default="yes", file="timer"),
    Directive("Timer", "timer.Timer.Unit", TriggeredUnit(), 1, _GROUP, _TIMER, "What it starts, if not the service of its own name.", example="other.service", file="timer"),
)  # fmt: skip
