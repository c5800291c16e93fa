/** Puts the parts of the page together. */

import {Answers} from './answers.js';
import {Charts} from './charts.js';
import {Connection} from './connection.js';
import {listParameters} from './parameters.js';
import {listTopics} from './topics.js';
import {Picture} from './picture.js';
import {remembered} from './preferences.js';
import {selectByKeyboard} from './keyboard.js';
import {selectByPointer} from './pointer.js';
import {Selection} from './selection.js';
import {State} from './state.js';
import {Status} from './status.js';

const part = id => document.getElementById(id);

const picture = new Picture(part('stage'));
const selection = new Selection(new Answers(part('answers')));
const state = new State(part('state'));
const status = new Status(part('connection'), part('veil'), part('stage'), part('problem'));

const charts = new Charts(part('charts'), () => status.rate);

/** Show the tracker's result, with its picture or without. */
function show(target) {
  state.show(target);
  selection.setFollowed(target.id);
  charts.target(target);
}

const connection = new Connection({
  async picture(head, image, attention) {
    try {
      await picture.show(head, image, attention);
      status.pictureCame(head);
      if (head.target) show(head.target);
    } catch (error) {
      status.pictureFailed(error);
    }
    // Also for one that could not be shown: the next may be better.
    connection.update({shown: head.number});
  },
  events(list) {
    for (const event of list) {
      if (event.type === 'target') show(event);
      else if (event.type === 'selection') selection.onEvent(event, picture.head?.stamp);
      else if (event.type === 'diagnostics') {
        state.diagnose(event);
        charts.diagnostics(event);
      } else if (event.type === 'problem') status.problem(event.message);
    }
  },
  state: (name, sentence) => status.connection(name, sentence),
});

selectByPointer(picture, selection);
selectByKeyboard(picture, selection);
part('clear').addEventListener('click', () => selection.clear());
remembered(part('show-box'), show => { picture.showBox = show; });
remembered(part('show-attention'), show => {
  connection.update({attention: show});
  if (!show) picture.hideAttention();
});
listTopics(part('topics'));
listParameters(part('parameters'));
connection.open();
