import { beforeAll, describe, expect, it } from 'vitest';
import { startReleaseSystem } from '../machine/release-system.ts';
import { createTerminal, linesOfType, setCredentials } from './terminal.ts';

let system: Awaited<ReturnType<typeof startReleaseSystem>>;
let gantry: Awaited<ReturnType<typeof createTerminal>>;

const user = 'arn:aws:iam::111111111111:user/admin';

/** Allows the user of the command line these actions and no others. */
function allowOnly(...Action: string[]): void {
  const Statement = Action.length === 0 ? [] : [{ Sid: 'Some', Effect: 'Allow', Action, Resource: '*' }];
  system.cloud.iam.users.set(user, { arn: user, policies: { some: { Version: '2012-10-17', Statement } } });
}

beforeAll(async () => {
  system = await startReleaseSystem();
  setCredentials(system);
  gantry = await createTerminal(system);
});

describe('a user without the permission', () => {
  it('for the target account sees everything except the tasks, and one note about it', async () => {
    const image = await system.push('limited', {});
    allowOnly('states:*');
    const ran = await gantry(['deploy', 'test/web', '--image', `app=${image}`, '--json']);
    expect(ran.exitCode).toBe(0);
    expect(linesOfType(ran, 'tasks')).toEqual([]);
    const notes = linesOfType(ran, 'note').map(({ message }) => String(message));
    expect(notes.filter((message) => message.includes('cannot read the tasks'))).toHaveLength(1);
    expect(linesOfType(ran, 'verdict')).toMatchObject([{ outcome: 'stable' }]);
  });

  it.each([
    [['redeploy', 'test/web'], 'Allow states:StartExecution'],
    [['rollback', 'test/web'], 'Allow states:StartExecution'],
    [['watch', 'test/web'], 'Allow states:ListExecutions'],
    [['history', 'test/web'], 'gantry-production-ledger, could not be read: AccessDeniedException'],
    [['status', 'test/web'], 'cannot be assumed'],
    [['deploy', 'test/web', '--revision', 'web:1', '--dry-run'], 'cannot be assumed'],
  ])('for %j gets exit code 4 and a message that says what to allow', async (argv, sentence) => {
    allowOnly();
    const ran = await gantry(argv);
    expect(ran.exitCode).toBe(4);
    expect(ran.out + ran.err).toContain(sentence);
  });

  it('gets the message as a line of JSON with --json', async () => {
    allowOnly();
    const ran = await gantry(['redeploy', 'test/web', '--json']);
    expect(ran.err).toBe('');
    expect(ran.lines).toMatchObject([
      { type: 'error', exitCode: 4, message: expect.stringContaining('states:StartExecution') },
    ]);
  });

  it('gets exit code 2 if Gantry is not deployed on the stage', async () => {
    allowOnly('*');
    const ran = await gantry(['redeploy', 'test/web', '--stage', 'nowhere']);
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain('on this --stage?');
  });
});

describe('if Gantry is not deployed on the stage,', () => {
  it.each([[['status', 'test/web']], [['history', 'test/web']], [['rollback', 'test/web', '--dry-run']]])(
    '%j asks whether it is, and names the credentials',
    async (argv) => {
      allowOnly('*');
      const ran = await gantry([...argv, '--stage', 'nowhere']);
      expect(ran.out + ran.err).toContain('on this --stage?');
      expect(ran.out + ran.err).toContain(user);
      expect(ran.out + ran.err).not.toContain("Gantry's own role");
    },
  );
});
