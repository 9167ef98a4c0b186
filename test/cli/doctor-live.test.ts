import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../cli/doctor/check-result.ts';
import { getFunctions } from '../../local/lambda/functions.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { startSystem, type TestSystem } from '../machine/system.ts';

const file = join(import.meta.dirname, '..', '..', 'cli', 'doctor.ts');
const [build, test] = ['111111111111', '222222222222'];

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});

const run = (args: string[], env: Record<string, string>): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH ?? '', NO_COLOR: '1', ...env } };
    execFile(process.execPath, [file, ...args], options, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });

/** The environment of a shell with the credentials of an account's administrator. */
const shell = (account: string) => {
  const keys = system.administrators.get(account)!;
  return {
    AWS_ENDPOINT_URL: system.cloud.url,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
};

const look = async (account: string, ...more: string[]) => {
  const { code, out, err } = await run(['--live', '--json', ...more], shell(account));
  if (out === '') throw new Error(err);
  const all: CheckResult[] = JSON.parse(out);
  return { code, all, wrong: all.filter(({ state }) => state === 'NG') };
};

describe('what is installed', () => {
  it('passes every check, seen from the build account', async () => {
    const { code, all, wrong } = await look(build);
    expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
    const skipped = all.filter(({ state }) => state === 'SKIP').map(({ fix }) => fix);
    expect([...new Set(skipped)].sort()).toEqual([
      'run this again with credentials of account 222222222222',
      'run this again with credentials of account 333333333333',
    ]);
    expect(all.find(({ link }) => link === 'config')?.says).toContain('111111111111: the build account');
  });

  it('passes the checks of its own roles and services, seen from a target account', async () => {
    const { code, all, wrong } = await look(test);
    expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
    const judged = all.filter(({ state, about }) => state === 'OK' && about === 'test');
    expect(judged.map(({ says }) => says)).toEqual(
      expect.arrayContaining([
        'the deployment role of test may pass the roles of web to its tasks',
        'the service test/web is ACTIVE',
        'the deployment role of test may read artifacts, taking the bucket policy of web-shop-production-artifacts-111111111111 as declared',
      ]),
    );
  });

  it('reports that other credentials are needed if there are none', async () => {
    const { code, out } = await run(['--live'], {
      AWS_ENDPOINT_URL: system.cloud.url,
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    expect(code).toBe(4);
    expect(out).toContain('FAIL there are no credentials');
  });

  it('names the endpoint if it does not answer, and checks nothing else', async () => {
    const { code, out } = await run(['--live'], { ...shell(build), AWS_ENDPOINT_URL: 'http://localhost:9' });
    expect(code).toBe(4);
    expect(out).toContain(
      'FAIL The endpoint http://localhost:9 does not answer (ECONNREFUSED): is `npm run local` running?',
    );
    expect(out).not.toContain('no credentials');
    expect(out.trim().split('\n').at(-1)).toBe('1 FAIL');
  });

  it('does not exist on a stage that was never deployed', async () => {
    const { code, wrong } = await look(build, '--stage', 'blue');
    expect(code).toBe(1);
    expect(wrong.map(({ link, says }) => `${link}: ${says}`)).toEqual(
      expect.arrayContaining([
        'bucket: there is no bucket web-shop-blue-artifacts-111111111111 in account 111111111111',
        'key: there is no key alias/gantry-blue-artifacts in account 111111111111',
        'pipeline: there is no pipeline web-shop-blue in account 111111111111',
        'workflow: the action type Deploy/Gantry-blue/2 is not registered in eu-west-1',
      ]),
    );
  });
});

type Undo = () => unknown;
type Statement = Record<string, unknown>;

/** Returns a policy without these statements, or with changed ones. */
const changed = (
  policy: PolicyDocument,
  sid: string,
  change: (statement: Statement) => Statement[],
): PolicyDocument => ({
  ...policy,
  Statement: policy.Statement.flatMap((one) => (one.Sid === sid ? change(one) : [one])),
});

const root = (account: string) => `arn:aws:iam::${account}:root`;
/** Returns a statement without one of its principals. */
const without =
  (principal: string) =>
  ({ Principal, ...rest }: Statement): Statement[] => {
    const { AWS } = Principal as { AWS: string[] };
    return [{ ...rest, Principal: { AWS: AWS.filter((arn) => arn !== principal) } }];
  };
const onlyProd = (statement: Statement): Statement[] => [{ ...statement, Principal: { AWS: [root('333333333333')] } }];
const gone = (): Statement[] => [];

const keyPolicy = async (change: (policy: PolicyDocument) => object): Promise<Undo> => {
  const { key } = getFirstPipeline(system.system);
  const admin = system.admin(build);
  const put = (policy: object) => admin('kms', 'PutKeyPolicy', { KeyId: key.arn, Policy: JSON.stringify(policy) });
  await put(change(key.policy));
  return () => put(key.policy);
};

const bucketPolicy = async (change: (policy: PolicyDocument) => object): Promise<Undo> => {
  const { bucket } = getFirstPipeline(system.system);
  const put = (policy: object) =>
    system.admin(build)('s3', 'PutBucketPolicy', { Bucket: bucket.name, Policy: JSON.stringify(policy) });
  await put(change(bucket.policy));
  return () => put(bucket.policy);
};

const busPolicy = async (change: (statements: Statement[]) => Statement[]): Promise<Undo> => {
  const statements = system.system.bus.map(({ statement }): Statement => ({ ...statement }));
  const put = (Statement: Statement[]) =>
    system.admin(build)('events', 'PutPermission', { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
  await put(change(statements));
  return () => put(statements);
};

const repositoryPolicy = async (change: (policy: PolicyDocument) => object): Promise<Undo> => {
  const { name: repositoryName, policy } = getFirstPipeline(system.system).repository;
  const put = (given: object) =>
    system.admin(build)('ecr', 'SetRepositoryPolicy', { repositoryName, policyText: JSON.stringify(given) });
  await put(change(policy!));
  return () => put(policy!);
};

const project = async (change: object): Promise<Undo> => {
  const { name, encryptionKey } = getFirstPipeline(system.system).project;
  const update = (more: object) => system.admin(build)('codebuild', 'UpdateProject', { name, ...more });
  await update(change);
  return () => update({ encryptionKey });
};

const pipelineKey = async (id: string): Promise<Undo> => {
  const { pipeline } = getFirstPipeline(system.system);
  const update = (given: object) => system.admin(build)('codepipeline', 'UpdatePipeline', { pipeline: given });
  await update({ ...pipeline, artifactStore: { ...pipeline.artifactStore, encryptionKey: { id, type: 'KMS' } } });
  return () => update(pipeline);
};

/** Changes a statement of a role's trust policy or of its only inline policy. */
const role = (
  arn: string,
  which: 'trust' | 'policy',
  [sid, change]: [string, (statement: Statement) => Statement[]],
): Undo => {
  const { roles } = system.cloud.iam;
  const held = roles.get(arn)!;
  const [name, policy] = Object.entries(held.policies)[0]!;
  const spoiled =
    which === 'trust'
      ? { trust: changed(held.trust, sid, change) }
      : { policies: { [name]: changed(policy, sid, change) } };
  roles.set(arn, { ...held, ...spoiled });
  return () => roles.set(arn, held);
};

const deployment = `arn:aws:iam::${test}:role/test-deployment`;

const alarm = async (StateValue: string): Promise<Undo> => {
  const admin = system.admin(test);
  const watch = (alarms: object) =>
    admin('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', deploymentConfiguration: { alarms } });
  await admin('monitoring', 'PutMetricAlarm', {
    AlarmName: 'web-errors',
    Namespace: 'web',
    MetricName: 'errors',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
  });
  await admin('monitoring', 'SetAlarmState', { AlarmName: 'web-errors', StateValue, StateReason: 'a test' });
  await watch({ enable: true, rollback: true, alarmNames: ['web-errors'] });
  return () => watch({ enable: false, rollback: false, alarmNames: [] });
};

/**
 * Each case: what differs from the declaration, the area and the statement of the one failed check, part of the fix, and a function that makes the
 * change.
 */
type Drift = [what: string, link: string, statement: string, fix: string, drift: () => Undo | Promise<Undo>];

const buildDrifts: Drift[] = [
  [
    'CodeBuild without the key',
    'build',
    'encryptionKey',
    'set encryptionKey to arn:aws:kms',
    () => project({ encryptionKey: `arn:aws:kms:eu-west-1:${build}:alias/aws/s3` }),
  ],
  [
    'a bucket policy without the test account',
    'bucket',
    'TargetAccounts',
    `add ${root(test)} to its Principal`,
    () => bucketPolicy((policy) => changed(policy, 'TargetAccounts', without(root(test)))),
  ],
  [
    'a key that is disabled',
    'key',
    'KeyState',
    'enable it',
    async () => {
      const admin = system.admin(build);
      await admin('kms', 'DisableKey', { KeyId: getFirstPipeline(system.system).key.arn });
      return () => admin('kms', 'EnableKey', { KeyId: getFirstPipeline(system.system).key.arn });
    },
  ],
  [
    'a key policy without the test account',
    'key',
    'TargetAccounts',
    `add ${root(test)} to its Principal`,
    () => keyPolicy((policy) => changed(policy, 'TargetAccounts', without(root(test)))),
  ],
  [
    'an alias instead of an ARN',
    'pipeline',
    'artifactStore.encryptionKey.id',
    'to arn:aws:kms',
    () => pipelineKey('alias/gantry-production-artifacts'),
  ],
  [
    'a deleted version of a function that both machines name',
    'workflow',
    'definition',
    'publish a new version',
    async () => {
      const { byArn } = getFunctions(system.cloud);
      const [arn, version] = [...byArn].find(([name]) => name.endsWith(':gantry-production-take-lease:1'))!;
      await system.admin(build)('lambda', 'DeleteFunction', { FunctionName: version.name, Qualifier: '1' });
      return () => byArn.set(arn, version);
    },
  ],
  [
    'a take-job that may not poll',
    'workflow',
    'PollForJobs',
    'add the statement',
    () => role(`arn:aws:iam::${build}:role/gantry-production-take-job`, 'policy', ['PollForJobs', gone]),
  ],
  [
    'an event bus that lost the statement of prod',
    'workflow',
    'gantry-production-from-333333333333',
    'add the statement {"Sid":"gantry-production-from-333333333333"',
    () => busPolicy((statements) => statements.filter(({ Sid }) => !String(Sid).includes('333333333333'))),
  ],
  ['an alarm in ALARM', 'ECS', 'alarm web-errors', 'find out why', () => alarm('ALARM')],
  [
    'a repository without pull rights',
    'pull',
    'Pull',
    `add ${root(test)} to its Principal`,
    () => repositoryPolicy((policy) => changed(policy, 'Pull', without(root(test)))),
  ],
];

const targetDrifts: Drift[] = [
  [
    'a trust policy without the build account',
    'role',
    'BuildAccount',
    `add ${root(build)} to its Principal`,
    () => role(deployment, 'trust', ['BuildAccount', onlyProd]),
  ],
  [
    'a role that may pass no role',
    'role',
    'PassTaskRoles',
    'add the statement',
    () => role(deployment, 'policy', ['PassTaskRoles', gone]),
  ],
  [
    'ecs:TagResource is missing',
    'ECS',
    'TagRevision',
    'add the statement',
    () => role(deployment, 'policy', ['TagRevision', gone]),
  ],
  [
    'an execution role that may not pull',
    'pull',
    'Pull',
    'add the statement',
    () => role(`arn:aws:iam::${test}:role/web-execution`, 'policy', ['Pull', gone]),
  ],
];

/** One run after all changes together. It reports each difference once, and nothing else. */
async function checkWhile(drifts: Drift[], account: string): Promise<CheckResult[]> {
  const undos: Undo[] = [];
  for (const [, , , , drift] of drifts) undos.unshift(await drift());
  const { code, wrong } = await look(account);
  for (const undo of undos) await undo();
  expect(code).toBe(1);
  return wrong;
}

const summarize = (wrong: CheckResult[]) => wrong.map(({ link, statement, fix }) => ({ link, statement, fix }));
const expected = (drifts: Drift[]) =>
  drifts.map(([, link, statement, fix]) => ({ link, statement, fix: expect.stringContaining(fix) }));

describe('each change of an installed resource is one failed check, with the statement and the fix', () => {
  it('in the build account', async () => {
    expect(summarize(await checkWhile(buildDrifts, build))).toEqual(expected(buildDrifts));
  });

  it('in a target account, with its own credentials', async () => {
    expect(summarize(await checkWhile(targetDrifts, test))).toEqual(expected(targetDrifts));
  });

  it('that the viewer role no longer trusts the viewer, with the credentials of the viewer', async () => {
    const drift = () => role(`${deployment}-viewer`, 'trust', ['Viewers', onlyProd]);
    const [only, ...more] = await checkWhile([['a viewer role without viewers', 'role', 'Viewers', '', drift]], build);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ link: 'role', statement: 'Viewers' });
    expect(only?.fix).toContain('name your user or role in targets.test.viewers of gantry.config.ts');
  });

  it('passes again after the change is undone', async () => {
    expect((await look(build)).wrong).toEqual([]);
  });
});

describe('the command', () => {
  it('prints its usage, and ends with 2 if the arguments are not valid', async () => {
    expect(await run(['--help'], {})).toMatchObject({ code: 0, out: expect.stringContaining('npm run doctor') });
    expect(await run(['--alive'], {})).toMatchObject({ code: 2, err: expect.stringContaining('--alive') });
    expect(await run(['--config', 'nowhere.ts'], {})).toMatchObject({ code: 2, out: '' });
  });

  it('shows each area on a line, and below a failed check the policy, the statement and the fix', async () => {
    const { code, out } = await run([], {});
    expect(code).toBe(2);
    expect(out.split('\n').slice(0, 4)).toEqual([
      'FAIL config    1 FAIL',
      '     FAIL gantry.config.ts cannot be deployed yet',
      expect.stringContaining('          policy: gantry.config.ts; statement: build.account, targets[0].account'),
      expect.stringContaining(
        '          fix: build.account is the example\'s "111111111111": enter the id of your own',
      ),
    ]);
    expect(out).toContain('\nOK   pull      4 OK, 1 SKIP\n');
  });

  it('passes a configuration of real accounts', async () => {
    const { code } = await run(['--config', join(import.meta.dirname, 'doctor-config.ts')], {});
    expect(code).toBe(0);
  });
});
