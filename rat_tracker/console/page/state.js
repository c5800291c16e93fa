/** What the robot says of its target, in words and figures. */

import {duration, secondsBetween} from './format.js';

const OLD = 2_000; // milliseconds

export class State {
  /** @param {HTMLElement} card */
  constructor(card) {
    this._card = card;
    this._part = name => card.querySelector(`#${name}`);
    this._came = null; // when the last result came
    setInterval(() => this._age(), 500);
  }

  /** @param {object} target TargetEvent of rat_tracker/console/events.py */
  show(target) {
    this._came = performance.now();
    if (this._card.classList.contains('stale')) this._age();
    const name = this._part('state-name');
    write(name, target.state);
    name.dataset.state = target.state;
    write(this._part('state-reason'), target.reason);
    const chosen = target.box !== null;
    write(this._part('state-score'), chosen ? target.score.toFixed(2) : '–');
    write(this._part('state-age'), chosen ? duration(target.age) : '–');
    write(this._part('state-seen'), seen(target, chosen));
  }

  /** @param {object} diagnostics DiagnosticsEvent of events.py */
  diagnose({level, message}) {
    const line = this._part('diagnosis');
    line.hidden = level === 'OK';
    line.dataset.level = level;
    write(line, `${level}: ${message}`);
  }

  /** Say that all this is of the past, when it is. */
  _age() {
    if (this._came === null) return;
    const age = performance.now() - this._came, stale = age > OLD;
    this._card.classList.toggle('stale', stale);
    this._part('state-old').hidden = !stale;
    if (stale) {
      write(this._part('state-old'), `No result for ${duration(age / 1000)}: this is the last one.`);
    }
  }
}

function seen(target, chosen) {
  if (!chosen) return '–';
  if (target.last_seen === '0') return 'never';
  const ago = secondsBetween(target.last_seen, target.stamp);
  return ago <= 0 ? 'now' : `${duration(ago)} ago`;
}

/** Write only what changed: screen readers read whatever is written. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
