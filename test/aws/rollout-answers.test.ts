import { expect, it } from 'vitest';
import { addHookAnswers } from '../../aws/rollout-answers.ts';
import type { StageProgress } from '../../core/model/stage-progress.ts';
import { pauseHook, rolloutObservation } from '../core/rollout/facts.ts';

const target = {
  region: 'eu-west-1',
  roleArn: 'arn:aws:iam::222222222222:role/test-deployment',
  cluster: 'main',
  service: 'web',
};
const hook = pauseHook({ status: 'FAILED' });
const answer = {
  hookId: hook.id,
  action: 'ROLLBACK' as const,
  by: 'bob',
  at: '2026-11-29T09:00:00.000Z',
  execution: 'arn:aws:states:eu-west-1:111111111111:execution:gantry-production-continue:test_1',
};
const progress = (changes: Partial<StageProgress>): StageProgress => ({
  since: '2026-11-29T09:00:00.000Z',
  reached: 0,
  stepsDone: 0,
  stepsLeft: 2,
  waiting: [],
  failed: [],
  continued: [],
  ...changes,
});

// No table is configured here, so an answer that is read again fails the test.
it.each<[string, Partial<StageProgress>]>([
  ['failed', { failed: [{ ...hook, answer }] }],
  ['continued', { continued: [{ ...hook, answer }] }],
])('the answer at a hook that an earlier check took for %s stays known without another read', async (_, before) => {
  const seen = rolloutObservation({ progress: progress({ failed: [hook] }) });
  const found = await addHookAnswers(seen, target, progress(before));
  expect(found.progress?.failed).toEqual([{ ...hook, answer }]);
});
