import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../core/reporting/ledger.ts';
import type { EventBridgeEvent } from '../../local/cloud.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { type ReleaseSystem, startReleaseSystem } from './release-system.ts';

const environment = await startReleaseSystem();
const { begin, build, cloud, end, push, steady } = environment;
const { repository } = getFirstPipeline(environment.system);
const published: EventBridgeEvent[] = [];
cloud.eventListeners.push((event) => {
  if (event.source === 'gantry') published.push(event);
});

const app = async (tag: string, behavior = {}) => [{ name: 'app', imageUri: await push(tag, behavior) }];

/** Returns the last published event of an execution; its detail is the ledger entry, as the table contains it. */
async function lastOf(execution: string): Promise<{ publishedTypes: string[]; entry: LedgerEntry; kept: boolean }> {
  const events = published.filter(({ resources }) => resources.includes(execution));
  const entry = events.at(-1)!.detail as unknown as LedgerEntry;
  return {
    publishedTypes: events.map((event) => event['detail-type']),
    entry,
    kept: (await results(environment)).includes(`${execution} ${entry.result}`),
  };
}

async function results({ system }: ReleaseSystem): Promise<string[]> {
  const found = await build('dynamodb', 'Query', {
    TableName: system.table.name,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: {
      ':pk': { S: 'service#222222222222/eu-west-1/web-shop/web' },
      ':sk': { S: 'deployment#' },
    },
  });
  const { Items } = found as { Items: Record<string, { S: string }>[] };
  return Items.map(({ execution, result }) => `${execution!.S} ${result?.S}`);
}

const started = 'Gantry Deployment Started';

describe('the ledger and the bus report', () => {
  it('of a manual deployment: who, why, the revisions before and after, and that it succeeded', async () => {
    const arn = await begin({ target: 'test/web', images: await app('good-1'), by: 'Ada', reason: 'a fix' });
    await end(arn);
    const { publishedTypes, entry, kept } = await lastOf(arn);
    expect(publishedTypes).toEqual([started, 'Gantry Deployment Succeeded']);
    expect(kept).toBe(true);
    expect(entry).toMatchObject({
      version: '1',
      kind: 'deploy',
      execution: arn,
      target: 'test/web',
      service: { account: '222222222222', region: 'eu-west-1', cluster: 'web-shop', name: 'web' },
      source: { type: 'hand', by: 'Ada', reason: 'a fix' },
      images: [
        { name: 'app', imageUri: expect.stringMatching(/:good-1$/), pinned: expect.stringContaining('@sha256:') },
      ],
      before: expect.stringMatching(/\/web:1$/),
      after: expect.stringMatching(/\/web:2$/),
      result: 'Succeeded',
      reason: expect.stringContaining('stable'),
    });
    expect(Date.parse(entry.end!)).toBeGreaterThan(Date.parse(entry.start));
    await steady();
  });

  it('that a deployment had nothing to change', async () => {
    const arn = await begin({ target: 'test/web', images: [{ name: 'app', imageUri: `${repository.uri}:good-1` }] });
    await end(arn);
    const { publishedTypes, entry, kept } = await lastOf(arn);
    expect([publishedTypes, entry.result, kept]).toEqual([[started, 'Gantry Deployment Succeeded'], 'Unchanged', true]);
  });

  it('that a deployment was rolled back, and why', async () => {
    const arn = await begin({ target: 'test/web', images: await app('bad-1', { then: 'crash', afterSeconds: 1 }) });
    await end(arn);
    const { publishedTypes, entry, kept } = await lastOf(arn);
    expect([publishedTypes, entry.result, kept]).toEqual([
      [started, 'Gantry Deployment Rolled Back'],
      'RolledBack',
      true,
    ]);
    expect(entry.reason).toMatch(/exit/i);
    await steady();
  });

  it('that a deployment was refused before it started', async () => {
    const images = [{ name: 'nobody', imageUri: await push('good-2', {}) }];
    const arn = await begin({ target: 'test/web', images });
    await end(arn);
    const { publishedTypes, entry, kept } = await lastOf(arn);
    expect([publishedTypes, entry.result, kept, entry.after]).toEqual([
      ['Gantry Deployment Failed'],
      'Failed',
      true,
      undefined,
    ]);
  });

  it('that another deployment of Gantry superseded it, and which one', async () => {
    const slow = await begin({ target: 'test/web', images: await app('slow-1', { startSeconds: 600 }) });
    await environment.waitUntil(
      () => environment.describe(slow),
      ({ states }) => states.includes('Watch Rollout'),
    );
    const newer = await begin({ target: 'test/web', images: await app('good-3') });
    await end(newer);
    await end(slow);
    const { publishedTypes, entry, kept } = await lastOf(slow);
    expect([publishedTypes, entry.result, kept]).toEqual([
      [started, 'Gantry Deployment Superseded'],
      'Superseded',
      true,
    ]);
    expect(entry.reason).toContain(`which Gantry's own release ${newer} started at`);
    await steady();
  });

  it('that somebody aborted a deployment', async () => {
    const arn = await begin({ target: 'test/web', images: await app('slow-2', { startSeconds: 300 }) });
    await environment.waitUntil(
      () => environment.describe(arn),
      ({ states }) => states.includes('Watch Rollout'),
    );
    await build('states', 'StopExecution', { executionArn: arn });
    await environment.waitUntil(
      async () => published.length,
      () => published.some(({ resources, detail }) => resources.includes(arn) && detail.end !== undefined),
    );
    const { publishedTypes, entry, kept } = await lastOf(arn);
    expect([publishedTypes, entry.result, kept]).toEqual([[started, 'Gantry Deployment Failed'], 'Failed', true]);
    expect(entry.reason).toContain('aborted by somebody');
    expect(entry.after, 'the service had been updated').toBe((await environment.service()).taskDefinition);
    await steady();
  });

  it('of a deployment by the pipeline: execution, action, artifact and commit', async () => {
    const { pipelineExecutionId } = (await build('codepipeline', 'StartPipelineExecution', {
      name: getFirstPipeline(environment.system).pipeline.name,
    })) as {
      pipelineExecutionId: string;
    };
    const before = published.length;
    await environment.waitUntil(
      async () => published.length,
      () => published.slice(before).some(({ detail }) => detail.end !== undefined),
    );
    const entry = published.at(-1)!.detail as unknown as LedgerEntry;
    expect(entry).toMatchObject({
      source: {
        type: 'pipeline',
        name: getFirstPipeline(environment.system).pipeline.name,
        executionId: pipelineExecutionId,
        stage: 'Deploy-test',
      },
      artifact: {
        bucket: getFirstPipeline(environment.system).bucket.name,
        key: expect.any(String),
        versionId: expect.any(String),
      },
      commit: { id: expect.stringMatching(/^[0-9a-f]{40}$/), at: expect.any(String) },
      result: 'Succeeded',
    });
  });
});
