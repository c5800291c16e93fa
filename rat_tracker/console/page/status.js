/** Whether what is on the screen is of now: the connection, and how old the picture is. */

import {duration} from './format.js';

const OLD = 2_000; // milliseconds
const WINDOW = 3_000; // milliseconds over which pictures are counted

export class Status {
  constructor(line, veil, stage, problem) {
    Object.assign(this, {_line: line, _veil: veil, _stage: stage, _problem: problem});
    this._name = 'connecting';
    this._sentence = 'connecting';
    this._shownAt = []; // times of the last pictures
    this._newest = null; // when the newest picture was taken from the camera
    this._fault = '';
    setInterval(() => this._show(), 500);
  }

  /** Pictures a second, of late. */
  get rate() {
    const now = performance.now();
    this._shownAt = this._shownAt.filter(time => now - time < WINDOW);
    return this._shownAt.length / (WINDOW / 1000);
  }

  pictureCame(head) {
    const now = performance.now();
    this._shownAt.push(now);
    this._newest = now - 1000 * head.age;
    this._fault = '';
    if (this._stage.classList.contains('stale')) this._show();
  }

  pictureFailed(error) {
    this._fault = `The picture cannot be shown: ${error.message}`;
  }

  connection(name, sentence) {
    this._name = name;
    this._sentence = sentence;
    this._show();
  }

  /** Say why nothing can be seen, and what to do; '': all is well. */
  problem(message) {
    this._problem.hidden = !message;
    this._problem.textContent = message;
  }

  _show() {
    const age = this._newest === null ? Infinity : performance.now() - this._newest;
    const stale = this._name !== 'open' || age > OLD;
    this._stage.classList.toggle('stale', stale);
    const text = this._words(age);
    this._veil.hidden = !stale;
    if (stale && this._veil.textContent !== text) this._veil.textContent = text;
    const [name, short] = this._short(stale, age);
    this._line.dataset.state = name;
    if (this._line.textContent !== short) this._line.textContent = short;
  }

  _words(age) {
    if (this._name === 'connecting') return 'Connecting …';
    if (this._name === 'lost') return this._sentence;
    if (this._fault) return this._fault;
    if (age === Infinity) return 'Waiting for the first picture …';
    return `No picture for ${duration(age / 1000)}. This is the last one.`;
  }

  _short(stale, age) {
    if (this._name === 'lost') return ['lost', 'reconnecting'];
    if (this._name === 'connecting') return ['connecting', 'connecting'];
    if (stale) return ['quiet', age === Infinity ? 'no picture yet' : 'no new picture'];
    return ['open', 'live'];
  }
}
