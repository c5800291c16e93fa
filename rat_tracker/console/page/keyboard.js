/** Selecting with the keyboard: the picture goes on, the cross-hair or box stands over it. */

import {clamp} from './picture.js';

const STEP = 0.02; // of the image's width
const ARROWS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

/**
 * Let people select with the keyboard.
 * @param {import('./picture.js').Picture} picture has the focus when keys are pressed
 * @param {import('./selection.js').Selection} selection
 */
export function selectByKeyboard(picture, selection) {
  const {stage} = picture;
  let aim = null; // {x, y: centre, width, height} in the camera's pixels; no size: a point

  function show() {
    const {x, y, width, height} = aim, isPoint = !width;
    const words = isPoint ? `Point ${Math.round(x)}, ${Math.round(y)}`
      : `Box ${Math.round(width)} × ${Math.round(height)} at ${Math.round(x)}, ${Math.round(y)}`;
    picture.aim({box: [x - width / 2, y - height / 2, width, height], isPoint},
      `${words}. Enter selects, Esc gives up.`);
  }

  function end() {
    aim = null;
    picture.aim(null);
  }

  function begin() {
    const {width, height} = picture.head;
    return {x: width / 2, y: height / 2, width: 0, height: 0};
  }

  function move([right, down], event) {
    const {width, height} = picture.head;
    const step = event.ctrlKey ? 1 : Math.max(1, Math.round(STEP * width));
    if (!aim) {
      aim = begin();
    } else if (!event.shiftKey) {
      aim.x = clamp(aim.x + right * step, 0, width);
      aim.y = clamp(aim.y + down * step, 0, height);
    }
    if (event.shiftKey) resize(right, down, step);
    show();
  }

  /** A point becomes a box, and a box that shrinks to nothing a point. */
  function resize(right, down, step) {
    if (!aim.width) {
      if (right + down > 0) aim.width = aim.height = 6 * step;
      return;
    }
    aim.width = clamp(aim.width + 2 * right * step, 0, picture.head.width);
    aim.height = clamp(aim.height + 2 * down * step, 0, picture.head.height);
    if (!aim.width || !aim.height) aim.width = aim.height = 0;
  }

  function select() {
    const {head} = picture, {x, y, width, height} = aim;
    end();
    const left = Math.max(0, x - width / 2), top = Math.max(0, y - height / 2);
    if (!width) selection.point(head, [x, y]);
    else {
      selection.box(head, [left, top,
        Math.min(head.width, x + width / 2) - left, Math.min(head.height, y + height / 2) - top]);
    }
  }

  stage.addEventListener('keydown', event => {
    if (!picture.head || event.altKey || event.metaKey) return;
    if (event.key in ARROWS) move(ARROWS[event.key], event);
    else if (event.key === 'Enter' && aim) select();
    else if (event.key === 'Enter') move([0, 0], event);
    else if (event.key === 'Escape' && aim) end();
    else if (event.key === 'Delete') selection.clear();
    else return;
    event.preventDefault();
  });
  stage.addEventListener('blur', () => { if (aim) end(); });
  stage.addEventListener('pointerdown', () => { aim = null; });
}
