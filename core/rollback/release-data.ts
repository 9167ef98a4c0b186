import { Failure } from '../errors/failure.ts';
import { parseImageReference } from '../image/reference.ts';
import type { Image, Release } from '../model/release.ts';
import type { Plan, RollbackDecision, Rollout, Verdict } from '../model/states.ts';
import type { Deployment } from '../rollout/observation.ts';
import { standingOf } from '../rollout/verdict.ts';
import type { Way } from './facts.ts';
import { primaryOf, type RollbackFacts, titleOf } from './facts.ts';
import type { Past } from './history.ts';

/** The image with the digest that it had when it ran, so that a tag that has moved brings nothing else. */
function pinnedTo(image: string, digest: string | undefined): string {
  const parsed = parseImageReference(image);
  if (digest === undefined || 'reason' in parsed || parsed.reference.digest !== undefined) return image;
  const { registry, path } = parsed.reference;
  return `${registry === undefined ? '' : `${registry}/`}${path}@${digest}`;
}

/** The containers' images as they ran (or, of a revision that never ran well, as it names them). */
function imagesOf({ revisions }: RollbackFacts, revision: string, ran: Past | undefined): Image[] {
  const containers = revisions.get(revision)?.taskDefinition.containerDefinitions ?? [];
  return containers
    .filter(({ image }) => typeof image === 'string')
    .map(({ name, image }) => {
      const imageUri = String(image);
      const digest = ran?.images.find((one) => one.name === name)?.digest;
      return { name, imageUri, pinned: pinnedTo(imageUri, digest) };
    });
}

const loose = (images: Image[]): string[] =>
  images
    .filter(({ pinned }) => !pinned.includes('@sha256:'))
    .map(
      ({ name, pinned }) =>
        `${name}: ECS does not tell which digest ${pinned} had when it ran, so it is taken as it is now.`,
    );

function releaseOf(facts: RollbackFacts, images: Image[]): Release {
  const { cause, now, target, timeoutMinutes, woken } = facts;
  return {
    target,
    images,
    base: { from: 'service' },
    force: false,
    // Going back is the answer to a failure; from there no way leads further back by itself.
    rollBackOnFailure: false,
    deadline: new Date(now.getTime() + timeoutMinutes * 60_000).toISOString(),
    bakeMinutes: 0,
    woken,
    by: cause.kind === 'hand' ? cause.by : undefined,
    reason: cause.kind === 'hand' ? cause.reason : undefined,
    warnings: loose(images),
  };
}

const primary = (facts: RollbackFacts): Deployment => {
  const found = primaryOf(facts);
  if (found !== undefined) return found;
  throw new Failure('SystemUnavailable', `${titleOf(facts)} has no PRIMARY deployment at the moment.`);
};

const planOf = ({ alarms }: RollbackFacts, before: Plan['before']): Plan => ({
  before,
  unchanged: false,
  alarms,
  warnings: [],
});

function toRevision(facts: RollbackFacts, { reason, revision, ran }: Way & { do: 'revision' }): RollbackDecision {
  const { id, taskDefinition } = primary(facts);
  const release = releaseOf(facts, imagesOf(facts, revision, ran));
  const plan = planOf(facts, { taskDefinition, deploymentId: id });
  return { do: 'revision', reason, revision, data: { release, plan: { ...plan, baseTaskDefinition: revision } } };
}

/** As after a rollout of ours that failed: Roll Back stops it, or puts the revision back where it is over by then. */
function toStop(facts: RollbackFacts, way: Way & { do: 'stop' }): RollbackDecision {
  const { id, taskDefinition, createdAt } = primary(facts);
  const rollout: Rollout = { deploymentId: id, taskDefinition, startedAt: createdAt.toISOString() };
  const verdict: Verdict = {
    outcome: 'failed',
    reason: way.reason,
    rollBack: 'gantry',
    at: facts.now.toISOString(),
    standing: standingOf(facts.service),
    serviceDeploymentArn: way.serviceDeploymentArn,
  };
  const old = facts.service.deployments.find((deployment) => deployment.taskDefinition === way.back);
  const plan = planOf(facts, { taskDefinition: way.back, deploymentId: old?.id ?? 'gone' });
  return { do: 'stop', reason: way.reason, data: { release: releaseOf(facts, []), plan, rollout, verdict } };
}

/** What Decide Rollback hands on: the way back, and what the states that go it expect to find. */
export function rollbackDecision(facts: RollbackFacts, way: Way): RollbackDecision {
  switch (way.do) {
    case 'nothing':
      return way;
    case 'stop':
      return toStop(facts, way);
    case 'revision':
      return toRevision(facts, way);
  }
}
