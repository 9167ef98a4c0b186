import { describe, expect, it } from 'vitest';
import type { RollbackActionResult, Verdict } from '../../../core/model/state-data.ts';
import { judgeRollback } from '../../../core/rollback/outcome.ts';
import type { ObservedService, RolloutObservation } from '../../../core/rollout/observation.ts';
import { toServiceStatus } from '../../../core/rollout/task-counts.ts';
import { judgeRollout } from '../../../core/rollout/verdict.ts';
import {
  newerDeployment,
  ourDeployment,
  previousDeployment,
  revisionArn,
  rolloutObservation,
  secondsAfterStart,
  serviceDeployment,
  serviceWith,
} from '../rollout/facts.ts';

/* A failed release of web:13 is rolled back to web:12. The tasks of each revision are counted separately, whatever the outcome. */

const before = revisionArn('web:12');
const failed = ourDeployment({ running: 0, pending: 0, rolloutState: 'FAILED' });
const old = previousDeployment({ running: 2 });
const restoring = (changes = {}) =>
  newerDeployment({ id: 'ecs-svc/5', taskDefinition: before, running: 1, pending: 1, ...changes });

/** The service whose own counts include the tasks of every revision. */
const service = (...deployments: ObservedService['deployments']) =>
  serviceWith({
    taskDefinition: deployments[0]!.taskDefinition,
    running: deployments.reduce((sum, { running }) => sum + running, 0),
    deployments,
  });

const onFailed = service(failed, old);
const bothRun = service(restoring(), { ...failed, status: 'ACTIVE', running: 1 }, old);
const foreign = service(newerDeployment({ running: 0 }), { ...failed, status: 'ACTIVE' }, old);
const restored = service(restoring({ running: 2, pending: 0, rolloutState: 'COMPLETED' }));
const restoreFailed = service(restoring({ running: 0, rolloutState: 'FAILED' }), {
  ...failed,
  status: 'ACTIVE',
  running: 2,
});
const status = (name: string) => serviceDeployment({ status: name });
const did = (what: RollbackActionResult['did']): RollbackActionResult => ({
  did: what,
  sentence: '',
  taskDefinition: before,
});
const late = { now: secondsAfterStart(170 + 1900) };

interface Outcome {
  observation: Partial<RolloutObservation>;
  rollBack?: RollbackActionResult;
  /** Whether the observation is of the restoring deployment. */
  restore?: boolean;
  says: string;
}

const outcomes: Record<string, Outcome> = {
  'ECS has rolled back': {
    observation: {
      service: service(restoring({ running: 2, rolloutState: 'COMPLETED' })),
      serviceDeployment: status('ROLLBACK_SUCCESSFUL'),
    },
    says: 'web:12 (2 of 2 tasks of web:12 run)',
  },
  'ECS could not roll back': {
    observation: { ...late, service: onFailed, serviceDeployment: status('ROLLBACK_FAILED') },
    says: 'web:13 (0 of 2 tasks of web:13 run; 2 of web:12)',
  },
  'ECS stopped it without a rollback': {
    observation: { ...late, service: onFailed, serviceDeployment: status('STOPPED') },
    says: 'web:13 (0 of 2 tasks of web:13 run; 2 of web:12)',
  },
  'ECS is still rolling back': {
    observation: { ...late, service: bothRun, serviceDeployment: status('ROLLBACK_IN_PROGRESS') },
    says: 'web:12 (1 of 2 tasks of web:12 runs; 1 of web:13; 2 older of web:12)',
  },
  'the stop has no effect': {
    observation: { ...late, service: onFailed, serviceDeployment: status('IN_PROGRESS') },
    rollBack: did('stopped'),
    says: 'web:13 (0 of 2 tasks of web:13 run; 2 of web:12)',
  },
  'somebody else has deployed': {
    observation: { service: foreign },
    rollBack: did('nothing'),
    says: 'web:14 (0 of 2 tasks of web:14 run; 2 of web:12)',
  },
  'nothing was done': {
    observation: { service: onFailed },
    rollBack: did('nothing'),
    says: 'web:13 (0 of 2 tasks of web:13 run; 2 of web:12)',
  },
  'the restoring deployment is done': {
    observation: { service: restored, serviceDeployment: status('SUCCESSFUL') },
    restore: true,
    rollBack: did('updated'),
    says: 'web:12 (2 of 2 tasks of web:12 run)',
  },
  'the restoring deployment is not done': {
    observation: { ...late, service: bothRun },
    restore: true,
    rollBack: did('updated'),
    says: 'web:12 (1 of 2 tasks of web:12 runs; 1 of web:13; 2 older of web:12)',
  },
  'the restoring deployment failed': {
    observation: { service: restoreFailed, serviceDeployment: status('STOPPED') },
    restore: true,
    rollBack: did('updated'),
    says: 'web:12 (0 of 2 tasks of web:12 run; 2 of web:13)',
  },
  'ECS has undone the restoring deployment': {
    observation: {
      service: service(
        newerDeployment({
          id: 'ecs-svc/6',
          taskDefinition: revisionArn('web:13'),
          createdAt: secondsAfterStart(90),
          running: 2,
        }),
      ),
      serviceDeployment: status('ROLLBACK_SUCCESSFUL'),
    },
    restore: true,
    rollBack: did('updated'),
    says: 'web:13 (2 of 2 tasks of web:13 run)',
  },
  'somebody else has deployed over the restoring deployment': {
    observation: {
      service: service(
        newerDeployment({ createdAt: secondsAfterStart(90), running: 0 }),
        restoring({ status: 'ACTIVE' }),
        old,
      ),
    },
    restore: true,
    rollBack: did('updated'),
    says: 'web:14 (0 of 2 tasks of web:14 run; 3 of web:12)',
  },
  'Gantry gave up': {
    observation: {
      now: secondsAfterStart(26 * 3600),
      service: onFailed,
      serviceDeployment: status('ROLLBACK_IN_PROGRESS'),
    },
    says: 'web:13 (0 of 2 tasks of web:13 run; 2 of web:12)',
  },
};

/** Judges the outcome. An observation of the restoring deployment also gets the finding of the rules for any rollout. */
function judge({ observation: changes, rollBack, restore }: Outcome) {
  const { id: deploymentId, taskDefinition, createdAt } = restoring();
  const rollout = { deploymentId, taskDefinition, startedAt: createdAt.toISOString() };
  const far = { deadline: secondsAfterStart(100_000), rollBackOnFailure: false, images: [] };
  const observation = rolloutObservation(restore ? { ...far, rollout, ...changes } : changes);
  const verdict: Verdict | undefined = restore ? judgeRollout(observation, createdAt) : undefined;
  return judgeRollback({
    target: { cluster: 'main', service: 'web' },
    observation,
    before,
    rollBack,
    since: secondsAfterStart(170),
    restore: verdict && { verdict, knownGood: true },
  });
}

describe('the sentence about the outcome of a rollback', () => {
  it.each(Object.entries(outcomes))('names the revision of every count when %s', (_, outcome) => {
    const judged = judge(outcome);
    const sentence = judged.sentence ?? '';
    expect(sentence).toMatch(/[Tt]he service (is|stays|is back) on /);
    expect(sentence).toContain(` on ${outcome.says}`);
    expect(sentence.match(/\d+ of \d+ tasks(?! of web:\d+ run)/g)).toBeNull();
    expect(judged.serviceStatus).toEqual(toServiceStatus(rolloutObservation(outcome.observation).service));
  });
});
