import { readFile } from 'node:fs/promises';
import { describe, expect, inject, it } from 'vitest';
import { createGantryCallFilter } from '../../bench/gantry-calls.ts';
import type { LedgerEntry } from '../../core/reporting/ledger.ts';
import example from '../../infra/config.ts';
import { AwsError } from '../../local/aws-error.ts';
import type { EventBridgeEvent, OperationRequest } from '../../local/cloud.ts';
import { killedOutcome } from '../../local/faults/run-hook.ts';
import { loadInProcessRunner } from '../../local/lambda/in-process.ts';
import { startRollbackSystem } from './rollback-system.ts';

const system = await startRollbackSystem();
const { build, clock, cloud, testAccount } = system;
const log: string[] = [];
loadInProcessRunner(await readFile(inject('library'), 'utf8'), example)(cloud, log);
const isFromGantry = createGantryCallFilter(system);
const published: EventBridgeEvent[] = [];
cloud.eventListeners.push((event) => void (event.source === 'gantry' && published.push(event)));

const minute = 60_000;
const pass = async (ms: number): Promise<void> => {
  const until = clock.now() + ms;
  clock.after(ms, () => undefined);
  await clock.advanceUntil(() => clock.now() >= until);
};

/** A way in which a rollback begins, and the revision that the rollback has to restore. `from`: the fault begins with the first invocation of this function. */
interface WayIn {
  from: 'roll-back' | 'decide-rollback';
  /** Whether the execution ends as failed although the service is back on its revision, because the execution's release failed. */
  failed?: boolean;
  begin(): Promise<{ execution: string; good: string }>;
}

const crash = { startSeconds: 1, then: 'crash' };
const configure = (enable: boolean) =>
  testAccount('ecs', 'UpdateService', {
    cluster: 'web-shop',
    service: 'web',
    deploymentConfiguration: { deploymentCircuitBreaker: { enable, rollback: false } },
  });
let images = 0;
const good = () => system.good(`good-${++images}`);
const deploy = async (behavior: Record<string, unknown>) => {
  const imageUri = await system.push(`bad-${++images}`, behavior);
  return system.begin({ target: 'test/web', images: [{ name: 'app', imageUri }] });
};

const waysIn: Record<string, WayIn> = {
  'after a failed release, by an update': {
    from: 'roll-back',
    failed: true,
    async begin() {
      await configure(true);
      return { good: await good(), execution: await deploy(crash) };
    },
  },
  'after a failed release, by a stop': {
    from: 'roll-back',
    failed: true,
    async begin() {
      await configure(false);
      return { good: await good(), execution: await deploy(crash) };
    },
  },
  'by a person, without a revision': {
    from: 'decide-rollback',
    async begin() {
      const restored = await good();
      await good();
      return { good: restored, execution: await system.start({ target: 'test/web', by: 'ada' }) };
    },
  },
  'by a person, with a revision': {
    from: 'decide-rollback',
    async begin() {
      const restored = await good();
      await good();
      const revision = system.name(restored);
      return { good: restored, execution: await system.start({ target: 'test/web', revision }) };
    },
  },
  'by a person, while a deployment is in progress': {
    from: 'roll-back',
    async begin() {
      const restored = await good();
      const taskDefinition = await system.register(await system.push(`slow-${++images}`, { startSeconds: 90_000 }));
      await testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', taskDefinition });
      return { good: restored, execution: await system.start({ target: 'test/web' }) };
    },
  },
  'by an event': {
    from: 'decide-rollback',
    async begin() {
      await configure(true);
      const restored = await good();
      const known = await system.list();
      const executionArn = await deploy(crash);
      await system.waitUntil(system.runs, (running) => running !== restored);
      await build('states', 'StopExecution', { executionArn });
      const [execution] = await system.waitUntil(
        async () => (await system.list()).filter((arn) => !known.includes(arn)),
        (found) => found.length > 0,
      );
      return { good: restored, execution: execution! };
    },
  },
};

/** A fault of every call to ECS that Gantry makes, or of the functions themselves. */
interface OutageKind {
  minutes: number;
  error?: () => Error;
  functionDies?: boolean;
}

const outages: Record<string, OutageKind> = {
  'ECS throttles for ten minutes': {
    minutes: 10,
    error: () => new AwsError('ThrottlingException', 'Rate exceeded'),
  },
  'ECS answers with 5xx for ten minutes': {
    minutes: 10,
    error: () => new AwsError('ServerException', 'Service Unavailable', 503),
  },
  'the role is denied for two hours': {
    minutes: 120,
    error: () => new AwsError('AccessDeniedException', 'User is not authorized to perform: ecs:DescribeServices'),
  },
  'ECS is down for seventy minutes': {
    minutes: 70,
    error: () => new AwsError('ServerException', 'Service Unavailable', 503),
  },
  'the functions die for ten minutes': { minutes: 10, functionDies: true },
};

const rollbackFunctions = /-(decide-rollback|roll-back|watch-rollback)$/;

/** Lets the outage begin with the first invocation of the way's first function; returns when it began. */
function injectOutage({ minutes, error, functionDies }: OutageKind, from: string): { began?: number } {
  const outage: { began?: number } = {};
  const isOn = (): boolean => outage.began !== undefined && clock.now() < outage.began + minutes * minute;
  cloud.faultHooks = {
    call: (asked: OperationRequest, go) => {
      if (error !== undefined && isOn() && asked.service === 'ecs' && isFromGantry(asked)) throw error();
      return go();
    },
    event: (_event, go) => go(),
    run: async (ran, go) => {
      if (ran.name.endsWith(`-${from}`)) outage.began ??= clock.now();
      if (!functionDies || !isOn() || !rollbackFunctions.test(ran.name)) return go();
      // The function dies after it has done its work, and before it returns.
      await go();
      return killedOutcome(ran.requestId);
    },
  };
  return outage;
}

interface LeaseItem {
  Item?: { holder: { S: string }; until: { S: string }; released?: { BOOL: boolean } };
}

/** Whether an execution holds the service's lease now. */
async function holdsLease(execution: string): Promise<boolean> {
  const Key = { pk: { S: 'service#222222222222/eu-west-1/web-shop/web' }, sk: { S: 'lease' } };
  const { Item } = (await build('dynamodb', 'GetItem', { TableName: system.system.table.name, Key })) as LeaseItem;
  const isReleased = Item?.released?.BOOL === true;
  return Item?.holder.S === execution && !isReleased && Date.parse(Item.until.S) > clock.now();
}

const entriesOf = (execution: string): LedgerEntry[] =>
  published
    .filter(({ resources }) => resources.includes(execution))
    .map(({ detail }) => detail as unknown as LedgerEntry);

const cases = Object.entries(waysIn).flatMap(([wayIn, way]) =>
  Object.entries(outages).map(([kind, outage]) => ({ wayIn, way, kind, outage })),
);

describe('a rollback goes on until the service is back', () => {
  it.each(cases)('$wayIn, while $kind', async ({ way, outage }) => {
    log.length = 0;
    const injected = injectOutage(outage, way.from);
    const { execution, good: restored } = await way.begin();
    await system.waitUntil(
      async () => injected.began,
      (began) => began !== undefined,
    );
    await pass((outage.minutes - 4) * minute);
    const heldBetweenTries: boolean[] = [];
    for (let sample = 0; sample < 18; sample += 1) {
      await pass(10_000);
      heldBetweenTries.push(await holdsLease(execution));
    }
    const ended = await system.end(execution);
    delete cloud.faultHooks;
    await system.steady();
    expect(await system.runs(), `${ended.cause}\n${ended.states.join(' > ')}`).toBe(restored);
    expect(ended.status, `${ended.cause}\n${ended.states.join(' > ')}`).toBe(way.failed ? 'FAILED' : 'SUCCEEDED');
    expect(heldBetweenTries).toContain(false);
    expect(log.some((line) => line.includes('RollbackOverdue'))).toBe(outage.minutes >= 60);
    const end = entriesOf(execution).at(-1)!;
    const isTold = end.rollback?.rolledBack === true || end.result === 'Succeeded' || end.result === 'RolledBack';
    expect(isTold, JSON.stringify(end)).toBe(true);
  });
});
