/** The field in which a parameter's value is entered, by its type. */

import {element} from './elements.js';

/**
 * Return a field, and a function that returns its value as JSON.
 * @param {object} parameter ParameterInfo of rat_tracker/console/events.py, and its type's name in
 *   kind: JavaScript cannot tell 2 from 2.0
 * @returns {{field: HTMLElement, json: () => string}}
 */
export function input({value, kind, choices, low, high}) {
  if (choices.length) {
    const field = element('select', {}, ...choices.map(
      choice => element('option', {selected: choice === value}, choice)));
    return {field, json: () => JSON.stringify(field.value)};
  }
  if (kind === 'bool') {
    const field = element('input', {type: 'checkbox', checked: value});
    return {field, json: () => String(field.checked)};
  }
  if (kind === 'str') {
    const field = element('input', {type: 'text', value, spellcheck: false, autocomplete: 'off'});
    return {field, json: () => JSON.stringify(field.value)};
  }
  const field = element('input', {
    type: 'number', required: true, step: kind === 'int' ? '1' : 'any',
    inputMode: kind === 'int' ? 'numeric' : 'decimal',
    min: low ?? '', max: high ?? '', value: String(value)});
  return {field, json: () => number(field.value, kind)};
}

/** Write a number so that it is read with its type: a float has a point. */
function number(text, kind) {
  const plain = String(Number(text));
  return kind === 'float' && /^-?[0-9]+$/.test(plain) ? `${plain}.0` : plain;
}
