"""Drawing charts as PNG for a phone: 1,080 pixels wide, which Discord shows at about 360 points, so 13 pt here is 11 there.

matplotlib draws; pyplot, which keeps figures in the process, is not used. Every text from people is made legible first and
never read as a formula (`$x$` is mathematics to matplotlib otherwise).
"""

from __future__ import annotations

import io
import math
import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any

from reports.lettering import faces, legible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from attendance.domain.chart import Chart, Measure

WIDTH, DPI = 6.0, 180
"""Inches and pixels an inch."""
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#444444", "#8C6D31")
"""Okabe and Ito's palette, which colour-blind people tell apart; lines differ in their marks too."""
_MARKS = "osD^vPX*"
_MOST_SIDEWAYS = 30
"""So many bars lie one below the other, with room for names; more stand upright."""
_MOST_TICKS = 7
_MOST_SAID, _NEAR_THE_TOP = 12, 0.88
"""So many points of a line have room for what they are made of; from that share on it stands below."""
_INK, _FAINT = "#222222", "#666666"


def draw(chart: Chart) -> bytes:
    """Return the chart as a PNG image; it holds nothing but pixels."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    sideways = chart.kind == "bars" and len(chart.labels) <= _MOST_SIDEWAYS
    with mpl.rc_context(
        {"font.family": _families(), "font.size": 13, "text.parse_math": False, "axes.edgecolor": _FAINT}
    ):
        bars = len(chart.labels) * max(len(chart.measures), 1)
        height = max(3.4, 1.4 + (0.4 if len(chart.measures) < 2 else 0.26) * bars) if sideways else 4.6
        figure = Figure(figsize=(WIDTH, height), dpi=DPI)
        FigureCanvasAgg(figure)
        figure.set_layout_engine(ConstrainedLayoutEngine(rect=(0, 0, 1, _head(figure, chart, height))))
        axes = figure.add_subplot()
        _plain(axes)
        if chart.is_empty:
            _nothing(axes)
        elif sideways:
            _bars_sideways(axes, chart)
        elif chart.kind == "bars":
            _bars_upright(axes, chart)
        else:
            _lines(axes, chart)
        picture = io.BytesIO()
        figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


@cache
def _families() -> list[str]:
    """Make the layer's fonts known to matplotlib, once a process; return their names, the first to be asked first."""
    from matplotlib import font_manager

    ordered = sorted(
        faces(), key=lambda face: bool(face.script)
    )  # all have Latin letters: those of our own words first
    for face in ordered:
        font_manager.fontManager.addfont(str(face.path))
    return [font_manager.FontProperties(fname=str(face.path)).get_name() for face in ordered]


def _head(figure: Figure, chart: Chart, height: float) -> float:
    """Write the title and the line below it; return the share of the height that is left for the chart."""
    down = 0.1
    for text, size, width, colour in ((chart.title, 17, 40, _INK), (chart.subtitle, 11, 66, _FAINT)):
        lines = textwrap.wrap(legible(text), width, max_lines=3, placeholder=" …")
        figure.text(
            0.1 / WIDTH, 1 - down / height, "\n".join(lines), va="top", fontsize=size, color=colour, linespacing=1.25
        )
        down += len(lines) * size / 72 * 1.5
    return 1 - (down + 0.1) / height


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=_INK, length=0, pad=8)
    axes.set_axisbelow(True)


def _nothing(axes: Axes) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, "-", ha="center", va="center", fontsize=40, color=_FAINT, transform=axes.transAxes)


def _lines(axes: Axes, chart: Chart) -> None:
    for measure, colour, mark in zip(chart.measures, _cycle(_COLOURS), _cycle(_MARKS), strict=False):
        values = [math.nan if value is None else value for value in measure.values]
        many = len(values) > 40
        axes.plot(values, color=colour, marker=mark, markersize=3 if many else 6, linewidth=2.2, label=_name(measure))
        if len(chart.measures) == 1 and len(values) <= _MOST_SAID:
            _say_beside(axes, measure)
    axes.margins(x=0.03)
    axes.grid(axis="y", color="#dddddd")
    _label_below(axes, chart)
    _scale(axes, chart, "y")
    _legend(axes, chart)


def _say_beside(axes: Axes, measure: Measure) -> None:
    """Write what each point is made of beside it: above, or below one that is near the top."""
    for place, (value, detail) in enumerate(zip(measure.values, measure.details, strict=False)):
        if value is not None:
            high = value > _NEAR_THE_TOP
            axes.annotate(
                _short(detail, 14), (place, value), xytext=(0, -9 if high else 9), textcoords="offset points", ha="center",
                va="top" if high else "bottom", fontsize=11, color=_INK,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.5},
            )  # fmt: skip


def _bars_upright(axes: Axes, chart: Chart) -> None:
    thick = 0.8 / len(chart.measures)
    for place, (measure, colour) in enumerate(zip(chart.measures, _cycle(_COLOURS), strict=False)):
        at = [index - 0.4 + thick * (place + 0.5) for index in range(len(chart.labels))]
        axes.bar(at, [value or 0 for value in measure.values], thick, color=colour, label=_name(measure))
    axes.grid(axis="y", color="#dddddd")
    _label_below(axes, chart)
    _scale(axes, chart, "y")
    _legend(axes, chart)


def _bars_sideways(axes: Axes, chart: Chart) -> None:
    thick = 0.8 / len(chart.measures)
    for place, (measure, colour) in enumerate(zip(chart.measures, _cycle(_COLOURS), strict=False)):
        at = [index - 0.4 + thick * (place + 0.5) for index in range(len(chart.labels))]
        drawn = axes.barh(
            at, [value or 0 for value in measure.values], thick * 0.92, color=colour, label=_name(measure)
        )
        said = [_said(chart, measure, index) for index in range(len(chart.labels))]
        axes.bar_label(drawn, said, padding=5, fontsize=12, color=_INK)
    axes.set_yticks(range(len(chart.labels)), [_short(label, 22) for label in chart.labels])
    axes.set_ylim(len(chart.labels) - 0.4, -0.6)  # the first label on top
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    _scale(axes, chart, "x", room=1.45)
    _legend(axes, chart)


def _said(chart: Chart, measure: Measure, index: int) -> str:
    """Return what stands behind a bar: its value and, where the chart has one, what it is made of."""
    value = measure.values[index]
    detail = measure.details[index] if measure.details else ""
    if value is None:
        return f"- {_short(detail, 14)}".rstrip()
    text = f"{value * 100:.0f} %" if chart.unit == "share" else f"{value:g}"
    return f"{text} ({_short(detail, 14)})" if detail else text


def _label_below(axes: Axes, chart: Chart) -> None:
    """Name some of the labels, evenly, so that they do not run into each other."""
    longest = max((len(legible(label)) for label in chart.labels), default=0)
    most = max(2, min(_MOST_TICKS, 40 // max(longest, 1)))
    step = max(1, math.ceil(len(chart.labels) / most))
    places = list(range(0, len(chart.labels), step))
    axes.set_xticks(places, [_short(chart.labels[place], 18) for place in places])


def _scale(axes: Axes, chart: Chart, which: str, room: float = 1.0) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    axis = axes.yaxis if which == "y" else axes.xaxis
    limit: Any = axes.set_ylim if which == "y" else axes.set_xlim
    if chart.unit == "share":
        limit(0, 1.03 * room if which == "y" else room)
        axis.set_major_locator(MaxNLocator(5))
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    else:
        highest = max((value for one in chart.measures for value in one.values if value is not None), default=0)
        limit(0, max(highest, 1) * max(room, 1.08))
        axis.set_major_locator(MaxNLocator(5, integer=True))


def _legend(axes: Axes, chart: Chart) -> None:
    if len(chart.measures) > 1:
        handles, names = axes.get_legend_handles_labels()
        axes.figure.legend(handles, names, loc="outside lower left", ncols=2, fontsize=12, frameon=False)


def _name(measure: Measure) -> str:
    """Return a measure's name for the legend, which hides those that begin with an underscore."""
    name = _short(measure.name, 24)
    return f" {name}" if name.startswith("_") else name or " "


def _short(text: str, most: int) -> str:
    shown = legible(text)
    return shown if len(shown) <= most else shown[: most - 1].rstrip() + "…"


def _cycle(values: Any) -> Any:
    from itertools import cycle

    return cycle(values)
