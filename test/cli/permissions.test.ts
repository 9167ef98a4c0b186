import { beforeAll, describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
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

  // This test comes last, because its session of the role stays valid after the permission is removed.
  it('to list tasks, as with a viewer role of an earlier version, sees the tasks and one note about why they stop', async () => {
    const arn = 'arn:aws:iam::222222222222:role/test-deployment-viewer';
    const role = system.cloud.iam.roles.get(arn)!;
    const policies = Object.entries(role.policies).map(([name, { Version, Statement }]) => [
      name,
      { Version, Statement: Statement.filter(({ Sid }) => Sid !== 'ListTasks') },
    ]);
    system.cloud.iam.roles.set(arn, { ...role, policies: Object.fromEntries(policies) });
    allowOnly('*');
    const ran = await gantry(['redeploy', 'test/web', '--json']);
    system.cloud.iam.roles.set(arn, role);
    expect(ran.exitCode).toBe(0);
    expect(linesOfType(ran, 'tasks').length).toBeGreaterThan(0);
    const notes = linesOfType(ran, 'note').filter(({ message }) =>
      String(message).includes('not allowed to list tasks'),
    );
    expect(notes).toHaveLength(1);
  });
});

describe('if Gantry is not deployed on the stage,', () => {
  it.each([
    [['status', 'test/web']],
    [['history', 'test/web']],
    [['rollback', 'test/web', '--dry-run']],
    [['redeploy', 'test/web']],
  ])('%j asks whether it is, names the credentials, and has exit code 4', async (argv) => {
    allowOnly('*');
    const ran = await gantry([...argv, '--stage', 'nowhere']);
    expect(ran.exitCode).toBe(4);
    expect(ran.out + ran.err).toContain('on this --stage?');
    expect(ran.out + ran.err).toContain(user);
    expect(ran.out + ran.err).not.toContain("Gantry's own role");
  });
});

const viewerRole = 'arn:aws:iam::222222222222:role/test-deployment-viewer';
const viewing = [
  'states:List*',
  'states:Describe*',
  'states:Get*',
  'dynamodb:Query',
  'dynamodb:GetItem',
  'ecr:BatchGetImage',
];

/** A later clock, so that no session of an earlier person is used again. */
const sessionMs = 3_600_000;

/** People, by the permissions of their own policies and by whether the target's viewers include them. */
const people = {
  viewer: { actions: [...viewing, 'sts:AssumeRole'], isViewer: true },
  stranger: { actions: [...viewing, 'sts:AssumeRole'], isViewer: false },
  admin: { actions: ['*'], isViewer: true },
};
type Person = keyof typeof people;

function become(person: Person): void {
  const { actions, isViewer } = people[person];
  allowOnly(...actions);
  const role = system.cloud.iam.roles.get(viewerRole)!;
  const viewers = isViewer ? user : 'arn:aws:iam::111111111111:role/developers';
  const statement = { ...role.trust.Statement[0], Condition: { ArnLike: { 'aws:PrincipalArn': [viewers] } } };
  system.cloud.iam.roles.set(viewerRole, {
    ...role,
    trust: { ...role.trust, Statement: [statement] } as PolicyDocument,
  });
}

const unviewed = "the target's viewers in gantry.config.ts name your user or role";
const unstarted = 'Allow states:StartExecution';

describe('each verb, by who runs it', () => {
  it.each<[verb: string[], results: Record<Person, number>, says: Partial<Record<Person, string>>]>([
    [['status', 'test/web'], { viewer: 0, stranger: 4, admin: 0 }, { viewer: 'test/web', stranger: unviewed }],
    [['history', 'test/web'], { viewer: 0, stranger: 0, admin: 0 }, { stranger: 'failure rate' }],
    [['watch', 'EXECUTION'], { viewer: 0, stranger: 0, admin: 0 }, { stranger: 'web' }],
    [
      ['deploy', 'test/web', '--revision', 'web:1', '--dry-run'],
      { viewer: 0, stranger: 4, admin: 0 },
      { viewer: 'This was a dry run', stranger: unviewed },
    ],
    [
      ['rollback', 'test/web', '--dry-run'],
      { viewer: 0, stranger: 4, admin: 0 },
      { viewer: 'This was a dry run', stranger: unviewed },
    ],
    [['deploy', 'test/web', '--revision', 'web:1'], { viewer: 4, stranger: 4, admin: 0 }, { viewer: unstarted }],
    [['redeploy', 'test/web'], { viewer: 4, stranger: 4, admin: 0 }, { viewer: unstarted, stranger: unstarted }],
    [['rollback', 'test/web'], { viewer: 4, stranger: 4, admin: 0 }, { viewer: unstarted, stranger: unstarted }],
  ])('%j: %j', async (verb, results, says) => {
    become('admin');
    const [started] = linesOfType(await gantry(['redeploy', 'test/web', '--json']), 'started');
    const argv = verb.map((word) => (word === 'EXECUTION' ? String(started?.execution) : word));
    for (const person of Object.keys(people) as Person[]) {
      become(person);
      const ran = await gantry(argv, { ahead: sessionMs });
      expect([person, ran.exitCode, ran.out + ran.err]).toEqual([
        person,
        results[person],
        expect.stringContaining(says[person] ?? ''),
      ]);
    }
  });

  it.each(Object.keys(people) as Person[])("%s cannot assume Gantry's own role", async (person) => {
    become(person);
    const assume = { RoleArn: 'arn:aws:iam::222222222222:role/test-deployment', RoleSessionName: 'me' };
    const call = system.cloud.invoke('sts', 'AssumeRole', assume, {
      caller: { account: '111111111111', arn: user },
      region: 'eu-west-1',
    });
    await expect(call).rejects.toThrow('is not authorized to perform: sts:AssumeRole');
  });
});
