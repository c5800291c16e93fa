/** The picture with what is drawn over it. */

import {drawAim, drawLabel, drawTarget} from './drawing.js';
import {heatMap} from './attention.js';
import {sharpContext} from './canvas.js';

export class Picture {
  /** @param {HTMLElement} stage holds both canvases and what is written over them */
  constructor(stage) {
    this.stage = stage;
    this.head = null; // of the picture that is on the screen
    this._image = stage.querySelector('#image');
    this._overlay = stage.querySelector('#overlay');
    this._hint = stage.querySelector('#hint');
    this._heatMap = null;
    this._next = null; // the newest that came while the picture is paused
    this._paused = false;
    this._aim = null;
    this._showBox = true;
    new ResizeObserver(() => this._drawOver()).observe(stage);
  }

  /**
   * Show a picture as soon as the screen does; keep it if the picture is paused.
   * @returns {Promise<void>} when it is on the screen or kept
   * @throws if the image cannot be read
   */
  async show(head, image, attention) {
    const [bitmap, map] = await Promise.all([
      createImageBitmap(image), attention && createImageBitmap(attention)]);
    await nextFrame();
    const shown = {head, bitmap, map};
    if (this._paused) {
      this._next?.bitmap.close();
      this._next?.map?.close();
      this._next = shown;
    } else {
      this._draw(shown);
    }
  }

  /** Pause the picture while somebody draws on it, or let it go on. */
  pause(paused) {
    this._paused = paused;
    if (!paused && this._next) {
      this._draw(this._next);
      this._next = null;
    }
  }

  /**
   * Show what is being selected.
   * @param {?{box: number[], isPoint: boolean}} aim in the camera's pixels; null: nothing
   * @param {string} hint a sentence over the picture
   */
  aim(aim, hint = '') {
    this._aim = aim;
    this._hint.textContent = hint;
    this._hint.hidden = !hint;
    // Out of the way of what is drawn.
    this._hint.classList.toggle('low', aim !== null && aim.box[1] < this.head.height / 2);
    this._drawOver();
  }

  /** Show the target's box or leave it out. */
  set showBox(show) {
    this._showBox = show;
    this._drawOver();
  }

  /** Forget the attention: it is not wanted any more. */
  hideAttention() {
    this._heatMap = null;
    this._drawOver();
  }

  /** Return where on the camera's image a pointer is, at its edge if outside. */
  position(event) {
    const area = this._overlay.getBoundingClientRect();
    return [
      clamp((event.clientX - area.left) / area.width, 0, 1) * this.head.width,
      clamp((event.clientY - area.top) / area.height, 0, 1) * this.head.height];
  }

  /** Return how many of the camera's pixels one on the screen is. */
  get scale() {
    return this.head.width / this._overlay.clientWidth;
  }

  _draw({head, bitmap, map}) {
    this.head = head;
    if (this._image.width !== bitmap.width || this._image.height !== bitmap.height) {
      this._image.width = bitmap.width;
      this._image.height = bitmap.height;
      this.stage.style.setProperty('--aspect', head.width / head.height);
    }
    this._image.getContext('2d').drawImage(bitmap, 0, 0);
    bitmap.close();
    this._heatMap = map && heatMap(map);
    map?.close();
    this._drawOver();
  }

  _drawOver() {
    const {stage, head, _overlay: canvas} = this;
    const width = stage.clientWidth, height = stage.clientHeight;
    const context = sharpContext(canvas);
    context.clearRect(0, 0, width, height);
    if (!head) return;
    if (this._heatMap) context.drawImage(this._heatMap, 0, 0, width, height);
    const onScreen = ([x, y, w, h]) => [
      x / head.width * width, y / head.height * height,
      w / head.width * width, h / head.height * height];
    const {target} = head, showBox = this._showBox && target;
    if (showBox) {
      const box = target.box && onScreen(target.box);
      if (box) drawTarget(context, box, target.state);
      const words = target.box ? `${target.state} ${target.score.toFixed(2)}` : target.state;
      drawLabel(context, words, box || [0, 0, 0, 0], target.state, {width, height});
    }
    if (this._aim) drawAim(context, onScreen(this._aim.box), this._aim.isPoint);
    // What is drawn, for whoever cannot see it: tests, and people who debug.
    Object.assign(stage.dataset, {
      number: head.number, stamp: head.stamp,
      state: showBox ? target.state : '', box: showBox && target.box ? target.box.join() : '',
      aim: this._aim ? this._aim.box.join() : '', attention: this._heatMap ? 'shown' : ''});
  }
}

/** Wait until the browser draws next. */
function nextFrame() {
  if (document.hidden) return null; // there is none
  return new Promise(done => { requestAnimationFrame(done); });
}

export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
