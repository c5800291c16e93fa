/** What the robot says of its target, in words and figures. */

import {between, span} from './words.js';

export class State {
  /** @param {HTMLElement} card */
  constructor(card) {
    this._card = card;
    this._part = name => card.querySelector(`#${name}`);
  }

  /** @param {object} target TargetNews of rat_tracker/console/news.py */
  show(target) {
    const name = this._part('state-name');
    write(name, target.state);
    name.dataset.state = target.state;
    write(this._part('state-reason'), target.reason);
    const chosen = target.box !== null;
    write(this._part('state-score'), chosen ? target.score.toFixed(2) : '–');
    write(this._part('state-age'), chosen ? span(target.age) : '–');
    write(this._part('state-seen'), seen(target, chosen));
  }

  /** @param {object} diagnosis Diagnosis of news.py */
  diagnose({level, message}) {
    const line = this._part('diagnosis');
    line.hidden = level === 'OK';
    line.dataset.level = level;
    write(line, `${level}: ${message}`);
  }

  /** Show that all this is of the past, or that it is not. */
  set stale(stale) {
    this._card.classList.toggle('stale', stale);
  }
}

function seen(target, chosen) {
  if (!chosen) return '–';
  if (target.last_seen === '0') return 'never';
  const ago = between(target.last_seen, target.stamp);
  return ago <= 0 ? 'now' : `${span(ago)} ago`;
}

/** Write only what changed: screen readers read whatever is written. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
