/** The parameters of the tracker's node: what they are, and a form for each. */

import {get, post} from './api.js';
import {timeOfDay} from './format.js';
import {element} from './elements.js';
import {input} from './inputs.js';

const GROUPS = [
  ['Can be changed now', parameter => parameter.changeable],
  ['Read once: set them in the parameter file, or at the start',
    parameter => !parameter.changeable]];

/** @param {HTMLDetailsElement} card */
export function listParameters(card) {
  const inside = card.querySelector('.inside');
  const status = element('p', {role: 'status'});
  const groups = element('div');
  const button = element('button', {type: 'button'}, 'Read again');
  inside.append(groups, status, button);

  async function read() {
    button.disabled = true;
    status.textContent = 'Asking the tracker …';
    try {
      const parameters = await get('parameters');
      groups.replaceChildren(...GROUPS.map(([title, belongs]) => group(
        title, parameters.filter(belongs))).filter(Boolean));
      status.textContent = `Read at ${timeOfDay()}.`;
    } catch (error) {
      status.textContent = error.message;
    }
    button.disabled = false;
  }

  button.addEventListener('click', read);
  card.addEventListener('toggle', () => { if (card.open) read(); });
}

function group(title, parameters) {
  if (!parameters.length) return null;
  const sorted = parameters.toSorted((one, other) => one.name.localeCompare(other.name));
  return element('fieldset', {}, element('legend', {}, title), ...sorted.map(row));
}

/** Return the form of one parameter. */
function row(parameter) {
  const id = `parameter-${parameter.name}`;
  const {field, json} = input(parameter);
  Object.assign(field, {id, disabled: !parameter.changeable});
  const about = element('p', {id: `${id}-about`, className: 'about'}, description(parameter));
  const answer = element('p', {id: `${id}-answer`, className: 'answer', role: 'status'});
  field.setAttribute('aria-describedby', `${about.id} ${answer.id}`);
  const form = element('form', {className: 'parameter', noValidate: true},
    element('label', {htmlFor: id}, element('code', {}, parameter.name)),
    element('div', {className: 'field'}, field), about, answer);
  if (!parameter.changeable) return form;

  const button = element('button', {type: 'submit', disabled: true}, 'Set');
  button.setAttribute('aria-label', `Set ${parameter.name}`);
  form.querySelector('.field').append(button);
  let known = json();
  form.addEventListener('input', () => {
    button.disabled = json() === known;
    write('', '');
  });
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (button.disabled) return;
    if (!field.checkValidity()) {
      write(field.validationMessage, 'bad');
      return;
    }
    const value = json();
    button.disabled = true;
    write('Setting …', '');
    const reply = await post(
      'parameter', `{"name":${JSON.stringify(parameter.name)},"value":${value}}`);
    if (reply.accepted) known = value;
    button.disabled = json() === known;
    write(reply.message || (reply.accepted ? 'Set.' : 'Refused.'), reply.accepted ? 'good' : 'bad');
  });

  function write(text, kind) {
    answer.textContent = text;
    answer.dataset.kind = kind;
    field.setAttribute('aria-invalid', String(kind === 'bad'));
  }
  return form;
}

function description({description: text, low, high, changeable}) {
  const range = low !== null && high !== null ? `${low} to ${high}`
    : low !== null ? `${low} or more` : high !== null ? `${high} or less` : '';
  return [text, range, changeable ? '' : 'cannot change while the node runs']
    .filter(Boolean).join(' · ');
}
