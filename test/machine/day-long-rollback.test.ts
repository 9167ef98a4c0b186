import { expect, it } from 'vitest';
import { describeExecution, hasEnded } from './release-system.ts';
import { startRollbackSystem } from './rollback-system.ts';
import { createSleepControls, foreignEvent } from './sleeping-execution.ts';

/** The largest history of an execution (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). */
const maxEvents = 25_000;
const hour = 3_600_000;
const role = 'arn:aws:iam::222222222222:role/web-execution';

const system = await startRollbackSystem();
const { build, clock, cloud, testAccount } = system;
const { wake } = createSleepControls(system);

/** Counts the events of an execution's history, page by page. */
async function countHistory(executionArn: string): Promise<number> {
  let count = 0;
  for (let nextToken: string | undefined; ; ) {
    const page = (await build('states', 'GetExecutionHistory', { executionArn, maxResults: 1000, nextToken })) as {
      events: unknown[];
      nextToken?: string;
    };
    count += page.events.length;
    if (page.nextToken === undefined) return count;
    nextToken = page.nextToken;
  }
}

/** Sends events about somebody else's deployment: every five seconds during the first hour, when events wake an execution, and then every ten minutes. */
function sendEvents(from: number): void {
  const elapsed = clock.now() - from;
  if (elapsed > 26 * hour) return;
  clock.after(elapsed < hour ? 5_000 : 600_000, () => {
    void clock.freezeDuring(wake(foreignEvent()));
    sendEvents(from);
  });
}

it('a rollback that cannot succeed is tried for a day, among many events, and its history stays below the limit', async () => {
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: false } };
  await testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', deploymentConfiguration });
  const good = await system.good('good');
  const imageUri = await system.push('bad', { startSeconds: 1, then: 'crash' });
  const execution = await system.begin({ target: 'test/web', images: [{ name: 'app', imageUri }] });
  await system.waitUntil(system.runs, (running) => running !== good);
  // No task of any revision can be launched from now on.
  cloud.iam.roles.delete(role);
  const began = clock.now();
  sendEvents(began);
  await system.waitUntil(
    async () => (await build('states', 'DescribeExecution', { executionArn: execution })) as { status: string },
    hasEnded,
    27 * hour,
  );
  const done = await describeExecution(system, execution);
  expect(done.status).toBe('FAILED');
  expect((clock.now() - began) / hour).toBeGreaterThan(25);
  expect(await countHistory(execution)).toBeLessThan(maxEvents);
  expect(done.states.filter((state) => state === 'Roll Back').length).toBeGreaterThan(10);
}, 300_000);
