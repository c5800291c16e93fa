/** What this browser remembers of the page's switches. */

const PREFIX = 'rat_tracker.';

/**
 * Let a checkbox keep its value.
 * @param {HTMLInputElement} box
 * @param {(checked: boolean) => void} changed called at once and after every change
 */
export function remembered(box, changed) {
  const key = PREFIX + box.id;
  try {
    const before = localStorage.getItem(key);
    if (before !== null) box.checked = before === 'true';
  } catch {
    // A browser may forbid to remember anything; the switches work all the same.
  }
  box.addEventListener('change', () => {
    try {
      localStorage.setItem(key, String(box.checked));
    } catch {
      // as above
    }
    changed(box.checked);
  });
  changed(box.checked);
}
