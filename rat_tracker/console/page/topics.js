/** The list of image topics; measured when it is opened, and on the button. */

import {get} from './api.js';
import {timeOfDay} from './format.js';
import {element} from './elements.js';

/** @param {HTMLDetailsElement} card */
export function listTopics(card) {
  const inside = card.querySelector('.inside');
  const button = element('button', {type: 'button'}, 'Measure again');
  const status = element('p', {role: 'status'});
  const list = element('ul', {className: 'topics'});
  inside.append(list, status, button);
  let under = false;

  async function measure() {
    if (under) return;
    under = button.disabled = true;
    status.textContent = 'Listening to all image topics for a moment …';
    try {
      const topics = await get('image_topics');
      list.replaceChildren(...topics.map(entry));
      status.textContent = topics.length ? `Measured at ${timeOfDay()}.`
        : `At ${timeOfDay()} there were no image topics; start the camera.`;
    } catch (error) {
      status.textContent = error.message;
    }
    under = button.disabled = false;
  }

  button.addEventListener('click', measure);
  card.addEventListener('toggle', () => { if (card.open) measure(); });
}

function entry(topic) {
  const rate = topic.rate === null ? 'no images' : `${topic.rate.toFixed(1)} per s`;
  const facts = [rate, topic.size, topic.kind, topic.qos,
    `from ${topic.publishers.join(', ') || 'nobody'}`].filter(Boolean);
  const name = element('p', {className: 'name'}, element('code', {}, topic.name));
  if (topic.used) name.append(' ', element('span', {className: 'badge'}, 'used by the tracker'));
  const item = element('li', {}, name, element('p', {className: 'facts'}, facts.join(' · ')));
  if (topic.problem) item.append(element('p', {className: 'problem'}, topic.problem));
  return item;
}
