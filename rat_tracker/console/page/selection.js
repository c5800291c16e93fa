/** Selecting and clearing, and what becomes of it: ours and what others choose. */

import {post} from './api.js';
import {secondsBetween} from './format.js';

const THIN = 4; // pixels of a side; also the least that a tracked box shrinks to
const OURS = 3_000; // milliseconds in which events may follow from what we did
const REMEMBERED = 20; // stamps, and selections
const RECENT = 10; // seconds of image time: what is older was reported before this page came

export class Selection {
  /** @param {import('./answers.js').Answers} answers */
  constructor(answers) {
    this._answers = answers;
    this._stamps = []; // of the pictures on which we selected
    this._announced = new Map(); // stamps by ids of selections that were reported
    this._active = new Set(); // ids of those whose end is reported
    this._followed = ''; // id
    this._lastAction = -Infinity;
  }

  /**
   * Follow what a box holds; one that is too thin to hold anything is refused here.
   * @param {{stamp: string, frame_id: string}} head of the picture on which it was drawn
   * @param {number[]} box left, top, width, height in the camera's pixels
   * @param {number} scale how many of the camera's pixels one on the screen is
   */
  async box(head, box, scale = 1) {
    const [, , width, height] = box.map(Math.round);
    if (Math.min(box[2], box[3]) < THIN * Math.max(1, scale)) {
      this._answers.add(`Not sent: a box of ${width} × ${height} pixels is too thin; draw it `
        + 'around the whole target, or tap the target.', 'bad');
      return;
    }
    await this._select('Box', {type: 'box', box}, head);
  }

  /** Follow what lies at a point; likewise. */
  point(head, point) {
    return this._select('Point', {type: 'point', point}, head);
  }

  /** Follow nothing. */
  async clear() {
    this._lastAction = performance.now();
    const write = this._answers.add('Clearing the target …', 'waiting');
    const reply = await post('clear');
    write(reply.message || (reply.accepted ? 'Cleared.' : 'Not cleared.'),
      reply.accepted ? 'good' : 'bad');
  }

  /**
   * Tell of a selection that this page did not make, or that does not count any more.
   * The robot repeats the last ones whenever it is watched anew.
   * @param {object} event SelectionEvent of rat_tracker/console/events.py
   * @param {?string} stamp of the picture that is on the screen
   */
  onEvent(event, stamp) {
    if (event.accepted) this._accepted(event, stamp);
    else if (this._active.delete(event.id) && performance.now() - this._lastAction >= OURS) {
      this._answers.add(`The target is not followed any more: ${event.message}`, 'other');
    }
  }

  /** Note which selection the tracker follows; '' if none. */
  setFollowed(id) {
    if (id === this._followed) return;
    this._followed = id;
    if (id) this._active.add(id);
  }

  _accepted({id, stamp, source, box}, shown) {
    if (this._announced.get(id) === stamp) return; // repeated
    this._announced.delete(id); // a tracker that was started anew counts from 1 again
    this._announced.set(id, stamp);
    if (this._announced.size > REMEMBERED) {
      this._announced.delete(this._announced.keys().next().value);
    }
    if (this._stamps.includes(stamp)) {
      this._active.add(id);
      return;
    }
    if (!shown || Math.abs(secondsBetween(stamp, shown)) > RECENT) return;
    this._active.add(id);
    const place = box ? `: ${box.map(Math.round).join()}` : '';
    this._answers.add(`Somebody else selected a target (${source})${place}`, 'other');
  }

  async _select(what, selection, {stamp, frame_id}) {
    this._lastAction = performance.now();
    this._stamps = [...this._stamps.slice(1 - REMEMBERED), stamp];
    const write = this._answers.add(`${what} sent …`, 'waiting');
    const reply = await post('select', JSON.stringify({...selection, stamp, frame_id}));
    write(reply.message || (reply.accepted ? 'Selected.' : 'Refused.'),
      reply.accepted ? 'good' : 'bad');
  }
}
