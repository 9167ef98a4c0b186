import { beforeAll, describe, expect, it } from 'vitest';
import { startReleaseSystem } from '../machine/release-system.ts';
import { createTerminal, linesOfType, setCredentials } from './terminal.ts';

const crash = { startSeconds: 2, then: 'crash', afterSeconds: 1, exitCode: 1, log: ['Error: no'] };

let system: Awaited<ReturnType<typeof startReleaseSystem>>;
let gantry: Awaited<ReturnType<typeof createTerminal>>;

beforeAll(async () => {
  system = await startReleaseSystem();
  setCredentials(system);
  gantry = await createTerminal(system);
});

const revisionNow = async () => (await system.service()).taskDefinition.split('/')[1]!;
const deploy = async (tag: string) => gantry(['deploy', 'test/web', '--image', `app=${await system.push(tag, {})}`]);

/** Runs `act` and returns all AWS operations that were called meanwhile. */
async function callsOf<Answer>(act: () => Promise<Answer>): Promise<{ answer: Answer; operations: string[] }> {
  const before = system.cloud.authorizations.length;
  const answer = await act();
  return { answer, operations: system.cloud.authorizations.slice(before).map(({ operation }) => operation) };
}

const reads = /^(Get|Describe|List|BatchGet|Head|AssumeRole|Query|Decrypt)/;

describe('gantry rollback', () => {
  it('rolls back to the last known-good revision, and forward again to a given one', async () => {
    await deploy('good');
    const good = await revisionNow();
    await deploy('regretted');
    const regretted = await revisionNow();
    const back = await gantry(['rollback', 'test/web', '--reason', 'the basket is empty', '--json']);
    expect(back.lines.at(-1)).toMatchObject({ type: 'ended', status: 'SUCCEEDED', exitCode: 0 });
    expect(back.exitCode).toBe(0);
    expect(await revisionNow()).toBe(good);
    const forward = await gantry(['rollback', 'test/web', '--to', regretted]);
    expect(forward.exitCode).toBe(0);
    expect(await revisionNow()).toBe(regretted);
  });
});

describe('--dry-run', () => {
  it('shows what a deployment would register, and changes nothing', async () => {
    const image = await system.push('perhaps', {});
    const running = await revisionNow();
    const { answer, operations } = await callsOf(() =>
      gantry(['deploy', 'test/web', '--image', `app=${image}`, '--dry-run', '--json']),
    );
    expect(answer.exitCode).toBe(0);
    expect(answer.lines).toHaveLength(1);
    expect(answer.lines[0]).toMatchObject({ type: 'dry-run', target: 'test/web', running });
    expect(answer.lines[0]!.rollout).toMatchObject({
      strategy: 'ROLLING',
      steps: [{ does: 'replace tasks' }],
      leastMinutes: 0,
    });
    const differences = answer.lines[0]!.differences as { field: string; after?: string }[];
    expect(differences.find(({ field }) => field === 'containers.app.image')?.after).toMatch(/@sha256:[0-9a-f]{64}"$/);
    expect(differences.map(({ field }) => field)).toContain('tags.gantry:image:app');
    expect(differences.filter(({ field }) => !/^(containers\.app\.image|tags\.gantry:)/.test(field))).toEqual([]);
    expect(operations.filter((operation) => !reads.test(operation))).toEqual([]);
    expect(await revisionNow()).toBe(running);
  });

  it('allows a pipeline that the configuration allows', async () => {
    const image = await system.push('by-team', {});
    const ran = await gantry(['deploy', 'test/web', '--image', `app=${image}`, '--dry-run', '--pipeline', 'team']);
    expect(ran.exitCode).toBe(0);
  });

  it('shows what a rollback would change, and changes nothing', async () => {
    const running = await revisionNow();
    const { answer, operations } = await callsOf(() => gantry(['rollback', 'test/web', '--dry-run']));
    expect(answer.exitCode).toBe(0);
    expect(answer.out).toContain(`test/web runs ${running}.`);
    expect(answer.out).toContain('containers.app.image');
    expect(answer.out).toContain('This was a dry run: nothing was started.');
    expect(operations.filter((operation) => !reads.test(operation))).toEqual([]);
  });

  it('says that nothing would be done if the images run already', async () => {
    const image = await system.push('twice', {});
    await gantry(['deploy', 'test/web', '--image', `app=${image}`]);
    const ran = await gantry(['deploy', 'test/web', '--image', `app=${image}`, '--dry-run']);
    expect(ran.out).toContain('Nothing: these images run already.');
  });
});

describe('gantry status', () => {
  it('shows what runs, since when and from which release, and that the lease is free', async () => {
    const image = await system.push('status', {});
    await gantry(['deploy', 'test/web', '--image', `app=${image}`]);
    const ran = await gantry(['status', 'test/web', '--json']);
    expect(ran.exitCode).toBe(0);
    expect(ran.lines).toMatchObject([
      {
        type: 'status',
        target: 'test/web',
        release: { 'image:app': image, execution: expect.stringContaining(':execution:') },
        images: [{ name: 'app', image: expect.stringMatching(/@sha256:/) }],
        rollingOut: false,
        deployments: [{ running: 2, desired: 2 }],
        lease: 'free',
      },
    ]);
  });

  const hour = 3_600_000;
  const clocks = [
    ['is right', 0],
    ['is slow', -hour],
    ['is fast', hour],
  ] as const;

  /** Sets the lease of the last holder: held, unreleased, and valid until the given time. */
  const leaseUntil = (until: string) =>
    system.build('dynamodb', 'UpdateItem', {
      TableName: system.system.table.name,
      Key: { pk: { S: 'service#222222222222/eu-west-1/web-shop/web' }, sk: { S: 'lease' } },
      UpdateExpression: 'SET #until = :until REMOVE released',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':until': { S: until } },
    });

  it.each(clocks)('shows a free lease after a release, on a computer whose clock %s', async (_, ahead) => {
    const ran = await gantry(['status', 'test/web', '--json'], { ahead });
    expect(ran.lines).toMatchObject([{ lease: 'free' }]);
    const { out } = await gantry(['status', 'test/web'], { ahead });
    expect(out).not.toContain('lease');
    if (ahead >= 0) expect(out, "the age is that of AWS's clock").toMatch(/, since .* UTC \(\d+ min ago\)/);
  });

  it.each(clocks)("shows the lease's holder during a release, on a computer whose clock %s", async (clock, ahead) => {
    const image = await system.push(`changing${ahead}`, { startSeconds: 300 });
    const started = await gantry(['deploy', 'test/web', '--image', `app=${image}`, '--no-watch', '--json']);
    const holder = String(started.lines[0]!.execution);
    await system.waitUntil(
      () => system.describe(holder),
      ({ states }) => states.includes('Watch Rollout'),
    );
    await leaseUntil(new Date(system.clock.now() + 120_000).toISOString());
    const ran = await gantry(['status', 'test/web', '--json'], { ahead });
    expect(ran.lines, clock).toMatchObject([{ lease: { holder, until: expect.any(String) } }]);
    await leaseUntil(new Date(0).toISOString());
    await system.end(holder);
  });

  it('shows a free lease if the holder ended without releasing it', async () => {
    const holder = await system.begin({ target: 'test/web' });
    await system.end(holder);
    await leaseUntil('2099-01-01T00:00:00.000Z');
    expect((await gantry(['status', 'test/web', '--json'])).lines).toMatchObject([{ lease: 'free' }]);
    await leaseUntil(new Date(0).toISOString());
  });

  it('shows every target if none is named', async () => {
    const ran = await gantry(['status']);
    expect(ran.exitCode).toBe(0);
    const [heads, ...lines] = ran.out.trimEnd().split('\n');
    expect(heads).toMatch(/^TARGET +SERVICE +REVISION +SINCE +TASKS +STATE$/);
    expect(lines).toEqual([
      expect.stringMatching(/^test +web +web:\d+ +\d+ (min|h) ago +2\/2 +steady$/),
      expect.stringMatching(/^prod +web +web:1 +\d+ (min|h) ago +2\/2 +steady$/),
    ]);
    const targets = (await gantry(['status', '--json'])).lines.map(({ target }) => target);
    expect(targets).toEqual(['test/web', 'prod/web']);
  });
});

describe('gantry watch', () => {
  it('follows the running execution of a target', async () => {
    const image = await system.push('watched', {});
    const started = await gantry(['deploy', 'test/web', '--image', `app=${image}`, '--no-watch', '--json']);
    const ran = await gantry(['watch', 'test/web', '--json']);
    expect(ran.exitCode).toBe(0);
    expect(ran.lines.at(-1)).toMatchObject({ type: 'ended', execution: started.lines[0]!.execution });
  });

  it('shows how an ended execution went, by its ARN or its name, and exits with its exit code', async () => {
    const image = await system.push('crash', crash);
    const started = await gantry(['deploy', 'test/web', '--image', `app=${image}`, '--json']);
    const arn = String(started.lines[0]!.execution);
    const byArn = await gantry(['watch', arn, '--json']);
    const byName = await gantry(['watch', arn.split(':').at(-1)!, '--json']);
    expect([started.exitCode, byArn.exitCode, byName.exitCode]).toEqual([1, 1, 1]);
    expect(byName.lines).toEqual(byArn.lines);
    expect(linesOfType(byArn, 'verdict')).toEqual(linesOfType(started, 'verdict'));
  });

  it.each([
    ['test/web', 'No deployment or rollback is running for test/web'],
    ['nobody', 'There is no execution nobody'],
    ['test/wob', 'No target is named "test/wob"'],
    ['arn:aws:ecs:eu-west-1:222222222222:service/web', 'is not the ARN of an execution'],
  ])('of %s says that there is none, and exits with 2', async (what, sentence) => {
    const ran = await gantry(['watch', what]);
    expect({ exitCode: ran.exitCode, out: ran.out }).toEqual({ exitCode: 2, out: '' });
    expect(ran.err).toContain(sentence);
  });
});

describe('gantry history', () => {
  it('lists who deployed what and how it ended, newest first, with the delivery metrics', async () => {
    const ran = await gantry(['history', 'test/web', '--json']);
    const entries = linesOfType(ran, 'entry');
    expect(ran.exitCode).toBe(0);
    expect(entries.map(({ kind }) => kind)).toContain('rollback');
    expect(entries.map(({ result }) => result)).toEqual(expect.arrayContaining(['Succeeded', 'RolledBack']));
    expect(entries.map(({ source }) => source)).toContainEqual(
      expect.objectContaining({ type: 'hand', reason: 'the basket is empty' }),
    );
    const starts = entries.map(({ start }) => String(start));
    expect(starts).toEqual(starts.toSorted().reverse());
    expect(ran.lines.at(-1)).toMatchObject({ type: 'figures', days: 90, failureRate: expect.any(Number) });
  });

  it('prints at most --limit of them as a table', async () => {
    const ran = await gantry(['history', 'test/web', '--limit', '2']);
    expect(ran.out).toMatch(/^START \(UTC\) +KIND +RESULT +REVISION/);
    expect(ran.out.match(/ (deploy|rollback) /g)).toHaveLength(2);
    expect(ran.out).toMatch(/deployments per week +\d+\.\d/);
  });
});
