import { revisionName } from '../core/parsing/arn.ts';
import type { Tasks } from './happening.ts';

const width = 20;

/** `█` runs, `▒` starts, `·` is wanted still or no more: of the `whole`, the most tasks that any deployment wants or has. */
const bar = ({ running, pending }: Tasks, whole: number): string => {
  const cells = (tasks: number) => Math.round((tasks / whole) * width);
  const full = '█'.repeat(cells(running));
  return (full + '▒'.repeat(cells(running + pending) - full.length)).padEnd(width, '·');
};

/** The newest deployment is what ECS works towards; all others are on their way out. */
const sideOf = ({ status }: Tasks): string => (status === 'PRIMARY' ? 'new' : 'old');

/** ECS wants none of an old deployment's tasks any more, so only those are told that still run. */
const counts = ({ status, desired, running, pending, failed }: Tasks): string =>
  [
    status === 'PRIMARY' ? `${running}/${desired}` : `${running} left`,
    pending > 0 && `${pending} starting`,
    failed > 0 && `${failed} failed`,
  ]
    .filter((part) => part !== false)
    .join(', ');

/** A bar for each deployment of the service, the newest last; a service at rest has one. */
export function barsOf(deployments: Tasks[]): string[] {
  const names = deployments.map(({ taskDefinition }) => revisionName(taskDefinition));
  const longest = Math.max(0, ...names.map((name) => name.length));
  const whole = Math.max(
    1,
    ...deployments.map(({ desired, running, pending }) => Math.max(desired, running + pending)),
  );
  return deployments
    .map((tasks, at) => `${sideOf(tasks)}  ${names[at]?.padEnd(longest)}  ${bar(tasks, whole)}  ${counts(tasks)}`)
    .reverse();
}

/** The same in one line, for where nothing can be drawn: `old web:12 2 left · new web:13 1/2, 1 starting`. */
export const tasksLine = (deployments: Tasks[]): string =>
  deployments
    .map((tasks) => `${sideOf(tasks)} ${revisionName(tasks.taskDefinition)} ${counts(tasks)}`)
    .reverse()
    .join(' · ');
