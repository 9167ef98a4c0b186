import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createSessionName } from '../../core/model/session-name.ts';
import type { RollbackActionResult } from '../../core/model/state-data.ts';
import { completeLedgerEntry, type LedgerEntry, ledgerEntryKey } from '../../core/reporting/ledger.ts';
import { createExecutionTag } from '../../core/task-definition/tags.ts';
import { dynamodb } from '../../local/dynamodb.ts';
import { buildAccountId, region, testAccountId } from '../start.ts';
import { createTable } from './ledger-table.ts';
import { createRolloutAccount, type StartedRollout, target, testExecutionArn } from './rollout-account.ts';

const { as, begin, client, cloud, clock, image, pass, update } = await createRolloutAccount();
cloud.services.set('dynamodb', dynamodb(cloud));
const table = DynamoDBDocumentClient.from(new DynamoDBClient(as(buildAccountId)));
await createTable(table);
const { handler } = await import('../../functions/watch-rollback.ts');

let count = 0;
const executionOf = (machine: string, installation = `${buildAccountId}:execution:gantry-production`) =>
  `arn:aws:states:${region}:${installation}-${machine}:n${++count}`;

/** An entry of an execution that began just now and still runs. */
const entryOf = (service: string, execution: string, change: Partial<LedgerEntry>): LedgerEntry => ({
  version: '1',
  kind: execution.includes('-rollback:') ? 'rollback' : 'deploy',
  execution,
  service: { account: testAccountId, region, cluster: 'test', name: service },
  source: { type: 'hand' },
  images: [],
  start: new Date(clock.now()).toISOString(),
  ...change,
});
const write = (entry: LedgerEntry) =>
  table.send(
    new PutCommand({
      TableName: process.env.TABLE,
      Item: JSON.parse(JSON.stringify({ ...ledgerEntryKey(entry), ...entry })),
    }),
  );

/** Lets somebody deploy to the service. Returns the text by which a message names this person or execution. */
type Deploys = (service: string) => Promise<string>;
/** Returns a client with the session of an execution: its tags count only on a revision that its session registered. */
async function createClientOf(execution: string): Promise<ECSClient> {
  const { Credentials } = await new STSClient(as(buildAccountId)).send(
    new AssumeRoleCommand({ RoleArn: target.roleArn, RoleSessionName: createSessionName(execution) }),
  );
  return new ECSClient({
    ...as(testAccountId),
    credentials: {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    },
  });
}
/** Registers a revision, by an execution or by somebody else. */
async function newRevision(execution?: string): Promise<string> {
  const containerDefinitions = [{ name: 'app', image: await image() }];
  const tags = execution === undefined ? [] : [createExecutionTag(execution)];
  const registrar = execution === undefined ? client : await createClientOf(execution);
  const registered = await registrar.send(
    new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions, tags }),
  );
  return registered.taskDefinition!.taskDefinitionArn!;
}
const deploy = (service: string, taskDefinition: string) =>
  update(service, { taskDefinition, forceNewDeployment: true });

const others: [who: string, deploys: Deploys][] = [
  [
    'another release of Gantry, with a revision of its own',
    async (service) => {
      const execution = executionOf('deploy');
      await write(entryOf(service, execution, {}));
      await deploy(service, await newRevision(execution));
      return `Gantry's own release ${execution}`;
    },
  ],
  [
    'another release of Gantry that has ended',
    async (service) => {
      const execution = executionOf('deploy');
      const after = await newRevision();
      const begun = entryOf(service, execution, { after });
      await deploy(service, after);
      await write(completeLedgerEntry(begun, { at: new Date(clock.now()), result: 'Succeeded', reason: 'Good.' }));
      return `Gantry's own release ${execution}`;
    },
  ],
  [
    'a release of Gantry by hand, of a revision that exists',
    async (service) => {
      const execution = executionOf('deploy');
      const base = await newRevision();
      await write(entryOf(service, execution, { base }));
      await deploy(service, base);
      return `Gantry's own release ${execution}`;
    },
  ],
  [
    'another rollback of Gantry',
    async (service) => {
      const execution = executionOf('rollback');
      const base = await newRevision(executionOf('deploy'));
      await write(entryOf(service, execution, { base }));
      await deploy(service, base);
      return `Gantry's own rollback ${execution}`;
    },
  ],
  [
    'a release of another installation of Gantry',
    async (service) => {
      const execution = executionOf('deploy', '999999999999:execution:other-production');
      await deploy(service, await newRevision(execution));
      return `the release ${execution} of another installation of Gantry`;
    },
  ],
  [
    'somebody else, with a revision that an earlier release of Gantry registered',
    async (service) => {
      const execution = executionOf('deploy');
      await deploy(service, await newRevision(execution));
      return 'somebody else';
    },
  ],
  [
    'somebody else',
    async (service) => {
      await deploy(service, await newRevision());
      return 'somebody else';
    },
  ],
];

const verdict = {
  outcome: 'failed' as const,
  reason: 'It failed.',
  rollBack: 'gantry' as const,
  serviceStatus: { taskDefinition: 'web:1', desired: 1, running: 1, pending: 0, deployments: [] },
};

/** The ways in which a rollback began before somebody else deployed. */
const beginnings: [how: string, service: string, roll: (begun: StartedRollout) => Promise<RollbackActionResult>][] = [
  [
    'has restored a revision',
    'restored',
    async ({ plan, release }) => {
      const { taskDefinition } = plan.before;
      const { deployments } = await update(release.target.service, { taskDefinition });
      const { id, createdAt } = deployments!.find(({ status }) => status === 'PRIMARY')!;
      const deploymentStartedAt = createdAt!.toISOString();
      return { did: 'updated', sentence: '', taskDefinition, deploymentId: id, deploymentStartedAt };
    },
  ],
  [
    'found a newer deployment',
    'left',
    async ({ plan }) => ({ did: 'nothing', sentence: '', taskDefinition: plan.before.taskDefinition }),
  ],
];

describe.each(beginnings)('a rollback that %s', (_how, service, roll) => {
  it('names who took over, in the sentence and by the execution', async () => {
    const begun = await begin(service, { startSeconds: 60 });
    const rollback = await roll(begun);
    const seen: Record<string, unknown> = {};
    for (const [who, deploys] of others) {
      await pass(30);
      const name = await deploys(service);
      const at = new Date(clock.now()).toISOString();
      const outcome = await handler({
        execution: testExecutionArn,
        input: { ...begun, verdict: { ...verdict, at }, rollback },
      });
      const sentence = outcome.outcome === 'settled' ? outcome.sentence : outcome.outcome;
      seen[who] = sentence.includes(`, which ${name} started at`) || sentence;
    }
    expect(seen).toEqual(Object.fromEntries(others.map(([who]) => [who, true])));
  });
});
