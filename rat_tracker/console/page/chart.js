/** A chart of the last seconds or minutes: lines over time, with axes and the newest values. */

import {sharpContext} from './canvas.js';

const LEFT = 34, RIGHT = 6, TOP = 6, BOTTOM = 18, BAND = 12; // pixels
const GAP = 3; // seconds without a value after which a line is broken
const LEAST = 1; // of what an axis reaches, also where all values are zero
const SHORT = new Intl.NumberFormat('en', {notation: 'compact', maximumSignificantDigits: 3});

export class Chart {
  /**
   * @param {HTMLElement} parent gets the chart
   * @param {object} what
   * @param {string} what.title
   * @param {string} what.unit
   * @param {number} what.span seconds that are shown
   * @param {string} what.since the same in words
   * @param {{name: string, dash: number[]}[]} what.lines
   * @param {?number} what.top the largest value; null: as the values are
   * @param {number} what.digits of the values in text
   * @param {?Object<string, {color: string, part: number}>} what.band what the colours below the
   *   lines mean, and how tall they are; null: there are none
   */
  constructor(parent, what) {
    Object.assign(this, what);
    this._points = []; // {time, values, name of the band's colour}
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    const title = document.createElement('span');
    title.textContent = what.title;
    const now = document.createElement('span');
    this._now = what.lines.map(({dash}, i) => { // underlined as the line is drawn
      const value = document.createElement('span');
      value.className = `value line${i} ${dash.length ? 'dashed' : ''}`;
      now.append(value);
      return value;
    });
    now.append(what.unit);
    caption.append(title, now);
    this._canvas = document.createElement('canvas');
    this._canvas.setAttribute('role', 'img');
    figure.append(caption, this._canvas);
    parent.append(figure);
    new ResizeObserver(() => this.draw()).observe(this._canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
  }

  /** Add the newest values, NaN where there is none. */
  add(values, band = '') {
    const time = performance.now() / 1000;
    this._points.push({time, values, band});
    const first = this._points.findIndex(point => time - point.time <= this.span + GAP);
    if (first > 0) this._points.splice(0, first);
  }

  /** Draw what is known, up to now. */
  draw() {
    const canvas = this._canvas, width = canvas.clientWidth, height = canvas.clientHeight;
    if (!width) return;
    const context = sharpContext(canvas);
    context.clearRect(0, 0, width, height);
    const style = getComputedStyle(canvas);
    const bottom = height - BOTTOM - (this.band ? BAND + 2 : 0);
    const now = performance.now() / 1000, top = this._top();
    const place = {
      x: time => width - RIGHT - (now - time) / this.span * (width - LEFT - RIGHT),
      y: value => bottom - value / top * (bottom - TOP)};
    this._axes(context, style, place, top, width, height);
    context.save();
    context.beginPath();
    context.rect(LEFT, 0, width - LEFT, height);
    context.clip();
    this.lines.forEach((line, i) => this._line(context, style, place, line, i));
    if (this.band) this._drawBand(context, style, place, bottom + 2, now);
    context.restore();
    this._write();
  }

  /** Return the axis' largest value: one that divides well. */
  _top() {
    if (this.top) return this.top;
    const largest = Math.max(LEAST, ...this._points.flatMap(
      point => point.values.filter(Number.isFinite)));
    const power = 10 ** Math.floor(Math.log10(largest));
    return power * [1, 2, 4, 5, 10].find(step => step * power >= largest);
  }

  _axes(context, style, place, top, width, height) {
    context.font = '11px system-ui, sans-serif';
    context.fillStyle = style.getPropertyValue('--faint');
    context.strokeStyle = style.getPropertyValue('--line');
    context.lineWidth = 1;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const part of [0, 0.5, 1]) {
      const y = Math.round(place.y(part * top)) + 0.5;
      context.beginPath();
      context.moveTo(LEFT, y);
      context.lineTo(width - RIGHT, y);
      context.stroke();
      context.fillText(SHORT.format(part * top), LEFT - 5, y);
    }
    context.textBaseline = 'alphabetic';
    context.fillText('now', width - RIGHT, height - 4);
    context.textAlign = 'left';
    context.fillText(`${this.since} ago`, LEFT, height - 4);
  }

  _line(context, style, place, {dash}, index) {
    context.strokeStyle = style.getPropertyValue(index ? '--second' : '--accent');
    context.lineWidth = 1.75;
    context.lineJoin = 'round';
    context.setLineDash(dash);
    context.beginPath();
    let before = null;
    for (const {time, values} of this._points) {
      const value = values[index];
      if (Number.isFinite(value)) {
        const step = before !== null && time - before < GAP ? 'lineTo' : 'moveTo';
        context[step](place.x(time), place.y(value));
        before = time;
      } else {
        before = null;
      }
    }
    context.stroke();
    context.setLineDash([]);
  }

  /** Draw the band: its colours differ in height, too, for those who cannot tell them apart. */
  _drawBand(context, style, place, top, now) {
    for (const {name, begin, end} of this._runs(now)) {
      const entry = this.band[name];
      if (!entry) continue;
      const tall = entry.part * BAND, x = place.x(begin), width = place.x(end) - x;
      context.fillStyle = entry.color;
      context.fillRect(x, top + BAND - tall, width, tall);
      context.fillStyle = style.getPropertyValue('--faint'); // a rim: white is seen on white
      context.fillRect(x, top + BAND - tall, width, 1);
    }
  }

  /** Return for how long the band had each of its colours, one after the other. */
  _runs(now) {
    const runs = [];
    this._points.forEach(({time, band}, i) => {
      const end = Math.min(this._points[i + 1]?.time ?? now, time + GAP), last = runs.at(-1);
      if (last?.name === band && last.end === time) last.end = end;
      else runs.push({name: band, begin: time, end});
    });
    return runs;
  }

  _write() {
    const last = this._points.at(-1);
    const fresh = last && performance.now() / 1000 - last.time < 2 * GAP;
    this.lines.forEach(({name}, i) => {
      const value = fresh ? last.values[i] : NaN;
      const text = `${name} ${Number.isFinite(value) ? value.toFixed(this.digits) : '–'}`.trim();
      if (this._now[i].textContent !== text) this._now[i].textContent = text;
    });
    const label = `${this.title} over the last ${this.since}`;
    if (this._canvas.ariaLabel !== label) this._canvas.ariaLabel = label;
  }
}
