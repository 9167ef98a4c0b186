import { revisionName } from '../core/finding.ts';
import type { Tasks } from './happening.ts';

const width = 20;

/** `█` runs, `▒` starts, `·` is wanted still; as many columns as are given. */
const bar = ({ desired, running, pending }: Tasks, columns: number): string => {
  const whole = Math.max(desired, running + pending, 1);
  const cells = (tasks: number) => Math.round((tasks / whole) * columns);
  const full = '█'.repeat(cells(running));
  return (full + '▒'.repeat(cells(running + pending) - full.length)).padEnd(columns, '·');
};

/** The newest deployment is what ECS works towards; all others are on their way out. */
const sideOf = ({ status }: Tasks): string => (status === 'PRIMARY' ? 'new' : 'old');

const counts = ({ desired, running, pending, failed }: Tasks): string =>
  [`${running}/${desired}`, pending > 0 && `${pending} starting`, failed > 0 && `${failed} failed`]
    .filter((part) => part !== false)
    .join(', ');

/** A bar for each deployment of the service, the newest last; a service at rest has one. */
export function barsOf(deployments: Tasks[]): string[] {
  const names = deployments.map(({ taskDefinition }) => revisionName(taskDefinition));
  const longest = Math.max(0, ...names.map((name) => name.length));
  return deployments
    .map((tasks, at) => `${sideOf(tasks)}  ${names[at]?.padEnd(longest)}  ${bar(tasks, width)}  ${counts(tasks)}`)
    .reverse();
}

/** The same in one line, for where nothing can be drawn: `old web:12 2/2 · new web:13 1/2, 1 starting`. */
export const tasksLine = (deployments: Tasks[]): string =>
  deployments
    .map((tasks) => `${sideOf(tasks)} ${revisionName(tasks.taskDefinition)} ${counts(tasks)}`)
    .reverse()
    .join(' · ');
