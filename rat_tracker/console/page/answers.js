/** The last few things that became of selections and other requests, newest first. */

import {timeOfDay} from './format.js';

const KEPT = 4;

export class Answers {
  /** @param {HTMLElement} list */
  constructor(list) {
    this._list = list;
  }

  /**
   * Add a sentence.
   * @param {string} text
   * @param {'good' | 'bad' | 'waiting' | 'other'} kind
   * @returns {(text: string, kind: string) => void} replaces it
   */
  add(text, kind) {
    const item = document.createElement('li');
    const time = document.createElement('time');
    time.textContent = timeOfDay();
    const sentence = document.createElement('span');
    item.append(time, sentence);
    const write = (words, sort) => {
      sentence.textContent = words;
      item.dataset.kind = sort;
    };
    write(text, kind);
    this._list.prepend(item);
    while (this._list.children.length > KEPT) this._list.lastElementChild.remove();
    return write;
  }
}
