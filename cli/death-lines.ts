import { parseRevisionName } from '../core/parsing/arn.ts';
import { formatCount } from '../core/parsing/count.ts';
import type { WatchEvent } from './watch-event.ts';

type Death = Extract<WatchEvent, { type: 'task-stopped' }>;

/** The number of deaths for one cause that are printed one by one. More lines would hide everything else. */
const maxEach = 5;

/** Whether a death gets a line of its own. After the first deaths, only a death that doubles the count gets a line. */
export const isDeathPrinted = ({ count }: Death): boolean => count <= maxEach || Math.log2(count) % 1 === 0;

/** `Task 8e8589bd of web:3 stopped: app exited with code 3 (2 so far)`. */
export function formatDeath({ task, taskDefinition, cause, count }: Death): string {
  const soFar = count === 1 ? '' : ` (${count} so far)`;
  return `Task ${task.split('/').at(-1)} of ${parseRevisionName(taskDefinition)} stopped: ${cause.replace(/\.$/, '')}${soFar}.`;
}

/** A line about the cause of the most deaths so far. */
export const formatDeaths = ({ cause, count }: Death): string => `${formatCount(count, 'task')} stopped: ${cause}`;
