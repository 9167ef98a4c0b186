import { beforeAll, describe, expect, it } from 'vitest';
import { putArtifact } from '../machine/manual.ts';
import { startReleaseSystem } from '../machine/release-system.ts';
import { type CommandResult, createTerminal, linesOfType, setCredentials } from './terminal.ts';

const crash = { startSeconds: 2, then: 'crash', afterSeconds: 1, exitCode: 1, log: ['Error: no'] };

let system: Awaited<ReturnType<typeof startReleaseSystem>>;
let gantry: Awaited<ReturnType<typeof createTerminal>>;

beforeAll(async () => {
  system = await startReleaseSystem();
  setCredentials(system);
  gantry = await createTerminal(system);
});

const types = ({ lines }: CommandResult) => [...new Set(lines.map(({ type }) => type))];
const revisionNow = async () => (await system.service()).taskDefinition;

describe('gantry deploy', () => {
  it('deploys an image and prints states, tasks, events and the verdict in order of time', async () => {
    const image = await system.push('one', {});
    const before = await revisionNow();
    const ran = await gantry(['deploy', 'test/web', '--image', `app=${image}`, '--reason', 'a fix', '--json']);
    expect(ran.exitCode).toBe(0);
    expect(types(ran)).toEqual(
      expect.arrayContaining(['started', 'state', 'note', 'tasks', 'event', 'verdict', 'ended']),
    );
    expect(linesOfType(ran, 'started')[0]).toMatchObject({ input: { reason: 'a fix' } });
    expect(linesOfType(ran, 'state').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Read Images', 'Check Target', 'Register Revision', 'Update Service', 'Watch Rollout']),
    );
    expect(ran.lines.at(-1)).toMatchObject({ type: 'ended', status: 'SUCCEEDED', result: 'Succeeded', exitCode: 0 });
    expect(await revisionNow()).not.toBe(before);
    const times = ran.lines.slice(1).map(({ at }) => String(at));
    expect(times).toEqual(times.toSorted());
  });

  it('shows the tasks of the old and the new revision during the rollout', async () => {
    const image = await system.push('two', {});
    const before = await revisionNow();
    const ran = await gantry(['deploy', 'test/web', '--image', `app=${image}`, '--json']);
    const seen = linesOfType(ran, 'tasks').map(
      ({ deployments }) => deployments as { taskDefinition: string; running: number }[],
    );
    const after = await revisionNow();
    const both = seen.filter((deployments) => deployments.length === 2);
    expect(both.map(([newest, old]) => [newest!.taskDefinition, old!.taskDefinition])).toContainEqual([after, before]);
    expect(seen.at(-1)).toMatchObject([{ taskDefinition: after, running: 2, desired: 2 }]);
  });

  it('records the identity of the credentials as the requester, unless --by names one', async () => {
    const image = await system.push('who', {});
    const ran = await gantry(['deploy', 'test/web', '--image', `app=${image}`, '--no-watch', '--json']);
    const named = await gantry(['redeploy', 'test/web', '--by', 'the night watch', '--no-watch', '--json']);
    const onTerminal = await gantry(['redeploy', 'test/web', '--no-watch'], { columns: 80 });
    expect(onTerminal.out).toMatch(/^\S* {2}0:00\S* {2}\S*Started test_redeploy-[\w-]+\S*\n$/);
    expect([ran.exitCode, named.exitCode]).toEqual([0, 0]);
    expect(ran.lines).toMatchObject([{ type: 'started', input: { by: 'arn:aws:iam::111111111111:user/admin' } }]);
    expect(named.lines).toMatchObject([{ type: 'started', input: { by: 'the night watch' } }]);
    await system.end(String(ran.lines[0]!.execution));
    await system.end(String(named.lines[0]!.execution));
    await system.steady();
  });

  it('deploys an older artifact, a given revision, and the running revision again', async () => {
    const image = await system.push('artifact', {});
    const before = (await revisionNow()).split('/')[1]!;
    const at = await putArtifact(system, { 'imagedefinitions.json': [{ name: 'app', imageUri: image }] });
    const older = await gantry(['deploy', 'test/web', '--artifact', `s3://${at.bucket}/${at.key}`]);
    const given = await gantry(['deploy', 'test/web', '--revision', before]);
    const again = await gantry(['redeploy', 'test/web']);
    expect([older.exitCode, given.exitCode, again.exitCode]).toEqual([0, 0, 0]);
    expect((await revisionNow()).split('/')[1]).toBe(before);
  });

  it('exits with 1 and prints the reason if the deployment fails', async () => {
    const image = await system.push('bad', crash);
    const before = await revisionNow();
    const ran = await gantry(['deploy', 'test/web', '--image', `app=${image}`]);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain('Verdict: failed');
    expect(ran.out).toMatch(
      /Task \w{8} of web:\d+ stopped: Essential container in task exited: app exited with code 1\./,
    );
    expect(ran.out).toMatch(/app exited with code 1 \(2 so far\)\./);
    expect(ran.out.match(/does not stay up/g)).toHaveLength(1);
    expect(ran.out).toMatch(/Verdict: failed.*exited with code 1.*JobFailed\. Gantry stopped the deployment.*back/s);
    await system.steady();
    expect(await revisionNow()).toBe(before);
  });

  it('exits with 2 and prints the reason if the input does not fit the service', async () => {
    const image = await system.push('sidecar', {});
    const ran = await gantry(['deploy', 'test/web', '--image', `sidecar=${image}`]);
    expect(ran.exitCode).toBe(2);
    expect(ran.out).toContain("There is an image for 'sidecar', but 'web' has no such container");
  });

  it('exits with 3 if another deployment supersedes it', async () => {
    const slow = await system.push('slow', { startSeconds: 600 });
    const quick = await system.push('quick', {});
    const started = await gantry(['deploy', 'test/web', '--image', `app=${slow}`, '--no-watch', '--json']);
    const watched = String(started.lines[0]!.execution);
    await gantry(['watch', watched], { interrupt: 'Watch Rollout' });
    const other = await gantry(['deploy', 'test/web', '--image', `app=${quick}`]);
    const ran = await gantry(['watch', watched]);
    expect([other.exitCode, ran.exitCode]).toEqual([0, 3]);
    expect(ran.out).toContain('Verdict: superseded');
  });

  it('stops watching on Ctrl-C, says so and exits with 130, and the deployment continues', async () => {
    const image = await system.push('left-alone', {});
    const ran = await gantry(['deploy', 'test/web', '--image', `app=${image}`, '--json'], {
      interrupt: 'Update Service',
    });
    expect(ran.exitCode).toBe(130);
    expect(ran.lines.at(-1)).toMatchObject({
      type: 'stopped',
      message: expect.stringContaining('The deployment continues'),
    });
    const end = await system.end(String(ran.lines[0]!.execution));
    expect(end.status).toBe('SUCCEEDED');
  });

  it('shows bars and the current state on a terminal while it runs, and only lines remain at the end', async () => {
    const ran = await gantry(['redeploy', 'test/web'], { columns: 80 });
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toContain('\u001b[');
    expect(ran.out).toMatch(/new {2}web:\d+ {2}█/);
    const screen = renderScreen(ran.out);
    expect(screen.slice(-2).join(' ')).toMatch(/Succeeded\..*by {9}deployment ecs-svc/);
    expect(screen.filter((line) => line.includes('Ctrl-C') || line.includes('█'))).toEqual([]);
  });
});

describe('a deployment that shifts traffic', () => {
  it('is listed by a dry run, and followed with the traffic of both revisions, its steps and its bake times', async () => {
    const deploymentConfiguration = {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 2 },
      bakeTimeInMinutes: 1,
    };
    await system.testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', deploymentConfiguration });
    const image = await system.push('canary', {});
    const argv = ['deploy', 'test/web', '--image', `app=${image}`, '--json'];
    const planned = await gantry([...argv, '--dry-run']);
    const does = ['start tasks', 'shift traffic', 'shift traffic', 'bake', 'stop old tasks'];
    expect(planned.lines).toMatchObject([
      { rollout: { strategy: 'CANARY', leastMinutes: 3, steps: does.map((step) => ({ does: step })) } },
    ]);
    const ran = await gantry(argv);
    expect(ran.exitCode).toBe(0);
    const progress = linesOfType(ran, 'progress');
    const shifted = progress.find(({ production, bakesUntil }) => production === 10 && bakesUntil !== undefined);
    expect(shifted).toMatchObject({ stage: 'PRODUCTION_TRAFFIC_SHIFT', stepsDone: 1, stepsLeft: 1, waiting: [] });
    expect(shifted?.steps).toMatchObject(
      ['done', 'current', 'next', 'next', 'next'].map((status, at) => ({ does: does[at], status })),
    );
    const traffic = linesOfType(ran, 'tasks').map((tasks) =>
      (tasks.deployments as { traffic?: number }[]).map((one) => one.traffic),
    );
    expect(traffic).toEqual(
      expect.arrayContaining([
        [0, 100],
        [10, 90],
        [100, 0],
      ]),
    );
  });
});

const esc = '\u001b';

/** The lines on a terminal after this output. The output moves the cursor up and clears lines. */
function renderScreen(out: string): string[] {
  let screen: string[] = [''];
  for (const part of out.split(new RegExp(`(${esc}\\[\\d+A\r${esc}\\[J|\\n)`))) {
    const up = new RegExp(`^${esc}\\[(\\d+)A`).exec(part)?.[1];
    if (up !== undefined) screen = [...screen.slice(0, -Number(up) - 1), ''];
    else if (part === '\n') screen.push('');
    else screen[screen.length - 1] += part;
  }
  return screen.filter((line) => line !== '');
}
