import type { Target } from '../model/release.ts';
import type { RollbackCause } from '../model/rollback-cause.ts';
import type { ReleasePlan } from '../model/state-data.ts';
import type { Deployment, ObservedService } from '../rollout/observation.ts';
import type { AlarmFacts } from '../service/alarms.ts';
import type { DescribedTaskDefinition } from '../task-definition/raw.ts';
import { findRestoredRevision } from '../task-definition/tags.ts';
import {
  findKnownGoodRevisions,
  isSameRevisionAndImages,
  type KnownGoodRevisions,
  type OriginalRevisions,
  type PastDeployment,
} from './deployment-history.ts';

/** All that is known of one service when it is decided how to go back. */
export interface RollbackFacts {
  now: Date;
  cause: RollbackCause;
  target: Target;
  /** The target's events come to us. */
  woken: boolean;
  /** How long the deployment back may take, in minutes. */
  timeoutMinutes: number;
  service: ObservedService;
  /** The newest deployment, whatever became of it; undefined where ECS keeps no history of this service. */
  newest?: PastDeployment | undefined;
  /** The newest SUCCESSFUL ones. */
  successes: PastDeployment[];
  /** Revisions by their ARN, as far as ECS still knows them: all of the history's, and the one that was asked for. */
  revisions: ReadonlyMap<string, DescribedTaskDefinition>;
  /** The execution of our own `deploy` that takes care of the newest deployment. */
  caring?: string | undefined;
  /** The one whose deployment it was, which failed with it, and which asked not to go back. */
  declined?: string | undefined;
  /** Of an alarm: whether it is in ALARM now. */
  alarming: boolean;
  /** Alarms that speak for the service, for the watch over the way back. */
  alarms: ReleasePlan['alarms'];
}

/** The facts, and what follows from the history. */
export interface RollbackContext extends RollbackFacts {
  restores: OriginalRevisions;
  goods: KnownGoodRevisions;
}

/** The facts with their history read. */
export function createRollbackContext(facts: RollbackFacts): RollbackContext {
  const restores = new Map(
    [...facts.revisions].flatMap(([arn, { tags }]) => {
      const original = findRestoredRevision(tags);
      return original === undefined ? [] : [[arn, original] as const];
    }),
  );
  return { ...facts, restores, goods: findKnownGoodRevisions(facts.successes, restores) };
}

/** Service deployments that are not over (botocore ecs `ServiceDeploymentStatus`) and not on their way back. */
const inProgressStatuses = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED'];

export const isDeploymentInProgress = ({ newest }: RollbackContext): boolean =>
  newest !== undefined && inProgressStatuses.includes(newest.status);

/** The newest deployment runs what ran well before: it was, or is, itself a way back or a re-deployment. */
export function newestIsRestore({ newest, goods, restores }: RollbackContext): boolean {
  if (newest === undefined) return false;
  if (newest.status === 'SUCCESSFUL') return goods.returned;
  return goods.stack.some((one) => isSameRevisionAndImages(one, newest, restores));
}

/** The deployment that ECS works towards, in the service's own list. */
export const primaryDeploymentOf = ({ service }: RollbackFacts): Deployment | undefined =>
  service.deployments.find(({ status }) => status === 'PRIMARY');

/** What people call the service. */
export const formatTargetName = ({ target }: RollbackFacts): string =>
  target.name ?? `${target.cluster}/${target.service}`;

/** Whether ECS still lets the revision run. */
export const isRevisionActive = ({ revisions }: RollbackFacts, taskDefinition: string): boolean =>
  revisions.get(taskDefinition)?.taskDefinition.status === 'ACTIVE';

/** Whether the alarm is in ALARM; where nobody may look, it is as it was told. */
export const isAlarmFiring = (states: AlarmFacts['states'], name: string): boolean =>
  states === 'denied' || states.some((alarm) => alarm.name === name && alarm.state === 'ALARM');

/** How to go back, and why so. `ran`: the deployment of that revision to run anew, by whose digests. */
export type RollbackPlan =
  | { do: 'nothing'; reason: string }
  | { do: 'stop'; reason: string; serviceDeploymentArn: string; back: string }
  | { do: 'revision'; reason: string; revision: string; ran?: PastDeployment | undefined };
