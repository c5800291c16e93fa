/** Puts the parts of the page together. */

import {Answers} from './activity.js';
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
const status = new Status(part('connection'), part('veil'), part('stage'), part('notice'));

const charts = new Charts(part('charts'), () => status.rate);

/** Take the robot's answer, with its picture or without. */
function show(target) {
  state.show(target);
  selection.follows(target.id);
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
    connection.look({shown: head.number});
  },
  news(list) {
    for (const news of list) {
      if (news.type === 'target') show(news);
      else if (news.type === 'selection') selection.heard(news, picture.head?.stamp);
      else if (news.type === 'diagnosis') {
        state.diagnose(news);
        charts.diagnosis(news);
      } else if (news.type === 'notice') status.notice(news.message);
    }
  },
  state: (name, sentence) => status.connection(name, sentence),
});

selectByPointer(picture, selection);
selectByKeyboard(picture, selection);
part('clear').addEventListener('click', () => selection.clear());
remembered(part('show-box'), show => { picture.showBox = show; });
remembered(part('show-attention'), show => {
  connection.look({attention: show});
  if (!show) picture.hideAttention();
});
listTopics(part('topics'));
listParameters(part('parameters'));
connection.open();
