"""What all plots have in common: size, letters, legend, and how they become files."""

from __future__ import annotations

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

from rat_tracker.evaluation.report.looks import Look

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


def line(look: Look, x: ArrayLike = (), y: ArrayLike = (), *, marked: bool = False) -> Line2D:
    """Return a tracker's line, for a plot or, without points, for its legend."""
    return Line2D(
        x, y, color=look.color, linewidth=1.8, linestyle=(0, look.dashes) if look.dashes else '-',
        marker=look.marker if marked else None, markersize=6)


def point(look: Look, x: ArrayLike = (), y: ArrayLike = ()) -> Line2D:
    """Return a tracker's marker without a line."""
    return Line2D(x, y, color=look.color, linestyle='', marker=look.marker, markersize=8)


def finish(name: str, text: str, figure: Figure) -> Plot:
    """Write the figure as the page and as other documents want it."""
    png, svg = BytesIO(), BytesIO()
    figure.savefig(png, format='png', dpi=_DOTS_PER_INCH, metadata={'Software': None})
    figure.savefig(svg, format='svg', metadata={'Date': None, 'Creator': None})
    return Plot(name, text, png.getvalue(), svg.getvalue())
