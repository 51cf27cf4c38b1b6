/** Durations as people read them. Called by everything that prints one. */

function whole(seconds: number): string {
  const rest = Math.floor(seconds);
  const hours = Math.floor(rest / 3600);
  const minutes = Math.floor((rest % 3600) / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (hours > 0) return `${hours} h ${two(minutes)} min`;
  return `${minutes} min ${two(rest % 60)} s`;
}

/** `0.3 s`, `12 s`, `2 min 05 s`, `1 h 03 min`. */
export function showSeconds(seconds: number): string {
  const positive = Math.max(0, seconds);
  if (positive < 9.95) return `${positive.toFixed(1)} s`;
  const rounded = Math.round(positive);
  return rounded < 60 ? `${rounded} s` : whole(rounded);
}
