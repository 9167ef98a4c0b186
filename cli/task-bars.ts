import { revisionName } from '../core/parsing/arn.ts';
import type { DeploymentTasks } from './watch-event.ts';

const barWidth = 20;

/** `█` runs, `▒` starts, `·` is wanted still or no more: of the `whole`, the most tasks that any deployment wants or has. */
const formatBar = ({ running, pending }: DeploymentTasks, whole: number): string => {
  const cells = (tasks: number) => Math.round((tasks / whole) * barWidth);
  const full = '█'.repeat(cells(running));
  return (full + '▒'.repeat(cells(running + pending) - full.length)).padEnd(barWidth, '·');
};

/** The newest deployment is what ECS works towards; all others are on their way out. */
const deploymentLabel = ({ status }: DeploymentTasks): string => (status === 'PRIMARY' ? 'new' : 'old');

/** ECS wants none of an old deployment's tasks any more, so only those are told that still run. */
const formatTaskCounts = ({ status, desired, running, pending, failed }: DeploymentTasks): string =>
  [
    status === 'PRIMARY' ? `${running}/${desired}` : `${running} left`,
    pending > 0 && `${pending} starting`,
    failed > 0 && `${failed} failed`,
  ]
    .filter((part) => part !== false)
    .join(', ');

/** A bar for each deployment of the service, the newest last; a service at rest has one. */
export function formatTaskBars(deployments: DeploymentTasks[]): string[] {
  const names = deployments.map(({ taskDefinition }) => revisionName(taskDefinition));
  const longest = Math.max(0, ...names.map((name) => name.length));
  const whole = Math.max(
    1,
    ...deployments.map(({ desired, running, pending }) => Math.max(desired, running + pending)),
  );
  return deployments
    .map(
      (tasks, at) =>
        `${deploymentLabel(tasks)}  ${names[at]?.padEnd(longest)}  ${formatBar(tasks, whole)}  ${formatTaskCounts(tasks)}`,
    )
    .reverse();
}

/** The same in one line, for where nothing can be drawn: `old web:12 2 left · new web:13 1/2, 1 starting`. */
export const formatTasksLine = (deployments: DeploymentTasks[]): string =>
  deployments
    .map((tasks) => `${deploymentLabel(tasks)} ${revisionName(tasks.taskDefinition)} ${formatTaskCounts(tasks)}`)
    .reverse()
    .join(' · ');
