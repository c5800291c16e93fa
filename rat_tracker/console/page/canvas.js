/** Drawing as finely as the screen can show it. */

/**
 * Return a canvas' context that counts in the page's pixels, with one dot for each of the screen's.
 * @param {HTMLCanvasElement} canvas
 */
export function sharpContext(canvas) {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
  const context = canvas.getContext('2d');
  context.setTransform(width / canvas.clientWidth, 0, 0, height / canvas.clientHeight, 0, 0);
  return context;
}
