"""The page: templates filled with the tables, plots and film strips."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from jinja2 import Environment
from jinja2 import FileSystemLoader
from jinja2 import StrictUndefined

from rat_tracker.evaluation.report.film_strips import FilmStrips
from rat_tracker.evaluation.report.overview import attribute_table
from rat_tracker.evaluation.report.overview import difference_table
from rat_tracker.evaluation.report.overview import sequence_table
from rat_tracker.evaluation.report.overview import summary_table
from rat_tracker.evaluation.report.overview import tracker_table
from rat_tracker.evaluation.report.plotting import Plot
from rat_tracker.evaluation.report.reliability_plot import FEW
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.stage_times import stage_table
from rat_tracker.evaluation.report.stage_times import StageTimes
from rat_tracker.evaluation.report.texts import counted
from rat_tracker.evaluation.report.texts import number
from rat_tracker.evaluation.report.verdict import verdict

TEMPLATES = Path(__file__).parent / 'templates'


def render_page(
    results: Results, plots: dict[str, Plot], times: dict[str, StageTimes],
    film_strips: FilmStrips,
) -> str:
    """Return the page; whatever is text in the results is escaped.

    :param plots: by their names
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(counted=counted, number=number, data_uri=_data_uri)
    links = {shown.sequence: f'strips-{number}'
             for number, shown in enumerate(film_strips.sequences, 1)}
    return environment.get_template('report.html').render(
        results=results,
        frames=sum(len(sequence.frames) for sequence in results.sequences),
        failures=results.failures(),
        verdict=verdict(results),
        summary=summary_table(results),
        differences=difference_table(results) if results.has_accuracy else None,
        by_sequence=sequence_table(results, links),
        by_attribute=attribute_table(results),
        by_tracker=[tracker_table(results, tracker) for tracker in results.totals],
        stages=stage_table(results, times) if times else None,
        plots=plots,
        few=FEW,
        film_strips=film_strips,
        links=links,
        styles=results.styles,
    )


def _data_uri(content: bytes, kind: str) -> str:
    return f'data:image/{kind};base64,{b64encode(content).decode()}'
