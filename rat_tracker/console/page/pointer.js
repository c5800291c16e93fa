/** Drawing a box, or tapping a point, with mouse, pen or finger. */

const CLICK = 6; // pixels on the screen: who moves less taps a point

/**
 * Let people select on the picture.
 * @param {import('./picture.js').Picture} picture
 * @param {import('./selection.js').Selection} selection
 */
export function selectByPointer(picture, selection) {
  const {stage} = picture;
  let drawing = null; // {pointer, touch, head, start, end}

  function end() {
    drawing = null;
    picture.aim(null);
    picture.pause(false);
  }

  function show() {
    const giveUp = drawing.touch ? 'A second finger' : 'Esc';
    picture.aim(drawn(), `The picture stands still while you draw. ${giveUp} gives up.`);
  }

  function drawn() {
    const [[x, y], [toX, toY]] = [drawing.start, drawing.end];
    const box = [Math.min(x, toX), Math.min(y, toY), Math.abs(toX - x), Math.abs(toY - y)];
    return {box, isPoint: Math.max(box[2], box[3]) < CLICK * picture.scale};
  }

  stage.addEventListener('pointerdown', event => {
    if (!event.isPrimary) { // a second finger: this is no selection
      if (drawing) end();
      return;
    }
    if (event.button !== 0 || !picture.head) return;
    const position = picture.position(event);
    drawing = {
      pointer: event.pointerId, touch: event.pointerType === 'touch',
      head: picture.head, start: position, end: position};
    stage.setPointerCapture(event.pointerId);
    picture.pause(true);
    show();
  });

  stage.addEventListener('pointermove', event => {
    if (event.pointerId !== drawing?.pointer) return;
    drawing.end = picture.position(event);
    show();
  });

  stage.addEventListener('pointerup', event => {
    if (event.pointerId !== drawing?.pointer) return;
    drawing.end = picture.position(event);
    const {head, start} = drawing, {box, isPoint} = drawn();
    end();
    if (isPoint) selection.point(head, start);
    else selection.box(head, box, picture.scale);
  });

  for (const loss of ['pointercancel', 'lostpointercapture']) {
    stage.addEventListener(loss, event => {
      if (event.pointerId === drawing?.pointer) end();
    });
  }
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && drawing) end();
  });
}
