import { ListServiceDeploymentsCommand, StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import type { Assumption } from '../../local/assumptions/assumption.ts';
import { assumptions } from '../../local/assumptions/list.ts';
import type { EventBridgeEvent } from '../../local/cloud.ts';
import { behaviorWith, createEcsAccount } from './ecs-account.ts';
import { observePackedPolicySize } from './observe-packed-policy.ts';
import { observeRunTask } from './observe-run-task.ts';
import { schedulerObservations } from './observe-scheduler.ts';
import { observeStageRollback } from './observe-stage-rollback.ts';
import { strategyObservations } from './observe-strategies.ts';
import { observeViaServiceName } from './observe-via-service.ts';

const account = await createEcsAccount();
const { client, clock, cloud, create, image, pass, readService, release, revision, tasks, update } = account;

const events: (EventBridgeEvent & { at: number })[] = [];
cloud.eventListeners.push((event) => void events.push({ ...event, at: clock.now() }));

afterEach(() => {
  cloud.answers = selectAnswers();
  events.length = 0;
});

let services = 0;

/** Selects the answer, and creates a service that has completed its first deployment. */
async function startService(id: string, answer: string, breaker = { enable: false, rollback: false }) {
  const name = `s${++services}`;
  cloud.answers = selectAnswers({ id, answer });
  await create(name, await revision(await image()), { deploymentConfiguration: { deploymentCircuitBreaker: breaker } });
  events.length = 0;
  return name;
}

const deploymentEvents = (eventName: string) => events.filter(({ detail }) => detail.eventName === eventName);

const isListed = async (service: string, taskDefinition: string): Promise<boolean> =>
  (await readService(service)).deployments!.some((each) => each.taskDefinition === taskDefinition);

/** Whether a new deployment is visible at once, and whether it is visible some seconds later. */
async function observeStaleness(answer: string) {
  const service = await startService('service-stale', answer);
  const taskDefinition = await revision(await image());
  await update(service, { taskDefinition });
  const atOnce = await isListed(service, taskDefinition);
  await pass(5);
  return [atOnce, await isListed(service, taskDefinition)];
}

async function observeHistoryDelay(answer: string) {
  const service = await startService('history-delay', answer);
  await update(service, { forceNewDeployment: true });
  const count = async () =>
    (await client.send(new ListServiceDeploymentsCommand({ cluster: 'test', service }))).serviceDeployments!.length;
  const atOnce = await count();
  await pass(14);
  const before = await count();
  await pass(1);
  return [atOnce, before, await count()];
}

/** Whether service and history show the rollback at two times: when the first of them shows it, and ten seconds later. */
async function observeRollbackOrder(answer: string) {
  const service = await startService('rollback-order', answer, { enable: true, rollback: true });
  const good = (await readService(service)).taskDefinition!;
  const failing = await image(behaviorWith('crash'));
  const started = await update(service, { taskDefinition: await revision(failing) });
  const arn = started.currentServiceDeployment!;
  const look = async () => {
    const primary = (await readService(service)).deployments!.find(({ status }) => status === 'PRIMARY')!;
    return [primary.taskDefinition === good, (await release(service, arn)).rollback !== undefined];
  };
  await clock.advanceUntil(async () => (await look()).includes(true));
  const first = await look();
  await pass(10);
  return [...first, ...(await look())];
}

/** Whether the service names its good revision at two times: while ECS rolls the failed revision back, and afterwards. */
async function observeServiceRevision(answer: string) {
  const service = await startService('service-revision', answer, { enable: true, rollback: true });
  const good = (await readService(service)).taskDefinition!;
  const started = await update(service, { taskDefinition: await revision(await image(behaviorWith('crash'))) });
  const arn = started.currentServiceDeployment!;
  const isGood = async () => (await readService(service)).taskDefinition === good;
  await clock.advanceUntil(async () => (await release(service, arn)).rollback !== undefined);
  const during = await isGood();
  await clock.advanceUntil(async () => (await release(service, arn)).status === 'ROLLBACK_SUCCESSFUL');
  return [during, await isGood()];
}

async function observeFailedEvent(answer: string) {
  const service = await startService('failed-event', answer);
  const started = await update(service, { taskDefinition: await revision(await image({ startSeconds: 600 })) });
  const serviceDeploymentArn = started.currentServiceDeployment;
  await client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ABORT' }));
  await pass(60);
  return deploymentEvents('SERVICE_DEPLOYMENT_FAILED').length;
}

/** The number of stopped tasks, and whether an event of the service explains the failure. */
async function observeFailedLaunch(answer: string) {
  const service = await startService('failed-launch', answer);
  await update(service, { taskDefinition: await revision('111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:none') });
  await pass(90);
  const { events: told = [] } = await readService(service);
  const missing = (await tasks(service, 'STOPPED')).filter(({ stoppedReason }) => /CannotPull/.test(stoppedReason!));
  return [missing.length > 0, told.some(({ message }) => /CannotPull|unable to|failed to/.test(message!))];
}

/** Seconds from the event of a completed deployment to the state that it describes, and how many events name an unknown deployment. */
async function observeEventTiming(answer: string) {
  const service = await startService('event-timing', answer);
  const ids = new Set([(await update(service, { forceNewDeployment: true })).deployments![0]!.id]);
  let shownAt: number | undefined;
  const completed = () =>
    deploymentEvents('SERVICE_DEPLOYMENT_COMPLETED').filter(({ detail }) => ids.has(String(detail.deploymentId)));
  while (shownAt === undefined || completed().length === 0) {
    await pass(1);
    const { deployments } = await readService(service);
    const isShown = deployments!.some(({ id, rolloutState }) => ids.has(id) && rolloutState === 'COMPLETED');
    if (isShown) shownAt ??= clock.now();
  }
  const known = (id: unknown) => ids.has(String(id));
  const unknown = deploymentEvents('SERVICE_DEPLOYMENT_COMPLETED').filter(({ detail }) => !known(detail.deploymentId));
  return [Math.round((shownAt - completed()[0]!.at) / 1000), unknown.length];
}

/** The observations of a client under each answer, for each assumption that no probe settles. */
const observations: Record<string, [observe: (answer: string) => Promise<unknown>, expected: Record<string, unknown>]> =
  {
    'service-stale': [observeStaleness, { current: [true, true], '5-seconds': [false, true] }],
    'history-delay': [observeHistoryDelay, { none: [2, 2, 2], '15-seconds': [1, 1, 2] }],
    'rollback-order': [
      observeRollbackOrder,
      {
        together: [true, true, true, true],
        'service-first': [true, false, true, true],
        'history-first': [false, true, true, true],
      },
    ],
    'service-revision': [observeServiceRevision, { primary: [true, true], failed: [false, true] }],
    'failed-event': [observeFailedEvent, { sent: 1, 'not-sent': 0 }],
    'failed-launch': [observeFailedLaunch, { task: [true, true], 'event-only': [false, true] }],
    'packed-policy-size': [observePackedPolicySize, { plain: [40, 100], half: [79, 'PackedPolicyTooLargeException'] }],
    'via-service-name': [observeViaServiceName, { partition: [true, false], common: [false, true] }],
    'run-task-visible': [
      observeRunTask(account, (answer) => {
        cloud.answers = selectAnswers({ id: 'run-task-visible', answer });
      }),
      {
        'at-once': [
          [true, true],
          [true, true],
          [true, true],
        ],
        '5-seconds': [
          [false, false],
          [false, false],
          [true, true],
        ],
      },
    ],
    'stage-rollback-end': [observeStageRollback, { stage: ['One'], pipeline: ['One', 'Two'] }],
    ...strategyObservations(account),
    ...schedulerObservations,
    'event-timing': [observeEventTiming, { with: [0, 0], before: [5, 0], after: [-30, 0], without: [0, 1] }],
  };

const entries: [string, Assumption][] = Object.entries(assumptions);

const rows = entries
  .filter(([id]) => id in observations)
  .flatMap(([id, { answers }]) => Object.keys(answers).map((answer): [string, string] => [id, answer]));

describe('the emulated answer', () => {
  it.each(rows)('%s = %s is what a client observes', async (id, answer) => {
    const [observe, expected] = observations[id]!;
    expect(await observe(answer)).toEqual(expected[answer]);
  });

  it('to every other assumption is observed by a probe (test/probe/answers.test.ts) or listed here', () => {
    const unobserved = entries.filter(
      ([
        id,
        {
          probe: { by },
          notPlayable,
        },
      ]) => (by === 'none' || by === 'hand') && !(id in observations) && notPlayable === undefined,
    );
    expect(unobserved).toEqual([]);
  });
});
