/** Minutes of a day, as a field for a time of day has them: `07:30`. */

export function timeOfDay(minutes: number | null): string {
  if (minutes === null) return '';
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Nothing for a field that is empty or holds no time. */
export function minutesOfDay(time: string): number | null {
  const match = /^(\d{1,2}):(\d{2})/.exec(time);
  if (!match) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return minutes < 24 * 60 ? minutes : null;
}
