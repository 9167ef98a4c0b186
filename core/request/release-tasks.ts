import type { Config } from '../config/check.ts';
import { findConfiguredService } from '../config/targets.ts';
import { sumTaskMinutes, taskDayLimitMessage } from '../config/task-minutes.ts';
import type { Target } from '../model/release.ts';
import type { ReleaseTasks } from '../model/release-task.ts';
import { maxDeploymentMinutes } from './fields.ts';

/** The fields of a manual start about the tasks of the release. A pipeline's job has no such fields. */
export interface TaskChoice {
  skipPreDeploy?: boolean | undefined;
  runPreDeploy?: boolean | undefined;
}

const listConfiguredTasks = (config: Config, stage: string, { name }: Pick<Target, 'name'>): ReleaseTasks => {
  const { preDeploy = [], postDeploy = [] } = findConfiguredService(config, name, stage)?.service ?? {};
  return { preDeploy, postDeploy };
};

/** Returns the tasks of a release to this target; undefined if it has none. */
export function selectReleaseTasks(
  config: Config,
  stage: string,
  target: Pick<Target, 'name'>,
  { skipPreDeploy, runPreDeploy }: TaskChoice = {},
): ReleaseTasks | undefined {
  const { preDeploy, postDeploy } = listConfiguredTasks(config, stage, target);
  const chosen = { preDeploy: skipPreDeploy ? [] : preDeploy, postDeploy };
  if (chosen.preDeploy.length + postDeploy.length === 0) return undefined;
  return runPreDeploy ? { ...chosen, evenIfUnchanged: true } : chosen;
}

/** Returns the names of the pre-deploy tasks that a manual start skips; undefined if it skips none. */
export function listSkippedTasks(
  config: Config,
  stage: string,
  target: Pick<Target, 'name'>,
  { skipPreDeploy }: TaskChoice,
): string[] | undefined {
  const names = listConfiguredTasks(config, stage, target).preDeploy.map(({ name }) => name);
  return skipPreDeploy && names.length > 0 ? names : undefined;
}

/** Returns the validation error of a release that would take too long together with its tasks; undefined if both fit into the 24 h of a custom action. */
export const findTaskDayLimitError = (
  minutes: { timeoutMinutes: number; bakeMinutes: number },
  tasks: ReleaseTasks | undefined,
): string | undefined =>
  tasks !== undefined && minutes.timeoutMinutes + minutes.bakeMinutes + sumTaskMinutes(tasks) > maxDeploymentMinutes
    ? taskDayLimitMessage
    : undefined;

/** Rules about the fields of a manual start: [whether the rule holds, the field to name, what the field must be]. */
export const taskChoiceRules: [
  holds: (given: TaskChoice & { reason?: string | undefined }) => boolean,
  field: 'skipPreDeploy' | 'runPreDeploy',
  must: string,
][] = [
  [
    ({ skipPreDeploy, reason }) => !skipPreDeploy || reason !== undefined,
    'skipPreDeploy',
    'needs a reason, which the ledger keeps',
  ],
  [
    ({ skipPreDeploy, runPreDeploy }) => !(skipPreDeploy && runPreDeploy),
    'runPreDeploy',
    'cannot be combined with skipPreDeploy',
  ],
];
