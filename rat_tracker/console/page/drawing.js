/** How the target's states are drawn; the colours are those of rat_tracker/drawing.py. */

export const STATES = {
  SEARCHING: {color: '#ffffff', ink: '#000000'},
  TRACKING: {color: '#56b4e9', ink: '#000000'},
  UNCERTAIN: {color: '#f0e442', ink: '#000000'},
  LOST: {color: '#d55e00', ink: '#000000'},
};

/**
 * Draw the target's box: whole when tracking, dashed when uncertain, only its corners when lost.
 * @param {CanvasRenderingContext2D} canvas
 * @param {number[]} box left, top, width, height on the canvas
 * @param {string} state
 */
export function drawTarget(canvas, [left, top, width, height], state) {
  canvas.setLineDash([]);
  for (const [color, line] of [['#000000', 5], [STATES[state].color, 2.5]]) {
    canvas.strokeStyle = color;
    canvas.lineWidth = line;
    canvas.beginPath();
    if (state === 'LOST') {
      const dx = width / 5, dy = height / 5;
      for (const [x, y, right, below] of [
        [left, top, 1, 1], [left + width, top, -1, 1],
        [left, top + height, 1, -1], [left + width, top + height, -1, -1]]) {
        canvas.moveTo(x + right * dx, y);
        canvas.lineTo(x, y);
        canvas.lineTo(x, y + below * dy);
      }
    } else {
      if (state === 'UNCERTAIN') canvas.setLineDash([8, 6]);
      canvas.rect(left, top, width, height);
    }
    canvas.stroke();
  }
  canvas.setLineDash([]);
}

/** Write text on a ground of the state's colour above a box, below it, or else in it. */
export function drawLabel(canvas, text, [left, top, , height], state, room) {
  canvas.font = '600 13px system-ui, sans-serif';
  canvas.textBaseline = 'middle';
  const width = canvas.measureText(text).width + 12, tall = 22;
  let y = top - tall - 3;
  if (y < 0) y = top + height + 3;
  if (y + tall > room.height) y = top + 3;
  const x = Math.max(0, Math.min(left - 1, room.width - width));
  y = Math.max(0, Math.min(y, room.height - tall));
  canvas.fillStyle = STATES[state].color;
  canvas.fillRect(x, y, width, tall);
  canvas.fillStyle = STATES[state].ink;
  canvas.fillText(text, x + 6, y + tall / 2 + 1);
}

/** Draw what is being selected: a box, or a cross-hair where it has no size. */
export function drawAim(canvas, [left, top, width, height], isPoint) {
  for (const [color, line, dash] of [['#000000', 4, []], ['#ffffff', 1.5, [6, 4]]]) {
    canvas.strokeStyle = color;
    canvas.lineWidth = line;
    canvas.setLineDash(isPoint ? [] : dash);
    canvas.beginPath();
    if (isPoint) {
      const x = left + width / 2, y = top + height / 2;
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        canvas.moveTo(x + 5 * dx, y + 5 * dy);
        canvas.lineTo(x + 18 * dx, y + 18 * dy);
      }
    } else {
      canvas.rect(left, top, width, height);
    }
    canvas.stroke();
  }
  canvas.setLineDash([]);
}
