/** What the charts show: the score, how late the results come, and how many. */

import {Chart} from './chart.js';
import {STATES} from './drawing.js';

const SLOW = 1_000, FAST = 250; // milliseconds between two drawings

export class Charts {
  /**
   * @param {HTMLElement} parent
   * @param {() => number} pictures returns how many pictures a second this page shows
   */
  constructor(parent, pictures) {
    this._pictures = pictures;
    this._score = new Chart(parent, {
      title: 'Score', unit: '', span: 30, since: '30 s', top: 1, digits: 2,
      lines: [{name: '', dash: []}],
      band: {
        TRACKING: {...STATES.TRACKING, part: 1}, UNCERTAIN: {...STATES.UNCERTAIN, part: 0.7},
        LOST: {...STATES.LOST, part: 0.4}, SEARCHING: {...STATES.SEARCHING, part: 0.15}}});
    this._latency = new Chart(parent, {
      title: 'Latency', unit: 'ms', span: 180, since: '3 min', top: null, digits: 0,
      lines: [{name: 'p50', dash: []}, {name: 'p99', dash: [4, 3]}], band: null});
    this._rate = new Chart(parent, {
      title: 'Rate', unit: '/s', span: 180, since: '3 min', top: null, digits: 1,
      lines: [{name: 'results', dash: []}, {name: 'pictures', dash: [4, 3]}], band: null});
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    setInterval(() => this._draw(), calm ? SLOW : FAST);
  }

  /** @param {object} target TargetEvent of rat_tracker/console/events.py */
  target(target) {
    this._score.add([target.box ? target.score : NaN], target.state);
  }

  /** @param {object} diagnostics DiagnosticsEvent of events.py; docs/node.md names its values */
  diagnostics({values}) {
    this._latency.add([
      Number(values.pipeline_latency_ms_p50), Number(values.pipeline_latency_ms_p99)]);
    this._rate.add([Number(values.tracked_per_second), this._pictures()]);
  }

  _draw() {
    if (document.hidden) return;
    for (const chart of [this._score, this._latency, this._rate]) chart.draw();
  }
}
