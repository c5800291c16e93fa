/** The attention as light over the picture. */

const WIDTH = 160; // pixels; the map itself is no finer
// Violet to yellow, as rat_tracker/drawing.py's heat map (OpenCV's COLORMAP_INFERNO), every sixth.
const STOPS = [
  [0, 0, 4], [40, 11, 84], [101, 21, 110], [159, 42, 99], [212, 72, 66], [245, 125, 21],
  [252, 255, 164]];
const COLORS = table();

/**
 * Return a canvas with the attention in colours, clear where there is none.
 * @param {ImageBitmap} map grey, white where the attention is highest
 */
export function heatMap(map) {
  const canvas = document.createElement('canvas');
  canvas.width = Math.min(WIDTH, map.width);
  canvas.height = Math.max(1, Math.round(canvas.width * map.height / map.width));
  const context = canvas.getContext('2d', {willReadFrequently: true});
  context.drawImage(map, 0, 0, canvas.width, canvas.height);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  const values = new Uint32Array(pixels.data.buffer);
  for (let i = 0; i < values.length; i++) values[i] = COLORS[pixels.data[4 * i]];
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** Return for each grey the colour as the bytes red, green, blue, opacity. */
function table() {
  const bytes = new Uint8ClampedArray(4 * 256);
  for (let grey = 0; grey < 256; grey++) {
    const place = grey / 255 * (STOPS.length - 1);
    const low = Math.min(Math.floor(place), STOPS.length - 2), part = place - low;
    for (let i = 0; i < 3; i++) {
      bytes[4 * grey + i] = STOPS[low][i] * (1 - part) + STOPS[low + 1][i] * part;
    }
    bytes[4 * grey + 3] = Math.min(200, 1.2 * grey);
  }
  return new Uint32Array(bytes.buffer);
}
