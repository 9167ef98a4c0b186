import { formatClockTime } from '../core/rollout/bake-sentence.ts';

const twoDigits = (count: number): string => String(count).padStart(2, '0');

/** Minutes and seconds, as `1:05`, and hours from one hour on, as `1:00:05`. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours === 0
    ? `${minutes}:${twoDigits(seconds % 60)}`
    : `${hours}:${twoDigits(minutes)}:${twoDigits(seconds % 60)}`;
}

/** `12:41 UTC (4:05 left)`, for a display that is redrawn every second. */
export const formatCountdown = (iso: string, now: number): string =>
  `${formatClockTime(iso, now)} (${formatElapsed(Date.parse(iso) - now)} left)`;
