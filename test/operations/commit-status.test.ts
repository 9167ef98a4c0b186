import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { createDeploymentEvent } from '../../core/reporting/deployment-event.ts';
import type { LedgerEntry } from '../../core/reporting/ledger.ts';
import { listApiRequests } from '../../local/events/api-destinations.ts';
import { events } from '../../local/events.ts';
import { createShellEnvironment } from '../local/shell.ts';
import { buildAccountId, startCloud } from '../start.ts';

const run = promisify(execFile);
const awscli = await run('aws', ['--version']).then(
  () => true,
  () => false,
);
if (!awscli) console.warn('awscli is not installed: the commands of docs/events.md are not played.');

const { cloud, as, clock } = await startCloud(events);
const folder = await mkdtemp(join(tmpdir(), 'gantry-commit-status-'));
afterAll(() => rm(folder, { recursive: true }));

const roleArn = `arn:aws:iam::${buildAccountId}:role/commit-status`;
cloud.iam.roles.set(roleArn, {
  arn: roleArn,
  trust: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  },
  policies: {
    invoke: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'events:InvokeApiDestination', Resource: '*' }],
    },
  },
});

const readPage = (): Promise<string> => readFile(join(import.meta.dirname, '..', '..', 'docs', 'events.md'), 'utf8');

/** Runs the commands of a section of docs/events.md, with these replacements. */
async function runSection(title: string, replacements: [from: string, to: string][] = []): Promise<void> {
  const page = await readPage();
  const [, found = ''] = /```sh\n(.*?)```/s.exec(page.slice(page.indexOf(title))) ?? [];
  for (const [from] of replacements) expect(found).toContain(from);
  const script = replacements.reduce((text, [from, to]) => text.replaceAll(from, to), found);
  const env = createShellEnvironment(cloud, as(buildAccountId).credentials, folder);
  await run('bash', ['--norc', '-euo', 'pipefail', '-c', script], { env });
}

const commit = { id: '7c211433f02071597741e6ff5a8ea34789abbf43' };
const entry: LedgerEntry = {
  version: '1',
  kind: 'deploy',
  execution: 'arn:aws:states:eu-west-1:111111111111:execution:gantry-production-deploy:1',
  service: { account: '333333333333', region: 'eu-west-1', cluster: 'web-shop', name: 'web' },
  target: 'prod/web',
  source: { type: 'hand' },
  images: [],
  start: '2026-11-23T09:00:00.000Z',
  end: '2026-11-23T09:04:00.000Z',
  commit,
};

/** Publishes the event of a ledger entry, and returns the requests that it causes. */
async function requestsFor(changes: Partial<LedgerEntry>, account = buildAccountId) {
  const before = listApiRequests(cloud).length;
  const { detailType, detail, resources } = createDeploymentEvent({ ...entry, ...changes });
  cloud.publish({
    source: 'gantry',
    'detail-type': detailType,
    account,
    region: 'eu-west-1',
    resources,
    detail: { ...detail },
  });
  let isDelivered = false;
  clock.after(1000, () => {
    isDelivered = true;
  });
  await clock.advanceUntil(() => isDelivered);
  return listApiRequests(cloud).slice(before);
}

describe.skipIf(!awscli)('the commands of docs/events.md for the commit status', { timeout: 120_000 }, () => {
  it('set the status on GitHub of the commit that was deployed, and of no other event', async () => {
    await runSection('## Commit status');
    const url = `https://api.github.com/repos/example/web-shop/statuses/${commit.id}`;
    const header = { name: 'Authorization', value: 'Bearer <token>' };
    const table: [Partial<LedgerEntry>, object | undefined][] = [
      [{ result: 'Succeeded' }, { state: 'success', context: 'prod/web', description: 'Gantry Deployment Succeeded' }],
      [
        { result: 'RolledBack' },
        { state: 'failure', context: 'prod/web', description: 'Gantry Deployment Rolled Back' },
      ],
      [{ result: 'Failed' }, { state: 'failure', context: 'prod/web', description: 'Gantry Deployment Failed' }],
      [{ result: 'Superseded' }, undefined],
      [{ result: 'Failed', target: 'test/web' }, undefined],
      [{ result: 'Failed', commit: undefined }, undefined],
      [{ result: 'Succeeded', kind: 'rollback' }, undefined],
    ];
    for (const [changes, body] of table) {
      const requests = await requestsFor(changes);
      expect(requests.map((one) => ({ ...one, body: JSON.parse(one.body) }))).toEqual(
        body === undefined ? [] : [{ method: 'POST', url, header, body }],
      );
    }
    expect(await requestsFor({ result: 'Succeeded' }, '222222222222')).toEqual([]);
  });

  it('set the status on GitLab with the values that the page names for it', async () => {
    const endpoint = 'https://gitlab.com/api/v4/projects/<project id>/statuses/*';
    const prose = (await readPage()).split('For GitLab, ')[1]?.replace(/\s+/g, ' ') ?? '';
    for (const value of ['PRIVATE-TOKEN', endpoint, 'success', 'failed', 'name', 'context'])
      expect(prose).toContain(`\`${value}\``);
    await runSection('## Commit status', [
      ['"Authorization"', '"PRIVATE-TOKEN"'],
      ['Bearer <token>', '<token>'],
      ['https://api.github.com/repos/example/web-shop/statuses/*', endpoint.replace('<project id>', '7')],
      ['failure', 'failed'],
      ['context', 'name'],
      ['github', 'gitlab'],
    ]);
    const requests = await requestsFor({ result: 'RolledBack' });
    const toGitLab = requests.filter((one) => one.url.includes('gitlab'));
    expect(toGitLab.map((one) => ({ ...one, body: JSON.parse(one.body) }))).toEqual([
      {
        method: 'POST',
        url: `https://gitlab.com/api/v4/projects/7/statuses/${commit.id}`,
        header: { name: 'PRIVATE-TOKEN', value: '<token>' },
        body: { state: 'failed', name: 'prod/web', description: 'Gantry Deployment Rolled Back' },
      },
    ]);
  });
});
