/** Figures as people read them. */

/** Return a time span in few words. */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
}

/** Return the seconds between two stamps, which are nanoseconds as text. */
export function secondsBetween(earlier, later) {
  return Number(BigInt(later) - BigInt(earlier)) / 1e9;
}

/** Return the time of day. */
export function timeOfDay() {
  return new Date().toLocaleTimeString();
}
