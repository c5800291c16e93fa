/** Selecting and clearing, and what becomes of it: ours and what others choose. */

import {tell} from './api.js';
import {between} from './words.js';

const OURS = 3_000; // milliseconds in which news may follow from what we did
const REMEMBERED = 20; // stamps, and ids
const RECENT = 10; // seconds of image time: what is older was told before this page came

export class Selection {
  /** @param {import('./answers.js').Answers} answers */
  constructor(answers) {
    this._answers = answers;
    this._stamps = []; // of the pictures on which we selected
    this._ids = []; // of selections that were told here
    this._acted = -Infinity;
  }

  /**
   * Follow what a box holds.
   * @param {{stamp: string, frame_id: string}} head of the picture on which it was drawn
   * @param {number[]} box left, top, width, height in the camera's pixels
   */
  box(head, box) {
    return this._select('Box', {type: 'box', box}, head);
  }

  /** Follow what lies at a point; likewise. */
  point(head, point) {
    return this._select('Point', {type: 'point', point}, head);
  }

  /** Follow nothing. */
  async clear() {
    this._acted = performance.now();
    const write = this._answers.add('Clearing the target …', 'waiting');
    const reply = await tell('clear');
    write(reply.message || (reply.accepted ? 'Cleared.' : 'Not cleared.'),
      reply.accepted ? 'good' : 'bad');
  }

  /**
   * Tell of a selection that this page did not make, or that does not count any more.
   * The robot repeats the last ones to whoever begins to look.
   * @param {object} news SelectionNews of rat_tracker/console/news.py
   * @param {?string} stamp of the picture that is on the screen
   */
  heard(news, stamp) {
    const known = this._ids.includes(news.id);
    if (news.accepted && !known) {
      this._ids = [...this._ids.slice(1 - REMEMBERED), news.id];
      const ours = this._stamps.includes(news.stamp);
      if (ours || !stamp || Math.abs(between(news.stamp, stamp)) > RECENT) return;
      this._answers.add(`Somebody else selected a target (${news.source}). ${news.message}`,
        'other');
    } else if (!news.accepted && known) {
      this._ids = this._ids.filter(id => id !== news.id);
      if (performance.now() - this._acted < OURS) return; // our own doing
      this._answers.add(`The target is not followed any more: ${news.message}`, 'other');
    }
  }

  async _select(what, selection, {stamp, frame_id}) {
    this._acted = performance.now();
    this._stamps = [...this._stamps.slice(1 - REMEMBERED), stamp];
    const write = this._answers.add(`${what} sent …`, 'waiting');
    const reply = await tell('select', JSON.stringify({...selection, stamp, frame_id}));
    write(reply.message || (reply.accepted ? 'Selected.' : 'Refused.'),
      reply.accepted ? 'good' : 'bad');
  }
}
