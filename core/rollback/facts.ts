import type { Target } from '../model/release.ts';
import type { RollbackCause } from '../model/rollback-cause.ts';
import type { ReleasePlan } from '../model/state-data.ts';
import type { Deployment, ObservedService } from '../rollout/observation.ts';
import type { AlarmFacts } from '../service/alarms.ts';
import type { DescribedTaskDefinition } from '../task-definition/raw.ts';
import { findRestoredRevision } from '../task-definition/tags.ts';
import { isSameRevisionAndImages, type PastDeployment, type RevisionsByCopy } from './deployment-history.ts';
import { findKnownGoodRevisions, type KnownGoodRevisions, type RollbackEvidence } from './known-good.ts';

/** All facts about one service from which Gantry decides whether and how to roll back. */
export interface RollbackFacts extends RollbackEvidence {
  now: Date;
  cause: RollbackCause;
  target: Target;
  /** Whether the target's events are forwarded. */
  woken: boolean;
  /** The time limit of the deployment that the rollback starts, in minutes. */
  timeoutMinutes: number;
  service: ObservedService;
  /** The newest deployment, with any status; undefined if ECS keeps no history of this service. */
  newest?: PastDeployment | undefined;
  /** Revisions by their ARN, if ECS still describes them: all revisions in the history, and the requested revision. */
  revisions: ReadonlyMap<string, DescribedTaskDefinition>;
  /** The execution of `deploy` that is responsible for the newest deployment. */
  responsible?: string | undefined;
  /** The execution that made the newest deployment, if that deployment failed and its release asked not to be rolled back. */
  declined?: string | undefined;
  /** Whether an event is allowed to roll back deployments that Gantry did not make. */
  mayRollBackForeign: boolean;
  /** For an alarm: whether it is in ALARM now. */
  alarming: boolean;
  /** Alarms of the service, to be watched during the rollback. */
  alarms: ReleasePlan['alarms'];
}

/** The facts, and the conclusions from the history. */
export interface RollbackContext extends RollbackFacts {
  restores: RevisionsByCopy;
  knownGood: KnownGoodRevisions;
}

/** Returns the revisions that only restore another revision, as their tags show; a restored copy of a restored copy maps to the first original. */
export function mapCopiesToOriginals(revisions: RollbackFacts['revisions']): RevisionsByCopy {
  const originals = new Map<string, string>();
  for (const [arn] of revisions) {
    const seen = new Set([arn]);
    let original = arn;
    for (
      let next = findRestored(revisions, arn);
      next !== undefined && !seen.has(next);
      next = findRestored(revisions, next)
    ) {
      seen.add(next);
      original = next;
    }
    if (original !== arn) originals.set(arn, original);
  }
  return originals;
}

const findRestored = (revisions: RollbackFacts['revisions'], arn: string): string | undefined =>
  findRestoredRevision(revisions.get(arn)?.tags ?? []);

/** Returns the facts, with the known-good revisions of their history. */
export function createRollbackContext(facts: RollbackFacts): RollbackContext {
  const restores = mapCopiesToOriginals(facts.revisions);
  return { ...facts, restores, knownGood: findKnownGoodRevisions(facts, restores) };
}

/** Statuses of deployments that are in progress and are not being rolled back (botocore ecs `ServiceDeploymentStatus`). */
const inProgressStatuses = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED'];

export const isDeploymentInProgress = ({ newest }: RollbackContext): boolean =>
  newest !== undefined && inProgressStatuses.includes(newest.status);

/** Whether the newest deployment runs a revision that worked before. Such a deployment is itself a rollback or a redeployment. */
export function isNewestDeploymentRestore({ newest, knownGood, restores }: RollbackContext): boolean {
  if (newest === undefined) return false;
  if (newest.status === 'SUCCESSFUL') return knownGood.returned;
  return knownGood.stack.some((one) => isSameRevisionAndImages(one, newest, restores));
}

/** The deployment that ECS is rolling out or has rolled out, from the service's own list. */
export const primaryDeploymentOf = ({ service }: RollbackFacts): Deployment | undefined =>
  service.deployments.find(({ status }) => status === 'PRIMARY');

/** Returns the service's name in messages. */
export const formatRollbackTargetName = ({ target }: RollbackFacts): string =>
  target.name ?? `${target.cluster}/${target.service}`;

/** Returns the sentence for a deployment for which an execution of `deploy` is responsible. `execution`: its ARN. */
export const formatResponsibleExecution = (execution: string): string =>
  `An execution of Gantry already handles the deployment: ${execution}.`;

/** Whether the alarm is in ALARM. If the role is not allowed to read alarms, Gantry trusts the event. */
export const mayAlarmBeFiring = (states: AlarmFacts['states'], name: string): boolean =>
  states === 'denied' || states.some((alarm) => alarm.name === name && alarm.state === 'ALARM');

/** Whether and how to roll back, and why. `ran`: the past deployment of the revision whose digests are to run again. */
export type RollbackPlan =
  | { do: 'nothing'; reason: string; isRecorded?: boolean }
  | { do: 'stop'; reason: string; serviceDeploymentArn: string; back: string }
  | { do: 'revision'; reason: string; revision: string; ran?: PastDeployment | undefined; warnings?: string[] };
