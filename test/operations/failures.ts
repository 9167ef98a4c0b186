import { explainBothRefusals } from '../../core/artifact/both-refused.ts';
import { createChangedArtifactFailure, createChangedDuringReleaseFailure } from '../../core/artifact/changed.ts';
import { type ArtifactReadRefusalFacts, explainRefusedRead } from '../../core/artifact/refused-read.ts';
import { explainRefusedReread } from '../../core/artifact/refused-reread.ts';
import { toFailure } from '../../core/errors/aws-failure.ts';
import { Failure, type FailureType } from '../../core/errors/failure.ts';
import { planDigestLookups } from '../../core/image/digest-lookups.ts';
import { pinImages } from '../../core/image/digests.ts';
import type { LifecycleHook } from '../../core/model/stage-progress.ts';
import { createDeadExecutionReport, type DeadExecution } from '../../core/reporting/dead-execution.ts';
import type { ExecutionData } from '../../core/reporting/execution-data.ts';
import { createFailureReport } from '../../core/reporting/failure-report.ts';
import { createPauseReport } from '../../core/reporting/pause-report.ts';
import { warnOrRefuseWithoutArtifactRecord } from '../../core/request/unavailable-record.ts';
import { formatNoKnownGood } from '../../core/rollback/choose-revision.ts';
import { judgeRollback } from '../../core/rollback/outcome.ts';
import type { RolloutObservation } from '../../core/rollout/observation.ts';
import { suspendDeadline } from '../../core/rollout/pause.ts';
import { trackStages } from '../../core/rollout/track-stages.ts';
import { judgeRollout } from '../../core/rollout/verdict.ts';
import { createLeaseLostFailure, decideLeaseWait } from '../../core/service/lease.ts';
import { decideUpdate, getStartedRollout } from '../../core/service/update.ts';
import { assertBeforeDeadline } from '../../core/waiting/deadline.ts';
import {
  failedVerdict,
  registeredExecution,
  requestedExecution,
  stableVerdict,
  updatedExecution,
} from '../core/reporting/execution-data-examples.ts';
import {
  generationsOfTasks,
  newerDeployment,
  ourDeployment,
  pauseHook,
  previousDeployment,
  revisionArn,
  rolloutObservation,
  secondsAfterStart,
  serviceDeployment,
  serviceWith,
  startTime,
} from '../core/rollout/facts.ts';
import { serviceWith as plainService, planWithFacts, targetFacts } from '../core/service/facts.ts';
import { taskErrors } from './task-failures.ts';
import type { MessageCatalogue } from './validation-errors.ts';

const readArtifact = { location: { bucket: 'artifacts', key: 'built' }, sha256: 'b'.repeat(64) };
const recordedArtifact = { sha256: 'a'.repeat(64), at: '2026-11-23T10:00:00.000Z', target: 'test/web' };
const refuse = (type: FailureType, message: string) => {
  throw new Failure(type, message);
};
const thrown = (failure: unknown) => {
  throw failure;
};
const report = (execution: ExecutionData) => {
  const { type, message } = createFailureReport(execution);
  refuse(type, message);
};
const verdict = (changes: Partial<RolloutObservation>) =>
  report(updatedExecution({ verdict: judgeRollout(rolloutObservation(changes), secondsAfterStart(0)) }));
/** The verdict on a deployment that waits for a person for longer than its job, or its execution, can last. */
const paused = (job: 'waits' | 'has a result') => {
  const now = secondsAfterStart(15 * 24 * 3600);
  const observation = rolloutObservation({ now, job, serviceDeployment: serviceDeployment({ hooks: [pauseHook()] }) });
  return judgeRollout(suspendDeadline(observation), secondsAfterStart(0));
};

/** A deployment that ended in a canary step, with a hook or without a hook. */
const shifted = (status: string, hook?: Partial<LifecycleHook>) => () => {
  const entry = { status, lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT', production: 5, oldProduction: 95 };
  const seen = {
    now: secondsAfterStart(180),
    serviceDeployment: serviceDeployment({ ...entry, hooks: hook === undefined ? [] : [pauseHook(hook)] }),
  };
  return verdict({ ...seen, progress: trackStages(seen, undefined) });
};
const error = { Error: 'SystemUnavailable', Cause: '{"errorMessage": "AWS was not available."}' };
const dead = (status: DeadExecution['status']) => {
  const { type, message } = createDeadExecutionReport({ arn: 'arn', status, start: secondsAfterStart(0) });
  refuse(type, message);
};

const artifact = (changes: Partial<ArtifactReadRefusalFacts>) =>
  thrown(
    explainRefusedRead({
      location: { bucket: 'artifacts', key: 'built' },
      step: 'GetObject',
      head: { bytes: 9, keyArn: 'arn:key', algorithm: 'aws:kms' },
      key: { manager: 'CUSTOMER', state: 'Enabled' },
      error: {
        name: 'AccessDenied',
        message: 'x is not authorized to perform: kms:Decrypt because no resource-based policy allows it',
      },
      ...changes,
    }),
  );
const denied = (why: string) => ({
  error: { name: 'AccessDenied', message: `x is not authorized to perform: ${why}` },
});
const refusedByAws = (name: string, message: string) =>
  thrown(toFailure(Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } }), 'looking'));

export const permissionErrors: MessageCatalogue = {
  "cannot be read. The job's own credentials were refused": () =>
    thrown(
      explainBothRefusals(new Failure('PermissionError', 'denied'), {
        location: { bucket: 'artifacts', key: 'built' },
        job: new Failure('PermissionError', 'denied'),
        isConfigured: false,
      }),
    ),
  'AWS refused us while': () =>
    refusedByAws('AccessDeniedException', 'User: x is not authorized to perform: ecs:ListTasks on resource: y'),
  'S3 refused even the head of': () => artifact({ step: 'HeadObject', error: { name: 'Forbidden', message: '' } }),
  'is disabled. Enable it': () => artifact({ key: { manager: 'CUSTOMER', state: 'Disabled' } }),
  'is going to be deleted': () => artifact({ key: { manager: 'CUSTOMER', state: 'PendingDeletion' } }),
  'is encrypted with the AWS managed key aws/s3': () => artifact({ key: { manager: 'AWS', state: 'Enabled' } }),
  'A Deny statement denies the use of the key': () => artifact(denied('kms:Decrypt with an explicit deny')),
  'may not decrypt with': () => artifact(denied('kms:Decrypt because no identity-based policy allows it')),
  'The policy of the key': () => artifact({}),
  'The role of Read Images may not read': () =>
    artifact(denied('s3:GetObject because no identity-based policy allows it')),
  'although Read Images had read it': () =>
    thrown(
      explainRefusedReread({
        location: { bucket: 'artifacts', key: 'built' },
        ...denied('kms:Decrypt with an explicit deny'),
      }),
    ),
};

const plan = {
  before: { taskDefinition: 'web:7', deploymentId: 'ecs-svc/1' },
  unchanged: false,
  alarms: { watched: [], ignored: [] },
  warnings: [],
};
const next = { taskDefinition: 'web:8', same: false };
const foreign = { id: 'ecs-svc/9', status: 'PRIMARY', taskDefinition: 'web:9', createdAt: secondsAfterStart(0) };

export const supersededErrors: MessageCatalogue = {
  'Since this release checked the service': () =>
    decideUpdate({ service: { deployments: [foreign] }, retried: false, history: [] }, plan, next),
  'lost its lease on': () => thrown(createLeaseLostFailure('test/web', 'arn:other')),
  'was superseded by deployment': () =>
    verdict({ service: serviceWith({ deployments: [newerDeployment(), ourDeployment({ status: 'ACTIVE' })] }) }),
  'took over: the service is on': () => {
    const service = serviceWith({ deployments: [newerDeployment(), ourDeployment({ status: 'ACTIVE' })] });
    const rollbackOutcome = judgeRollback({
      target: { cluster: 'main', service: 'web' },
      observation: rolloutObservation({ service }),
      before: revisionArn('web:12'),
      since: secondsAfterStart(170),
    });
    const decision = { do: 'revision' as const, reason: 'Requested manually.' };
    return report(updatedExecution({ kind: 'rollback', decision, verdict: failedVerdict, rollbackOutcome }));
  },
};

export const unavailableErrors: MessageCatalogue = {
  'AWS was not available while': () => refusedByAws('ThrottlingException', 'Rate exceeded'),
  'has no PRIMARY deployment at the moment': () =>
    planWithFacts(targetFacts({ service: plainService({ deployments: [] }) })),
  'shows no deployment of it yet': () => getStartedRollout({ deployments: [] }, plan, next),
  'The record of the artifact could not be read or written': () =>
    warnOrRefuseWithoutArtifactRecord({
      approval: { approval: 'Approve' },
      unavailable: 'TimeoutError: x',
      target: 'prod/web',
    }),
};

export const missingArtifactErrors: MessageCatalogue = {
  'S3 knows no bucket': () => artifact({ error: { name: 'NoSuchBucket', message: '' } }),
  'is gone: deleted, or expired': () => artifact({ error: { name: 'NoSuchKey', message: '' } }),
  'has changed. When … read it at': () => {
    throw createChangedArtifactFailure(readArtifact, recordedArtifact, { target: 'prod/web', now: new Date(0) });
  },
  'has changed since this release began': () => {
    throw createChangedDuringReleaseFailure(readArtifact, recordedArtifact.sha256);
  },
  'Not every image exists any more': () => {
    const image = { name: 'app', imageUri: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:1' };
    const digest = `sha256:${'a'.repeat(64)}`;
    const recorded = new Map([['111111111111/eu-west-1/web:1', { ...recordedArtifact, digest }]]);
    const [lookup] = planDigestLookups([image], recorded);
    return pinImages([image], [{ lookup: lookup!, answer: [undefined, undefined] }], recorded);
  },
};

/** None of the release's tasks run. */
const idle = serviceWith({ deployments: [ourDeployment({ running: 0 }), previousDeployment()] });
const ended = (status: string) => () => verdict({ serviceDeployment: serviceDeployment({ status }) });

export const failureErrors: MessageCatalogue = {
  'does not stay up: … tasks stopped for the same cause': () =>
    verdict({ service: idle, stoppedTasks: generationsOfTasks(2, 1) }),
  'cannot start, and trying again did not help': () => {
    const stoppedReason = 'CannotPullContainerError: manifest unknown: not found';
    const failed = { stopCode: 'TaskFailedToStart', stoppedReason, containers: [] };
    return verdict({ service: idle, stoppedTasks: generationsOfTasks(1, 1).map((task) => ({ ...task, ...failed })) });
  },
  'ECS cannot launch tasks of': () => {
    const message = '(service web) failed to launch a task with (error ECS was unable to assume the role).';
    const events = Array.from({ length: 3 }, () => ({ at: secondsAfterStart(60), message }));
    return verdict({ service: { ...idle, events } });
  },
  'was not stable at its deadline': () => verdict({ deadline: secondsAfterStart(1) }),
  'went to ALARM': () => verdict({ fired: [{ name: 'web-5xx' }] as RolloutObservation['fired'] }),
  'failed and ECS is rolling it back': ended('ROLLBACK_IN_PROGRESS'),
  'failed and ECS has rolled it back': ended('ROLLBACK_SUCCESSFUL'),
  "failed, and so did ECS's rollback of it": ended('ROLLBACK_FAILED'),
  'rolled it back at the lifecycle hook': shifted('ROLLBACK_SUCCESSFUL', { status: 'FAILED' }),
  'nobody continued the lifecycle hook': shifted('ROLLBACK_SUCCESSFUL', { status: 'TIMED_OUT' }),
  'the function of the lifecycle hook': shifted('ROLLBACK_SUCCESSFUL', { status: 'FAILED', waitsFor: 'function' }),
  'of the production traffic on the new revision': shifted('ROLLBACK_IN_PROGRESS'),
  'Both revisions get traffic until somebody deploys': shifted('STOPPED'),
  'still waits: the lifecycle hook … The deployment goes on': () => {
    const { type, message } = createPauseReport(updatedExecution({ verdict: paused('waits') }));
    refuse(type, message);
  },
  'Gantry ends its watch now': () => report(updatedExecution({ verdict: paused('has a result') })),
  'was stopped by somebody': ended('STOPPED'),
  'no longer takes deployments': () => verdict({ service: serviceWith({ status: 'DRAINING' }) }),
  ...taskErrors,
  'AWS did not let this release come to': () =>
    assertBeforeDeadline({ deadline: startTime }, secondsAfterStart(1), 'check the target'),
  'still had the lease on': () =>
    decideLeaseWait(
      { holder: 'arn:other', fence: 1, until: startTime },
      {
        what: 'test/web',
        now: secondsAfterStart(60),
        since: secondsAfterStart(0),
        wantedSince: secondsAfterStart(0),
        until: secondsAfterStart(30),
        isRollback: false,
      },
    ),
  'Gantry failed in the step': () =>
    report(requestedExecution({ error: { Error: 'TypeError', Cause: '{"errorMessage": "x"}' } })),
  'failed before it could report': () => dead('FAILED'),
  'exceeded its time-out': () => dead('TIMED_OUT'),
  'was aborted by somebody': () => dead('ABORTED'),
};

const backed = (changes: object) => {
  const { serviceStatus } = stableVerdict;
  const settled = judgeRollback({
    target: { cluster: 'main', service: 'web' },
    observation: rolloutObservation({
      serviceDeployment: serviceDeployment({ status: 'ROLLBACK_FAILED' }),
      ...changes,
    }),
    before: revisionArn('web:12'),
    since: secondsAfterStart(0),
  });
  report(updatedExecution({ verdict: failedVerdict, rollbackOutcome: { ...settled, serviceStatus } }));
};

/** Messages after the reason: the state that the service was left in. */
export const serviceStateMessages: MessageCatalogue = {
  'was not touched': () => report(requestedExecution({ error })),
  'was not changed; the revision … stays registered': () =>
    report(registeredExecution({ error: { ...error, Error: 'RevisionOutOfSync' } })),
  'Whether … was updated to … is not known': () => report(registeredExecution({ error })),
  'goes on without us and was not rolled back': () => report(updatedExecution({ error })),
  'Gantry continues to check it, and rolls it back if': () => report(updatedExecution({ error, unanswered: error })),
  'It was not rolled back, as requested': () =>
    report(
      updatedExecution({
        release: { ...requestedExecution().release!, rollBackOnFailure: false },
        verdict: { ...failedVerdict, rollBack: 'none' },
      }),
    ),
  'ECS could not roll back': () => backed({ now: secondsAfterStart(3600) }),
  'There is no known-good revision of': () =>
    report(
      updatedExecution({
        verdict: failedVerdict,
        rollBack: { did: 'nothing', sentence: formatNoKnownGood('test/web', []) },
      }),
    ),
  'The rollback was not done after … minutes': () =>
    backed({
      serviceDeployment: serviceDeployment({ status: 'ROLLBACK_IN_PROGRESS' }),
      now: secondsAfterStart(24 * 3600),
    }),
};
