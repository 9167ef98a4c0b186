import type { Aftermath, RollBack, Standing } from '../model/states.ts';
import { revisionName } from '../parsing/arn.ts';
import { type Deployment, type Look, newerIn } from '../rollout/observation.ts';
import { standingOf } from '../rollout/verdict.ts';
import { lookAway } from '../waiting/subscription.ts';

/** A rollback starts tasks that have run before, so it is done in minutes or not at all; a job is not kept waiting for longer. In ms. */
export const longestRollBackMs = 30 * 60_000;

/** A job has its result within a minute of its deadline, so no look at the rollback begins later than this after it. In ms. */
const graceMs = 30_000;

/** How long a pipeline's job may wait for the end of a rollback. */
export const latestFor = (deadline: Date): Date => new Date(deadline.getTime() + graceMs);

export interface After {
  look: Look;
  /** The revision that the service ran before us. */
  before: string;
  rollBack?: RollBack | undefined;
  /** When the rollout was found to have failed. */
  since: Date;
  /** When the result has to be told, where somebody waits for it. */
  latest?: Date | undefined;
}

type Settled = { back: boolean; sentence: string } | undefined;

const on = ({ taskDefinition, running, desired }: Standing): string =>
  `${revisionName(taskDefinition)} with ${running} of ${desired} tasks running`;

/** Steady by ECS's word, or by count where ECS gives none (behind a Classic Load Balancer). */
const isSteady = ({ rolloutState, running, desired }: Deployment): boolean =>
  rolloutState === undefined ? running >= desired : rolloutState === 'COMPLETED';

/** ECS's own rollback, by its entry in the history; its revision may be an older one than the one before ours. */
function settledByEcs({ look, before, rollBack }: After): Settled | 'not yet' {
  const standing = on(standingOf(look.service));
  switch (look.serviceDeployment?.status) {
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return 'not yet';
    case 'ROLLBACK_SUCCESSFUL':
      return {
        back: look.service.taskDefinition === before,
        sentence: `ECS rolled back: the service is on ${standing}.`,
      };
    case 'ROLLBACK_FAILED':
      return { back: false, sentence: `ECS could not roll back: the service is on ${standing} and needs a person.` };
    case 'STOPPED':
      // Final, also where ECS was expected to roll back by itself.
      if (rollBack !== undefined && rollBack.did !== 'stopped') return undefined;
      return { back: false, sentence: `ECS stopped the deployment without a rollback: the service is on ${standing}.` };
    default:
      return undefined;
  }
}

/** A newer deployment, by the service: ours with the old revision, or somebody else's. */
function settledByNewer({ look, before }: After, newer: Deployment): Settled {
  const standing = on(standingOf(look.service));
  if (newer.taskDefinition !== before)
    return { back: false, sentence: `A deployment of somebody else's is the newest: the service is on ${standing}.` };
  if (newer.rolloutState === 'FAILED')
    return {
      back: false,
      sentence: `The deployment that should restore it failed too: the service is on ${standing}.`,
    };
  return isSteady(newer) ? { back: true, sentence: `The service is back on ${standing}.` } : undefined;
}

function settledBy(after: After): Settled {
  const { service } = after.look;
  if (service.status !== 'ACTIVE') return { back: false, sentence: `The service is ${service.status}.` };
  const byEcs = settledByEcs(after);
  if (byEcs !== undefined) return byEcs === 'not yet' ? undefined : byEcs;
  const newer = newerIn(after.look);
  if (newer !== undefined) return settledByNewer(after, newer);
  if (after.rollBack?.did === 'nothing')
    return { back: false, sentence: `The service stays on ${on(standingOf(service))}.` };
  return undefined;
}

const unfinished = (elapsedMs: number, standing: Standing): string => {
  const minutes = Math.floor(elapsedMs / 60_000);
  const after = minutes === 0 ? 'yet' : `after ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return `The rollback was not done ${after}: the service is on ${on(standing)}.`;
};

/** Where the service ends up after a failed rollout, by one look at it; settled in any case after half an hour, or when a job must be told. */
export function judgeAftermath(after: After): Aftermath {
  const { look, since, latest } = after;
  const standing = standingOf(look.service);
  const settled = settledBy(after);
  if (settled !== undefined) return { outcome: 'settled', ...settled, standing };
  const elapsed = look.now.getTime() - since.getTime();
  const longest = Math.min(longestRollBackMs, (latest?.getTime() ?? Number.POSITIVE_INFINITY) - since.getTime());
  if (elapsed >= longest) return { outcome: 'settled', back: false, sentence: unfinished(elapsed, standing), standing };
  const end = new Date(since.getTime() + longest);
  return { outcome: 'going on', ...lookAway(look.now, { since, end }, look.ear), standing };
}
