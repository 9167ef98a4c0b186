import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = import.meta.dirname;
const guarantees = readFileSync(join(folder, '../../docs/guarantees.md'), 'utf8');

/** An action that an attacker cannot do, and words from the title of each test that attempts the action. */
type Attempt = [cannot: string, titles: string[], file?: string];

interface Attacker {
  name: string;
  file: string;
  can: [can: string, titles: string[]];
  cannot: Attempt[];
}

const attackers: Attacker[] = [
  {
    name: 'writer of the artifact bucket',
    file: 'artifact-bucket-writer',
    can: ['prevent a deployment', ['replaces the artifact during the approval, and prod gets nothing']],
    cannot: [
      [
        'let prod run what test did not',
        ['cannot get the replaced artifact deployed by a retry', 'puts other bytes and then the tested ones back'],
      ],
      ['read, replace or delete a record', ['read its record', 'replace its record', 'delete its record']],
    ],
  },
  {
    name: 'writer of the repository',
    file: 'repository-writer',
    can: [
      'decide what a release deploys, until its first target has read the artifact',
      ['can decide what a release deploys'],
    ],
    cannot: [
      ['move a tag to change what later targets get', ['moves a tag during the approval, and prod still gets']],
      [
        'move the tag of a sidecar image for the same purpose',
        ['moves the tag of a sidecar in a task definition file'],
      ],
      ['delete an image so that another image is deployed', ['deletes the tested image, and prod gets no other one']],
      ['use the table or the artifact bucket', ["['the table'", "['the artifact bucket'"]],
    ],
  },
  {
    name: 'compromised build',
    file: 'compromised-build',
    can: ['decide what its own release deploys', ['can push an image and name it in its own release']],
    cannot: [
      ['write the source, or an artifact of another pipeline', ['cannot write the source that the next build builds']],
      ['write or read a record', ['read one', 'write one', 'change one', 'delete one']],
      ['change a release after its first target has read the artifact', ['cannot change what prod gets after that']],
    ],
  },
  {
    name: 'reader of logs and queues',
    file: 'reader',
    can: [
      "read the build account's logs, queues, events and table",
      ['a reader of logs, queues, the table and the events'],
    ],
    cannot: [
      ['find a credential or the content of an artifact', ['finds no credential, no artifact']],
      ['find what a container wrote', ['is in the message of the failure, without keys'], 'container-output'],
    ],
  },
  {
    name: 'compromised target account',
    file: 'compromised-target',
    can: [
      'read artifacts, unless its `artifactAccess` is `none`',
      ['can read the artifact, which the built-in action'],
    ],
    cannot: [
      [
        'write or encrypt an artifact',
        ['cannot overwrite the artifact during the approval', 'encrypt with the artifact key'],
      ],
      ['become the role of another target', ['become the deployment role of prod']],
      ['read or write a record', ['read a record', 'write a record', 'delete a record']],
    ],
  },
  {
    name: 'administrator of another account',
    file: 'another-account',
    can: ['nothing', ['the administrator of another account cannot']],
    cannot: [
      [
        'read or write an artifact, or use the key',
        ['read an artifact', 'write an artifact', 'encrypt with the artifact key'],
      ],
      ['pull an image', ['pull an image']],
      [
        'send an event, start an execution or invoke a function',
        ['send an event of Gantry', 'start a deployment', 'invoke %s'],
      ],
      ['become a role of Gantry, even with an external id', ['become %s', "ExternalId of [undefined, 'guess']"]],
    ],
  },
  {
    name: 'approver',
    file: 'approver',
    can: ['let prod run what test ran, or not', ['can let prod run what test ran, and nothing else']],
    cannot: [
      ['choose what prod runs', ['push an image', 'change the pipeline']],
      ['start a deployment or a rollback, or report a job', ['start a deployment', 'start a rollback', 'report a job']],
      ['read an artifact or a record', ['read an artifact', 'read a record']],
      ['become a role of Gantry (except a viewer role that trusts them)', ['become %s, although their own policy']],
    ],
  },
  {
    name: 'starter of one target',
    file: 'starter-of-one-target',
    can: [
      'deploy, roll back and, if the policy also allows these entry machines, answer pause hooks and run commands in this target, in the name of anybody (`by` and `reason` are recorded as claimed)',
      ['can deploy to test, in any name'],
    ],
    cannot: [
      ['reach another target by any spelling of the input', ['is refused by %s, and prod is not touched']],
      ['start a shared machine, or an entry machine of another target', ['start ${name}', 'whose name begins like']],
      ['read or stop an execution of another target', ['read the execution ${name}', 'stop an execution']],
      ['become a role of Gantry', ['assume the role of an entry machine']],
    ],
  },
  {
    name: 'starter of executions',
    file: 'execution-starter',
    can: [
      'deploy what a manual input can name, in the name of anybody (`by` and `reason` are recorded as claimed; CloudTrail records who called StartExecution)',
      ['a manual deployment'],
    ],
    cannot: [
      [
        'give a state data of its own, such as a lease, a plan, a verdict or a rollout',
        ['is refused by its name, and no state gets it', 'leaves it aside'],
      ],
      [
        'deploy or report the job of another action',
        ["another team's job is neither deployed nor reported"],
        'foreign-job',
      ],
      [
        'let a job deploy anything other than what CodePipeline says',
        ["Gantry's own job deploys only what"],
        'foreign-job',
      ],
    ],
  },
];

const nameFile = (file: string) => `\`test/security/${file}.test.ts\``;
const formatAttempt = ([cannot, , file]: Attempt): string =>
  file === undefined ? cannot : `${cannot} (${nameFile(file)})`;
const formatRow = ({ name, file, can, cannot }: Attacker): string =>
  `| ${name} (${nameFile(file)}) | ${can[0]} | ${cannot.map(formatAttempt).join('; ')} |`;

describe('the table of attackers in docs/guarantees.md', () => {
  it('has the rows of this table', () => {
    const [, rest = ''] = guarantees.split('| attacker | can | cannot |\n|---|---|---|\n');
    expect(rest.split('\n\n')[0]!.split('\n')).toEqual(attackers.map(formatRow));
  });

  const attempts = attackers.flatMap(({ name, file, can, cannot }) => [
    ...can[1].map((title): [string, string, string] => [name, title, file]),
    ...cannot.flatMap(([, titles, other = file]) =>
      titles.map((title): [string, string, string] => [name, title, other]),
    ),
  ]);
  it.each(attempts)('says of the %s what a test with the title … %s … attempts (%s.test.ts)', (_, title, file) => {
    expect(readFileSync(join(folder, `${file}.test.ts`), 'utf8')).toContain(title);
  });

  it('names every file whose tests play an attacker', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.test.ts') && file !== 'attackers.test.ts');
    const playing = files.filter((file) => /\b[Tt]he attacker\b/.test(readFileSync(join(folder, file), 'utf8')));
    expect(playing.filter((file) => !guarantees.includes(`test/security/${file}`))).toEqual([]);
    expect(playing.length).toBeGreaterThan(7);
  });
});
