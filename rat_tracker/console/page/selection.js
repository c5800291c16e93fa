/** Selecting and clearing, and what becomes of it: ours and what others choose. */

import {tell} from './api.js';

const OURS = 3_000; // milliseconds in which news may follow from what we did
const REMEMBERED = 20; // stamps

export class Selection {
  /** @param {import('./answers.js').Answers} answers */
  constructor(answers) {
    this._answers = answers;
    this._stamps = []; // of the pictures on which we selected
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

  /** Tell of a selection that this page did not make, or that does not count any more. */
  heard(news) {
    const ours = this._stamps.includes(news.stamp);
    if (news.accepted && !ours) {
      this._answers.add(`Somebody else selected a target (${news.source}). ${news.message}`,
        'other');
    } else if (!news.accepted && news.id && performance.now() - this._acted > OURS) {
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
