import type { Target } from '../core/model/release.ts';
import type { LifecycleHook, StageProgress } from '../core/model/stage-progress.ts';
import type { RolloutObservation } from '../core/rollout/observation.ts';
import { isTableUnavailable } from './dynamodb.ts';
import { readHookAnswer } from './hook-answers.ts';

/** If the table does not answer, only the name of the person is missing. */
async function addAnswer(target: Target, hook: LifecycleHook): Promise<LifecycleHook> {
  const found = await readHookAnswer(target, hook.id);
  if (found === undefined || isTableUnavailable(found) || found.status === 'refused') return hook;
  const { hookId, action, by, reason, at, execution } = found;
  return { ...hook, answer: { hookId, action, by, reason, at, execution } };
}

/**
 * Adds the names of the people who answered, with Gantry, the pause hooks that no longer wait. Reads each hook once: `before` is the progress of the check
 * before.
 */
export async function addHookAnswers(
  observation: RolloutObservation,
  target: Target,
  before: StageProgress | undefined,
): Promise<RolloutObservation> {
  const { progress } = observation;
  if (progress === undefined) return observation;
  const known = new Map([...(before?.continued ?? []), ...(before?.failed ?? [])].map((hook) => [hook.id, hook]));
  const isForPerson = ({ waitsFor, status }: LifecycleHook): boolean => waitsFor === 'person' && status !== 'TIMED_OUT';
  const completeOne = async (hook: LifecycleHook): Promise<LifecycleHook> => {
    const earlier = known.get(hook.id);
    if (earlier !== undefined) return { ...hook, answer: earlier.answer };
    return isForPerson(hook) ? addAnswer(target, hook) : hook;
  };
  const complete = (hooks: LifecycleHook[]) => Promise.all(hooks.map(completeOne));
  const [continued, failed] = await Promise.all([complete(progress.continued), complete(progress.failed)]);
  return { ...observation, progress: { ...progress, continued, failed } };
}
