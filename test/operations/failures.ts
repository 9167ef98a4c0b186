import { laterRefusal } from '../../core/artifact/later-refusal.ts';
import { artifactRefusal, type RefusedArtifact } from '../../core/artifact/refusal.ts';
import { failureOf } from '../../core/errors/aws-failure.ts';
import { Failure, type FailureType } from '../../core/errors/failure.ts';
import { type DeadExecution, deadExecutionReport } from '../../core/reporting/dead-execution.ts';
import type { Story } from '../../core/reporting/execution-data.ts';
import { failureReport } from '../../core/reporting/failure.ts';
import { judgeAftermath } from '../../core/rollback/outcome.ts';
import type { Look } from '../../core/rollout/observation.ts';
import { judge } from '../../core/rollout/verdict.ts';
import { lost, queued } from '../../core/service/lease.ts';
import { begun, decideUpdate } from '../../core/service/update.ts';
import { inTime } from '../../core/waiting/deadline.ts';
import { asked, failed, registered, stable, updated } from '../core/reporting/execution-data-examples.ts';
import { at, history, look, newer, old, ours, revision, service, start, task } from '../core/rollout/facts.ts';
import { facts, service as plainService, planned } from '../core/service/facts.ts';
import type { Catalogue } from './mistakes.ts';

const refuse = (type: FailureType, message: string) => {
  throw new Failure(type, message);
};
const thrown = (failure: unknown) => {
  throw failure;
};
const report = (story: Story) => {
  const { type, message } = failureReport(story);
  refuse(type, message);
};
const verdict = (changes: Partial<Look>) => report(updated({ verdict: judge(look(changes), at(0)) }));
const error = { Error: 'SystemUnavailable', Cause: '{"errorMessage": "AWS was not available."}' };
const dead = (status: DeadExecution['status']) => {
  const { type, message } = deadExecutionReport({ arn: 'arn', status, start: at(0) });
  refuse(type, message);
};

const artifact = (changes: Partial<RefusedArtifact>) =>
  thrown(
    artifactRefusal({
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
  thrown(failureOf(Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } }), 'looking'));

export const permissions: Catalogue = {
  'AWS refused us while': () =>
    refusedByAws('AccessDeniedException', 'User: x is not authorized to perform: ecs:ListTasks on resource: y'),
  'S3 refused even the head of': () => artifact({ step: 'HeadObject', error: { name: 'Forbidden', message: '' } }),
  'is disabled. Enable it': () => artifact({ key: { manager: 'CUSTOMER', state: 'Disabled' } }),
  'is going to be deleted': () => artifact({ key: { manager: 'CUSTOMER', state: 'PendingDeletion' } }),
  'is encrypted with the AWS managed key aws/s3': () => artifact({ key: { manager: 'AWS', state: 'Enabled' } }),
  'A Deny stands between us and the key': () => artifact(denied('kms:Decrypt with an explicit deny')),
  'may not decrypt with': () => artifact(denied('kms:Decrypt because no identity-based policy allows it')),
  'The policy of the key': () => artifact({}),
  'The role of Read Images may not read': () =>
    artifact(denied('s3:GetObject because no identity-based policy allows it')),
  'although Read Images had read it': () =>
    thrown(
      laterRefusal({ location: { bucket: 'artifacts', key: 'built' }, ...denied('kms:Decrypt with an explicit deny') }),
    ),
};

const plan = {
  before: { taskDefinition: 'web:7', deploymentId: 'ecs-svc/1' },
  unchanged: false,
  alarms: { watched: [], ignored: [] },
  warnings: [],
};
const next = { taskDefinition: 'web:8', same: false };
const foreign = { id: 'ecs-svc/9', status: 'PRIMARY', taskDefinition: 'web:9', createdAt: at(0) };

export const overtaken: Catalogue = {
  'somebody else has deployed': () => decideUpdate({ deployments: [foreign] }, plan, next),
  'lost its lease on': () => thrown(lost('test/web', 'arn:other')),
  'was superseded by deployment': () =>
    verdict({ service: service({ deployments: [newer(), ours({ status: 'ACTIVE' })] }) }),
};

export const unavailable: Catalogue = {
  'AWS was not available while': () => refusedByAws('ThrottlingException', 'Rate exceeded'),
  'has no PRIMARY deployment at the moment': () => planned(facts({ service: plainService({ deployments: [] }) })),
  'shows no deployment of it yet': () => begun({ deployments: [] }, plan, next),
};

export const gone: Catalogue = {
  'S3 knows no bucket': () => artifact({ error: { name: 'NoSuchBucket', message: '' } }),
  'is gone: deleted, or expired': () => artifact({ error: { name: 'NoSuchKey', message: '' } }),
};

/** Nothing of ours runs. */
const idle = service({ deployments: [ours({ running: 0 }), old()] });
const ended = (status: string) => () => verdict({ serviceDeployment: history({ status }) });

export const failures: Catalogue = {
  'does not stay up: … tasks died of the same cause': () =>
    verdict({ service: idle, stoppedTasks: Array.from({ length: 3 }, () => task()) }),
  'cannot start, and trying again does not help': () =>
    verdict({
      service: idle,
      stoppedTasks: [
        task({ stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: manifest unknown: not found' }),
      ],
    }),
  'was not stable at its deadline': () => verdict({ deadline: at(1) }),
  'went to ALARM': () => verdict({ fired: [{ name: 'web-5xx' }] as Look['fired'] }),
  'failed and ECS is rolling it back': ended('ROLLBACK_IN_PROGRESS'),
  'failed and ECS has rolled it back': ended('ROLLBACK_SUCCESSFUL'),
  "failed, and so did ECS's rollback of it": ended('ROLLBACK_FAILED'),
  'was stopped by somebody': ended('STOPPED'),
  'no longer takes deployments': () => verdict({ service: service({ status: 'DRAINING' }) }),
  'AWS did not let this release come to': () => inTime({ deadline: start }, at(1), 'check the target'),
  'still had the lease on': () =>
    queued(
      { holder: 'arn:other', fence: 1, until: start },
      { what: 'test/web', now: at(60), since: at(0), until: at(30), insist: false },
    ),
  'Gantry failed in the step': () => report(asked({ error: { Error: 'TypeError', Cause: '{"errorMessage": "x"}' } })),
  'failed before it could report': () => dead('FAILED'),
  'took longer than it may': () => dead('TIMED_OUT'),
  'was aborted by somebody': () => dead('ABORTED'),
};

const backed = (changes: object) => {
  const { standing } = stable;
  const settled = judgeAftermath({
    look: look({ serviceDeployment: history({ status: 'ROLLBACK_FAILED' }), ...changes }),
    before: revision('web:12'),
    since: at(0),
  });
  report(updated({ verdict: failed, standing: { ...settled, standing } }));
};

/** What stands behind the reason: where the service was left. */
export const left: Catalogue = {
  'was not touched': () => report(asked({ error })),
  'was not changed; the revision … stays registered': () =>
    report(registered({ error: { ...error, Error: 'RevisionOutOfSync' } })),
  'Whether … was updated to … is not known': () => report(registered({ error })),
  'goes on without us and was not rolled back': () => report(updated({ error })),
  'It was not rolled back, as asked for': () =>
    report(
      updated({ release: { ...asked().release!, rollBackOnFailure: false }, verdict: { ...failed, rollBack: 'none' } }),
    ),
  'From a way back Gantry does not go back by itself': () =>
    report(updated({ kind: 'rollback', verdict: { ...failed, rollBack: 'none' } })),
  'ECS could not roll back': () => backed({}),
  'The rollback was not done after … minutes': () =>
    backed({ serviceDeployment: history({ status: 'ROLLBACK_IN_PROGRESS' }), now: at(24 * 3600) }),
};
