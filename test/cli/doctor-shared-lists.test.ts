import { expect, it } from 'vitest';
import { checkSharedLists } from '../../cli/doctor/check-shared-lists.ts';
import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import type { PipelineAction } from '../../cli/doctor/facts.ts';
import { type ConfigInput, validateConfig } from '../../core/config/check.ts';
import config from './doctor-config.ts';

const [test, prod] = config.targets;
const matching = validateConfig({
  ...config,
  targets: [{ ...test!, match: { services: 'tea-*', passRoles: ['pot-*'] } }, prod!],
  pipelines: [],
} as ConfigInput);

const action = (pipeline: string, ServiceName: string): PipelineAction => ({
  ...{ pipeline, stage: 'Deploy', name: ServiceName, runOrder: 1, inputs: ['Build'] },
  properties: {
    ClusterName: 'tea',
    ServiceName,
    RoleArn: `arn:aws:iam::${test!.account}:role/test-deployment`,
    Region: test!.region,
  },
});
const installed = { status: 'ACTIVE', controller: 'ECS', family: 'tea', roles: [], alarms: [], tags: [] };

it.each<[what: string, actions: PipelineAction[], state: string, says: string]>([
  [
    'a matched service with the container of a named one',
    [action('shop', 'pot'), action('shop', 'tea-cup')],
    'NG',
    'Pipeline shop: The actions pot (test/pot) and tea-cup (test/tea-cup) of the stage Deploy would both take the image for "app"',
  ],
  [
    'the same services in different pipelines',
    [action('shop', 'pot'), action('other', 'tea-cup')],
    'OK',
    'no two actions',
  ],
  [
    'a matched service that could not be read',
    [action('shop', 'pot'), action('shop', 'tea-can')],
    'OK',
    'no two actions',
  ],
])('the doctor judges %s', async (_what, actions, state, says) => {
  const facts = declaredFacts(matching, 'production', 0);
  facts.services.set('test/tea-cup', { found: { ...installed, containers: ['app'] } });
  facts.services.set('test/tea-can', { unread: 'no credentials' });
  const check = checkSharedLists(matching, 'production');
  const outcome = await check.run({ ...facts, live: true, pipelineActions: { found: actions } });
  expect(outcome).toMatchObject({ state, says: expect.stringContaining(says) });
});
