"""What all plots have in common: how a tracker is drawn, size, letters, legend, files.

The colours are Okabe and Ito's ("Color Universal Design", 2008), which people with any common
colour blindness tell apart; their yellow is left out, it is hardly seen on white. Lines and
markers differ as well, for those who see or print no colour.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from matplotlib import rc_context
from matplotlib import rcdefaults
from matplotlib import rcParams
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

COLORS = (
    '#0072b2',  # blue
    '#d55e00',  # vermilion
    '#009e73',  # bluish green
    '#cc79a7',  # reddish purple
    '#000000',  # black
    '#e69f00',  # orange
    '#56b4e9',  # sky blue
)
_DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.5), (1, 1.2), (5, 1.5, 1, 1.5))
_MARKERS = ('o', 's', '^', 'D', 'v', 'P', 'X', '*', '<', '>', 'p')
_WIDTH = 5.0  # inches; on a phone the letters are then still readable
_LEGEND_LINE = 0.19  # inches
_DOTS_PER_INCH = 160
_STYLE = {
    'font.size': 10.0,
    'axes.titlesize': 11.0,
    'axes.titleweight': 'bold',
    'axes.titlelocation': 'left',
    'axes.spines.top': False,
    'axes.spines.right': False,
    'axes.grid': True,
    'grid.color': '#dddddd',
    'grid.linewidth': 0.6,
    'axes.axisbelow': True,
    'legend.frameon': False,
    'legend.fontsize': 9.0,
    'legend.handlelength': 3.2,
    'hatch.linewidth': 0.6,
    'text.parse_math': False,  # a $ in a name is a $
    'svg.hashsalt': 'rat_tracker',  # the same plot is the same bytes
}


@dataclass(frozen=True, slots=True)
class PlotStyle:
    """A tracker's colour, line and marker.

    :param dashes: lengths of strokes and gaps in turn, in widths of the line; empty: a whole line
    :param marker: matplotlib's name of it
    """

    color: str
    dashes: tuple[float, ...]
    marker: str


def plot_styles(trackers: Iterable[str]) -> dict[str, PlotStyle]:
    """Give each tracker a style; 28 pairs of colour and line come before one is used again."""
    return {
        tracker: PlotStyle(COLORS[index % len(COLORS)], _DASHES[index % len(_DASHES)],
                      _MARKERS[index % len(_MARKERS)])
        for index, tracker in enumerate(trackers)}


@dataclass(frozen=True, eq=False)
class Plot:
    """A plot for the page.

    :param name: of its file, without the ending
    :param text: what it says to those who do not see it
    """

    name: str
    text: str
    png: bytes
    svg: bytes


@contextmanager
def plotting() -> Iterator[None]:
    """Draw in the report's own style, whatever a user's matplotlibrc says."""
    with rc_context():
        rcdefaults()
        rcParams.update(_STYLE)
        yield


def new_figure(height: float, legend_lines: int) -> Figure:
    """Return a figure with room below for a legend.

    :param height: inches, without the legend
    """
    return Figure(
        figsize=(_WIDTH, height + _LEGEND_LINE * legend_lines), layout='constrained')


def legend_below(figure: Figure, handles: list[Line2D], labels: list[str], title: str) -> None:
    """Write the legend below the plot, where long names have room."""
    figure.legend(handles, labels, loc='outside lower left', title=title, alignment='left')


def line(
    style: PlotStyle, x: ArrayLike = (), y: ArrayLike = (), *, marked: bool = False,
) -> Line2D:
    """Return a tracker's line, for a plot or, without points, for its legend."""
    return Line2D(
        x, y, color=style.color, linewidth=1.8,
        linestyle=(0, style.dashes) if style.dashes else '-',
        marker=style.marker if marked else None, markersize=6)


def point(style: PlotStyle, x: ArrayLike = (), y: ArrayLike = ()) -> Line2D:
    """Return a tracker's marker without a line."""
    return Line2D(x, y, color=style.color, linestyle='', marker=style.marker, markersize=8)


def finish(name: str, text: str, figure: Figure) -> Plot:
    """Write the figure as the page and as other documents want it."""
    png, svg = as_png(figure), BytesIO()
    figure.savefig(svg, format='svg', metadata={'Date': None, 'Creator': None})
    return Plot(name, text, png, svg.getvalue())


def as_png(figure: Figure) -> bytes:
    """Return the figure as a PNG."""
    png = BytesIO()
    figure.savefig(png, format='png', dpi=_DOTS_PER_INCH, metadata={'Software': None})
    return png.getvalue()
