import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const readSampleEvent = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'events', `${name}.json`), 'utf8'));

const execution = 'arn:aws:states:eu-west-1:111111111111:execution:gantry-production-deploy:cold';
const taskDefinition = 'arn:aws:ecs:eu-west-1:222222222222:task-definition/web:7';
const at = '2026-11-23T09:00:00.000Z';
/** A deadline later than the end of any run, because a release whose deadline has passed would end before it calls AWS. */
const deadline = '2999-01-01T00:00:00.000Z';

/** The input of the execution for a job. */
const jobInput = { job: { id: '11111111-1111-1111-1111-111111111111', nonce: '3', configuration: {} } };

/** The complete state data of a deployment. */
const input = {
  job: { id: '11111111-1111-1111-1111-111111111111', nonce: '3' },
  release: {
    target: {
      roleArn: 'arn:aws:iam::222222222222:role/test-deployment',
      region: 'eu-west-1',
      cluster: 'web-shop',
      service: 'web',
    },
    images: [{ name: 'app', imageUri: 'example/app:1', pinned: `example/app@sha256:${'0'.repeat(64)}` }],
    base: { from: 'service' },
    force: false,
    rollBackOnFailure: true,
    deadline,
    warnings: [],
  },
  plan: {
    before: { taskDefinition, deploymentId: 'ecs-svc/1' },
    baseTaskDefinition: taskDefinition,
    unchanged: false,
    warnings: [],
  },
  revision: { taskDefinition, same: false },
  verdict: {
    outcome: 'failed',
    reason: 'the containers died',
    rollBack: 'gantry',
    at,
    serviceStatus: { taskDefinition, desired: 1, running: 1, pending: 0 },
  },
  rollout: { deploymentId: 'ecs-svc/2', taskDefinition, startedAt: at },
};

const settledRollback = {
  outcome: 'settled',
  back: true,
  sentence: 'It was rolled back.',
  serviceStatus: input.verdict.serviceStatus,
};

const scheduledTask = {
  schedule: 'nightly',
  source: { type: 'schedule', group: 'default', name: 'nightly' },
  taskDefinition,
};

const migration = { name: 'migrate', container: 'app', timeoutMinutes: 5, stopOnDeath: false };

/** The data of a deployment whose tasks run before the update. */
const { rollout: _rollout, verdict: _verdict, ...beforeUpdate } = input;
const inputWithTask = {
  ...beforeUpdate,
  lease: { status: 'held', fence: 1, until: deadline },
  release: { ...input.release, tasks: { preDeploy: [migration], postDeploy: [] } },
};

const answer = {
  target: 'test/web',
  serviceDeploymentArn: 'arn:aws:ecs:eu-west-1:222222222222:service-deployment/web-shop/web/abc',
  hookId: 'ecs-pause-1',
  action: 'CONTINUE',
};

const command = { target: 'test/web', container: 'app', command: ['bin/rake', 'db:seed'] };

const eventsByFunction: Record<string, unknown> = {
  'take-job': readSampleEvent('take-job.schedule'),
  'report-dead-execution': readSampleEvent('report-dead-execution.aborted'),
  'read-images': { execution, input: readSampleEvent('deploy.images') },
  'decide-rollback': { execution, input: readSampleEvent('rollback.by-hand') },
  'acknowledge-job': { execution, input: jobInput },
  'move-schedules': { execution, input: { ...input, plan: { ...input.plan, schedules: [scheduledTask] } } },
  'run-task': { execution, started: at, input: inputWithTask },
  'continue-deployment': { execution, input: { given: answer } },
  'run-command': { execution, input: { given: command } },
  'report-rollback': { execution, started: at, input: { ...input, rollbackOutcome: settledRollback } },
  wake: readSampleEvent('wake.deployment-completed'),
  'announce-end': {
    source: 'gantry',
    detail: {
      version: '1',
      kind: 'deploy',
      execution,
      service: { account: '222222222222', region: 'eu-west-1', cluster: 'web-shop', name: 'web' },
      source: { type: 'hand' },
      images: [],
      start: at,
      end: at,
      result: 'Failed',
    },
  },
};

/** Returns a valid event for the function with this name. */
export const eventFor = (name: string): unknown => eventsByFunction[name] ?? { execution, started: at, input };

/** The example allows nobody to answer pause hooks or run commands. So these functions refuse every event, but only after all other work of their start. */
const refusing = ['continue-deployment', 'run-command'];

/** Whether the event leads to a call to AWS. */
export const callsAws = (name: string): boolean => !refusing.includes(name);
