import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, it } from 'vitest';
import { readDocumentedPolicies } from '../documented-policies.ts';
import { startReleaseSystem } from '../machine/release-system.ts';
import { createTerminal, linesOfType, setCredentials } from './terminal.ts';

let system: Awaited<ReturnType<typeof startReleaseSystem>>;
let gantry: Awaited<ReturnType<typeof createTerminal>>;

const user = 'arn:aws:iam::111111111111:user/admin';
const { StartInTest, RollBackInProd } = readDocumentedPolicies('cli.md');
const people = { developer: StartInTest!, 'the person on call': RollBackInProd! };

function become(person: keyof typeof people): void {
  system.cloud.iam.users.set(user, { arn: user, policies: { documented: people[person] } });
}

beforeAll(async () => {
  system = await startReleaseSystem();
  setCredentials(system);
  gantry = await createTerminal(system);
});

const machine = (name: string) =>
  `Allow states:StartExecution on arn:aws:states:eu-west-1:111111111111:stateMachine:${name}`;

describe('with the policies of docs/cli.md,', () => {
  it.each<[person: keyof typeof people, argv: string[], exitCode: number, says: string]>([
    ['developer', ['redeploy', 'test/web'], 0, 'Read Images'],
    ['developer', ['rollback', 'test/web'], 0, 'Decide Rollback'],
    ['developer', ['redeploy', 'prod/web'], 4, machine('gantry-production-deploy_prod')],
    ['developer', ['rollback', 'prod/web'], 4, machine('gantry-production-rollback_prod')],
    ['the person on call', ['rollback', 'prod/web'], 0, 'Decide Rollback'],
    ['the person on call', ['redeploy', 'prod/web'], 4, 'docs/cli.md shows a policy for one target'],
    ['the person on call', ['redeploy', 'test/web'], 4, machine('gantry-production-deploy_test')],
  ])('%s runs %j: exit code %d', async (person, argv, exitCode, says) => {
    become(person);
    const ran = await gantry(argv);
    expect([ran.exitCode, ran.out + ran.err]).toEqual([exitCode, expect.stringContaining(says)]);
  });

  it('a developer watches what the own start has begun by the ARN or the name of either execution, but nothing of prod', async () => {
    become('the person on call');
    const [prod] = linesOfType(await gantry(['rollback', 'prod/web', '--no-watch', '--json']), 'started');
    become('developer');
    const [own] = linesOfType(await gantry(['redeploy', 'test/web', '--no-watch', '--json']), 'started');
    expect(own).toMatchObject({ input: { target: 'test/web', by: user } });
    const names = [own!.execution, own!.entry].map((arn) => String(arn).split(':').at(-1));
    for (const execution of [own!.execution, own!.entry, ...names]) {
      const ran = await gantry(['watch', String(execution), '--json']);
      expect(ran.lines.at(-1)).toMatchObject({ type: 'ended', execution: own!.execution, result: 'Succeeded' });
    }
    for (const execution of [prod!.execution, prod!.entry])
      expect((await gantry(['watch', String(execution)])).exitCode).toBe(4);
  });

  it("the role of a pipeline's Step Functions invoke action starts and follows test, sees a failure as failed, and cannot start prod", async () => {
    system.cloud.iam.users.set(user, {
      arn: user,
      policies: { documented: readDocumentedPolicies('wiring.md').StartInTest! },
    });
    const sfn = new SFNClient({ region: 'eu-west-1' });
    const of = (name: string) => `arn:aws:states:eu-west-1:111111111111:stateMachine:gantry-production-${name}`;
    await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: of('deploy_test') }));
    const start = (stateMachineArn: string, input: object) =>
      sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
    const ends = [];
    for (const input of [{ service: 'web' }, { service: 'web', revision: 'web:999' }]) {
      const { executionArn } = await start(of('deploy_test'), input);
      const read = () => sfn.send(new DescribeExecutionCommand({ executionArn }));
      const { status, error } = await system.waitUntil(read, (found) => found.status !== 'RUNNING');
      ends.push([status, error]);
    }
    expect(ends).toEqual([
      ['SUCCEEDED', undefined],
      ['FAILED', 'ConfigurationError'],
    ]);
    for (const name of ['deploy_prod', 'rollback_test', 'rollback_prod', 'deploy', 'rollback'])
      await expect(start(of(name), { service: 'web' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('an execution that the entry machine cannot start ends the command with the reason', async () => {
    become('developer');
    const role = system.system.entryMachines.find(({ name }) => name === 'gantry-production-deploy_test')!.role;
    const installed = system.cloud.iam.roles.get(role)!;
    system.cloud.iam.roles.set(role, { ...installed, policies: {} });
    const ran = await gantry(['redeploy', 'test/web', '--json']);
    system.cloud.iam.roles.set(role, installed);
    expect(ran.lines.at(-1)).toMatchObject({
      type: 'ended',
      exitCode: 1,
      message: expect.stringContaining('not authorized to perform: states:StartExecution'),
    });
  });
});
