import { parseRevisionName } from '../core/parsing/arn.ts';
import { shortenMiddle } from '../core/parsing/display-text.ts';
import type { DeploymentTasks } from './watch-event.ts';
import { measureWidth, padToWidth } from './wrap-text.ts';

/** `█`: running tasks, `▒`: pending tasks, `·`: the rest of `maxTasks`, the most tasks that any deployment has or should have. */
const formatBar = ({ running, pending }: DeploymentTasks, maxTasks: number, width: number): string => {
  const cells = (tasks: number) => Math.round((tasks / maxTasks) * width);
  const full = '█'.repeat(cells(running));
  return (full + '▒'.repeat(cells(running + pending) - full.length)).padEnd(width, '·');
};

/** ECS starts the tasks of the newest deployment, which is PRIMARY, and stops the tasks of all other deployments. */
const deploymentLabel = ({ status }: DeploymentTasks): string => (status === 'PRIMARY' ? 'new' : 'old');

/** An old deployment no longer has a desired number of tasks, so only its running tasks are shown. */
const formatTaskCounts = ({
  status,
  desired,
  running,
  pending,
  failed,
  traffic,
  testTraffic = 0,
}: DeploymentTasks): string =>
  [
    status === 'PRIMARY' ? `${running}/${desired}` : `${running} left`,
    pending > 0 && `${pending} starting`,
    failed > 0 && `${failed} failed`,
    traffic !== undefined && `${traffic} % of the traffic`,
    testTraffic > 0 && `${testTraffic} % of the test traffic`,
  ]
    .filter((part) => part !== false)
    .join(', ');

/** The widths of names and bars in a terminal. The counts matter most, so a narrow terminal shows no bars. */
const chooseWidths = (columns: number, hasTraffic: boolean): { name: number; bar: number } => ({
  name: Math.max(8, Math.floor(columns / 3)),
  bar: columns >= 60 ? 20 : columns >= 40 && !hasTraffic ? 8 : 0,
});

/** One bar for each deployment of the service, newest last. A service without a rollout has one bar. */
export function formatTaskBars(deployments: DeploymentTasks[], columns = 80): string[] {
  const width = chooseWidths(
    columns,
    deployments.some(({ traffic }) => traffic !== undefined),
  );
  const names = deployments.map(({ taskDefinition }) => shortenMiddle(parseRevisionName(taskDefinition), width.name));
  const longest = Math.max(0, ...names.map(measureWidth));
  const maxTasks = Math.max(
    1,
    ...deployments.map(({ desired, running, pending }) => Math.max(desired, running + pending)),
  );
  return deployments
    .map((tasks, at) =>
      [
        deploymentLabel(tasks),
        padToWidth(names[at] ?? '', longest),
        ...(width.bar === 0 ? [] : [formatBar(tasks, maxTasks, width.bar)]),
        formatTaskCounts(tasks),
      ].join('  '),
    )
    .reverse();
}

/** The deployments in one line, for output that is not a terminal: `old web:12 2 left · new web:13 1/2, 1 starting`. */
export const formatTasksLine = (deployments: DeploymentTasks[]): string =>
  deployments
    .map((tasks) => `${deploymentLabel(tasks)} ${parseRevisionName(tasks.taskDefinition)} ${formatTaskCounts(tasks)}`)
    .reverse()
    .join(' · ');
