import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import type { Previews } from '../../board/act/previews.ts';
import type { Preview, PreviewRequest } from '../../core/board/requests.ts';
import type { Config } from '../../core/config/check.ts';
import { setCredentials } from '../cli/terminal.ts';
import { type ReleaseSystem, startReleaseSystem } from './release-system.ts';

let system: ReleaseSystem;
let openBoard: (changes?: { config?: Config; caller?: string }) => Promise<Previews>;
const started: string[] = [];

beforeAll(async () => {
  system = await startReleaseSystem();
  setCredentials(system);
  process.env.TABLE = system.system.table.name;
  const { createPreviews } = await import('../../board/act/previews.ts');
  const now = () => new Date(system.clock.now());
  const common = { stage: 'production', now, uuid: randomUUID, adaptMessage: (text: string) => text, caller: 'jo' };
  openBoard = async (changes) =>
    createPreviews({ ...common, config: system.config, ...changes }, (name) => started.push(name));
});

const release = async (tag: string) => system.release(await system.push(tag, {}));

/** Starts of executions by people, as the embedded AWS recorded them. */
const startsOf = (machine: string) =>
  system.cloud.authorizations.filter(
    ({ action, resource }) => action === 'states:StartExecution' && resource.endsWith(`:${machine}`),
  ).length;

const ended = async (execution: string | undefined) => {
  const end = await system.waitUntil(
    () => system.describe(execution ?? '').catch(() => ({ status: 'RUNNING', states: [] as string[], output: {} })),
    ({ status }) => status !== 'RUNNING',
  );
  return end;
};

const refusal = async (confirming: Promise<unknown>) =>
  confirming.then(
    () => undefined,
    (error: { message: string; preview?: Preview }) => error,
  );

it('a redeployment is previewed as in the dry run, changes nothing before it is confirmed, and two clicks start one execution', async () => {
  await release('first');
  const board = await openBoard();
  const { taskDefinition } = await system.service();
  const preview = await board.preview({ target: 'test/web', kind: 'redeploy' });
  expect(preview.lines[0]).toBe('test/web runs web:2.');
  expect(preview.lines[1]).toMatch(
    /^To do: Start the tasks of the service web .* again, on the running revision web:2\.$/,
  );
  expect(preview.command).toBe('gantry redeploy test/web');
  expect(startsOf('gantry-production-deploy_test')).toBe(0);
  const [one, two] = await Promise.all([
    board.confirm({ preview: preview.id, reason: 'a new secret' }),
    board.confirm({ preview: preview.id, reason: 'a new secret' }),
  ]);
  expect(two).toEqual(one);
  expect(startsOf('gantry-production-deploy_test')).toBe(1);
  expect(await ended(one.execution)).toMatchObject({
    status: 'SUCCEEDED',
    output: { release: { by: 'jo', reason: 'a new secret' } },
  });
  expect(await board.confirm({ preview: preview.id })).toEqual(one);
  expect(startsOf('gantry-production-deploy_test')).toBe(1);
  expect((await system.service()).taskDefinition).toBe(taskDefinition);
  expect(started).toContain('test/web');
});

it('a rollback goes to the revision of the preview, by name or as the last known-good one', async () => {
  await release('second');
  const board = await openBoard();
  const preview = await board.preview({ target: 'test/web', kind: 'rollback', choice: 'last' });
  expect(preview.lines.join('\n')).toContain('rolls back to web:2, the newest known-good revision before web:3');
  expect(preview.lines.join('\n')).toContain('containers.app.image');
  const { execution } = await board.confirm({ preview: preview.id });
  expect(await ended(execution)).toMatchObject({ status: 'SUCCEEDED' });
  expect((await system.service()).taskDefinition).toMatch(/web:2$/);
  const forward = await board.preview({ target: 'test/web', kind: 'rollback', choice: 'web:3' });
  expect(forward.command).toBe('gantry rollback test/web --to web:3');
  await ended((await board.confirm({ preview: forward.id })).execution);
  expect((await system.service()).taskDefinition).toMatch(/web:3$/);
});

it.each<PreviewRequest>([
  { target: 'test/web', kind: 'redeploy' },
  { target: 'test/web', kind: 'rollback', choice: 'last' },
  { target: 'test/web', kind: 'rollback', choice: 'web:2' },
])(
  'a confirmed $kind is refused if somebody has deployed since the preview, and the new state is shown',
  async (request) => {
    const board = await openBoard();
    const preview = await board.preview(request);
    await release(`between-${randomUUID()}`);
    const before = system.cloud.authorizations.filter(({ action }) => action === 'states:StartExecution').length;
    const refused = await refusal(board.confirm({ preview: preview.id }));
    expect(refused?.message).toContain('The state has changed since the preview. Nothing was done');
    expect(refused?.preview?.id).not.toBe(preview.id);
    expect(system.cloud.authorizations.filter(({ action }) => action === 'states:StartExecution')).toHaveLength(before);
  },
);

it.each([
  ['an id that nobody got', async () => 'x', 'This preview is over'],
  [
    'the preview of another board',
    async () => (await (await openBoard()).preview({ target: 'test/web', kind: 'redeploy' })).id,
    'This preview is over',
  ],
])('%s starts nothing', async (_, id, message) => {
  const board = await openBoard();
  expect((await refusal(board.confirm({ preview: await id() })))?.message).toContain(message);
});

it.each<[what: string, request: PreviewRequest, message: string]>([
  ['an unknown service', { target: 'test/wob', kind: 'redeploy' }, 'No target is named "test/wob"'],
  ['a revision of another family', { target: 'test/web', kind: 'rollback', choice: 'other:1' }, 'other:1'],
  ['no revision at all', { target: 'test/web', kind: 'rollback', choice: '../../x' }, 'revision'],
  [
    'a hook where the target does not allow it',
    { target: 'test/web', kind: 'continue' },
    'does not let Gantry answer pause hooks',
  ],
  [
    'an approval that does not wait',
    { target: 'prod/web', kind: 'approve', choice: 'web-shop-production/Deploy-prod/Approve' },
    'does not wait any more',
  ],
  ['an approval of nothing', { target: 'prod/web', kind: 'approve' }, 'does not wait any more'],
])('the preview for %s says what is wrong', async (_, request, message) => {
  const board = await openBoard();
  expect((await refusal(board.preview(request)))?.message).toContain(message);
});

it('a redeployment that the configuration does not allow is refused with its reason', async () => {
  const targets = system.config.targets.map((target) => ({ ...target, manualDeploys: 'deny' as const }));
  const board = await openBoard({ config: { ...system.config, targets } });
  expect((await refusal(board.preview({ target: 'test/web', kind: 'redeploy' })))?.message).toContain(
    'allows no manual deployments',
  );
});

it('credentials that may look and not start see the preview, and the confirmation says which permission is missing', async () => {
  const arn = `arn:aws:iam::${system.system.account}:user/viewer`;
  const allow = (Sid: string, Action: string[]) => ({ Sid, Effect: 'Allow', Action, Resource: '*' });
  const Statement = [allow('Look', ['sts:AssumeRole', 'dynamodb:*', 'states:Describe*', 'states:Get*', 'ecr:*'])];
  system.cloud.iam.users.set(arn, { arn, policies: { look: { Version: '2012-10-17', Statement } } });
  const keys = system.cloud.iam.issueCredentials({ account: system.system.account, arn });
  const before = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey });
  const { resetModules } = (await import('vitest')).vi;
  resetModules();
  const { createPreviews } = await import('../../board/act/previews.ts');
  const board = createPreviews(
    {
      config: system.config,
      stage: 'production',
      now: () => new Date(system.clock.now()),
      uuid: randomUUID,
      adaptMessage: (text) => text,
      caller: arn,
    },
    () => undefined,
  );
  const preview = await board.preview({ target: 'test/web', kind: 'redeploy' });
  expect((await refusal(board.confirm({ preview: preview.id })))?.message).toMatch(
    /states:StartExecution.*docs\/cli\.md/s,
  );
  Object.assign(process.env, before);
});

it('an approval is shown by the board, previewed with its commit, given with the own credentials, and given once', async () => {
  const name = 'web-shop-production';
  await system.build('codepipeline', 'StartPipelineExecution', { name });
  const readState = () =>
    system.build('codepipeline', 'GetPipelineState', { name }).then((state) => JSON.stringify(state));
  await system.waitUntil(readState, (state) => state.includes('"token"'), 3_600_000);
  const { createCollector } = await import('../../board/collect/collector.ts');
  const collector = createCollector(system.config, 'production', () => new Date(system.clock.now()));
  for (let ticks = 0; ticks < 5; ticks += 1) await collector.tick();
  const cell = collector.data().rows[0]!.cells.prod!;
  const [choice] = cell.actions.find(({ kind }) => kind === 'approve')!.choices!;
  expect(cell).toMatchObject({
    state: 'waiting',
    sentence: expect.stringContaining('Waits for approval of the action'),
  });
  const [, token = ''] = /"token":"([^"]+)"/.exec(await readState()) ?? [];
  expect(token).not.toBe('');
  expect(JSON.stringify(collector.data())).not.toContain(token);
  const board = await openBoard();
  const request: PreviewRequest = { target: 'prod/web', kind: 'approve', choice: choice!.id };
  const preview = await board.preview(request);
  expect(preview.lines.at(-1)).toMatch(/^To do: Approve the action .* The release then goes on to prod\/web\.$/);
  const elsewhere = await openBoard();
  const late = await elsewhere.preview(request);
  const results = await Promise.all([
    board.confirm({ preview: preview.id, reason: 'fine' }),
    board.confirm({ preview: preview.id }),
    refusal(elsewhere.confirm({ preview: late.id })),
  ]);
  expect(results[0]).toEqual(results[1]);
  expect(results[2]?.message).toContain('Approve does not wait any more: somebody has answered it');
  expect(await readState()).toContain('"summary":"fine"');
  expect((await refusal(board.preview(request)))?.message).toContain('does not wait any more');
  expect((await refusal(board.preview({ ...request, target: 'test/web' })))?.message).toContain(
    'does not wait any more',
  );
});
