import * as z from 'zod';
import { isUnavailable } from '../aws/dynamodb.ts';
import { describeService, ecsOf, ecsOnceOf, updateService } from '../aws/ecs.ts';
import { door, type Surroundings } from '../aws/lambda.ts';
import { giveBack, keepLease } from '../aws/lease.ts';
import { ecsRefusal } from '../core/errors/ecs-refusal.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Target } from '../core/model/release.ts';
import { leasing, plan, release, revision } from '../core/model/state-schemas.ts';
import type { Rollout } from '../core/model/states.ts';
import type { ServiceFound } from '../core/service/state.ts';
import { begun, decideUpdate } from '../core/service/update.ts';
import { inTime, lastTry } from '../core/waiting/deadline.ts';

const event = z.object({
  execution: z.string(),
  input: z.object({ release, plan, revision, lease: leasing.optional() }),
});

const what = 'update the service';

/** State Update Service: points the service to the revision, once: a retry looks first and finds what was done before. Then the next in line may. */
export const handler = door(event.parse, (asked, around): Promise<Rollout> => {
  const { release } = asked.input;
  return update(asked, around).catch(lastTry(release, around.now, what));
});

async function update({ execution, input }: z.infer<typeof event>, { now, logger }: Surroundings): Promise<Rollout> {
  const { release, plan, revision, lease } = input;
  const { target } = release;
  // Before the look at the service: between that and the write there must be no other call, in which somebody else could deploy.
  const asked = await keepLease(target, lease, { execution, now }).catch((lost: unknown) => ({ lost }));
  const service = found(await describeService(await ecsOf(target, execution, now), target), target);
  const decision = decideUpdate(service, plan, revision);
  logger.info(`To the service: ${decision.do}`, { decision });
  if (decision.do === 'nothing') {
    await giveBack(target, lease, { execution, now });
    return decision.rollout;
  }
  // A lease that was lost after the write has done its service, above; now it forbids the write.
  if (asked !== undefined && 'lost' in asked) throw asked.lost;
  if (isUnavailable(asked)) logger.warn('The lease could not be looked at', { why: asked.unavailable });
  inTime(release, now, what);
  const updated = await updateService(await ecsOnceOf(target, execution, now), target, decision).catch((error) => {
    throw ecsRefusal(error, `to update the service ${target.service}`, target.roleArn);
  });
  const rollout = begun(updated, plan, revision);
  await giveBack(target, lease, { execution, now });
  return rollout;
}

const found = (service: ServiceFound | 'no cluster' | 'no service', target: Target): ServiceFound => {
  if (typeof service === 'object') return service;
  throw new Failure('RevisionOutOfSync', `The service ${target.service} has been deleted since it was checked.`);
};
