import { describe, expect, it } from 'vitest';
import type { InstalledService } from '../../aws/installed-service.ts';
import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import { diagnose } from '../../cli/doctor/diagnose.ts';
import type { DoctorFacts } from '../../cli/doctor/facts.ts';
import example from '../../infra/config.ts';
import config from './doctor-config.ts';
import {
  deploymentPolicy,
  firstPipeline,
  getFound,
  getStatement,
  healthyFacts,
  removeFromStatement,
  removeStatement,
} from './doctor-facts.ts';
import { misWirings } from './mis-wirings.ts';

const [test, prod] = config.targets.map(({ account }) => account) as [string, string];
const root = (account: string) => `arn:aws:iam::${account}:root`;

const wrong = async (facts: DoctorFacts) => (await diagnose(facts)).filter(({ state }) => state === 'NG');

describe('before anything is deployed', () => {
  it('a configuration of real accounts passes every check', async () => {
    const all = await diagnose(healthyFacts());
    expect(all.filter(({ state }) => state === 'NG')).toEqual([]);
    expect(new Set(all.filter(({ state }) => state === 'OK').map(({ link }) => link)).size).toBe(10);
  });

  it('checks of real resources are skipped', async () => {
    const skipped = (await diagnose(healthyFacts())).filter(({ state }) => state === 'SKIP');
    expect(skipped).toContainEqual(
      expect.objectContaining({ says: 'the service test/pot is ACTIVE', fix: 'only --live can check this' }),
    );
    expect(skipped).toContainEqual(
      expect.objectContaining({
        says: 'ECS may start the tasks of pot as pot-execution',
        fix: `the role pot-execution of account ${prod} is not created by this configuration`,
      }),
    );
  });

  it('the policies of a role that this configuration does not create are assumed to allow the action, and the result says so', async () => {
    const says = (await diagnose(healthyFacts())).filter(({ link }) => link === 'pull').map((one) => one.says);
    expect(says).toContain(
      'the execution role of prod/pot may pull from tea-shop-production, provided that the policies of pot-execution allow it',
    );
  });

  it('the example fails only because of its placeholders', async () => {
    const [only, ...more] = await wrong(declaredFacts(example, 'production', 0));
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      link: 'config',
      statement: 'build.account, targets[0].account, targets[1].account, pipelines[0].source.connection',
    });
  });

  it('another stage has other names, which the checks use', async () => {
    const facts = declaredFacts(config, 'blue', 0);
    expect(await wrong(facts)).toEqual([]);
    expect((await diagnose(facts)).map(({ says }) => says)).toContain(
      `the functions may assume arn:aws:iam::${test}:role/test-deployment-blue`,
    );
  });
});

describe('each wiring error is one failed check, with the statement and the fix', () => {
  it.each(misWirings)('%s', async (_, link, sid, fix, spoil) => {
    const facts = healthyFacts();
    spoil(facts);
    const [only, ...more] = await wrong(facts);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ link, statement: sid });
    expect(only?.fix).toContain(fix);
    expect(only?.policy).toBeTruthy();
  });

  it('if two policies lack a permission, both are named', async () => {
    const facts = healthyFacts();
    removeStatement(deploymentPolicy(facts), 'ArtifactKey');
    removeFromStatement(getStatement(getFound(facts.key).policy, 'TargetAccounts'), 'Principal', root(test));
    expect(await wrong(facts)).toMatchObject([
      {
        link: 'key',
        policy:
          'the policies of test-deployment, deployment; and the key policy of alias/tea-shop-production-artifacts',
        statement: 'ArtifactKey; and TargetAccounts',
      },
    ]);
  });
});

/**
 * Principals in the form in which AWS shows them to other owners and after the deletion of a role (IAM User Guide, "Principal": a deleted role's ARN becomes
 * its unique id).
 */
const foreignPrincipals: [what: string, principal: unknown][] = [
  ['the id of a deleted role', { AWS: 'AROAIOSFODNN7EXAMPLE' }],
  ['the id of a deleted user', { AWS: ['AIDAIOSFODNN7EXAMPLE'] }],
  ['a role that does not exist', { AWS: 'arn:aws:iam::999999999999:role/gone' }],
  ['an account by its number', { AWS: '999999999999' }],
  ['an unknown service', { Service: 'nowhere.amazonaws.com' }],
  ['an identity provider', { Federated: 'cognito-identity.amazonaws.com' }],
  ['a canonical user', { CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' }],
];

describe('a statement of others in a policy changes no result, if its principal is', () => {
  it.each(foreignPrincipals)('%s', async (_what, Principal) => {
    const facts = healthyFacts();
    const policies = [firstPipeline(facts).bucket, firstPipeline(facts).repository, facts.bus].map(getFound);
    const trusts = [...facts.roles.values()].map((role) => getFound(role).trust);
    for (const { Statement } of [...policies, getFound(facts.key).policy])
      Statement.push({ Sid: 'Others', Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: '*' });
    for (const { Statement } of trusts)
      Statement.push({ Sid: 'Others', Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
    expect(await diagnose(facts)).toEqual(await diagnose(healthyFacts()));
  });
});

/** The facts of a run with --live in accounts that are exactly as declared. */
const seen = (): DoctorFacts => ({ ...healthyFacts(), live: true, caller: { found: config.build.account } });

const pot: InstalledService = {
  status: 'ACTIVE',
  controller: 'ECS',
  family: 'pot',
  containers: ['app', 'sidecar'],
  roles: [`arn:aws:iam::${test}:role/pot-execution`, `arn:aws:iam::${test}:role/pot-task`],
  tags: [],
  alarms: [{ name: 'pot-errors', state: 'OK' }],
};

/** An action of a pipeline that the configuration does not allow. */
const otherAction = (properties: Record<string, string>) => ({
  pipeline: 'others',
  stage: 'Go',
  name: 'Ship',
  runOrder: 1,
  inputs: ['Build'],
  properties: {
    ClusterName: 'tea',
    RoleArn: `arn:aws:iam::${test}:role/test-deployment`,
    Region: 'eu-central-1',
    ...properties,
  },
});

const withPot = (more: Partial<InstalledService>) => (facts: DoctorFacts) => {
  facts.services.set('test/pot', { found: { ...pot, ...more } });
};

describe('with --live', () => {
  it('everything passes if the accounts are as declared', async () => {
    const facts = seen();
    withPot({})(facts);
    expect(await wrong(facts)).toEqual([]);
  });

  it.each<[what: string, link: string, statement: string, says: string, spoil: (facts: DoctorFacts) => void]>([
    [
      'a key that AWS manages',
      'key',
      'KeyManager',
      'managed by AWS',
      (facts) => {
        getFound(facts.key).manager = 'AWS';
      },
    ],
    [
      'a key that is being deleted',
      'key',
      'KeyState',
      'PendingDeletion',
      (facts) => {
        getFound(facts.key).state = 'PendingDeletion';
      },
    ],
    [
      'no such action type',
      'workflow',
      'none',
      'Deploy/Gantry/2 is not registered',
      (facts) => {
        facts.actionTypes = { found: ['Deploy/Gantry/9'] };
      },
    ],
    [
      'a pipeline that is not allowed',
      'pipeline',
      'allowedPipelines',
      'The action Ship in the stage Go of the pipeline others is not allowed to deploy to test/pot.',
      (facts) => {
        getFound(facts.pipelineActions).push(otherAction({ ServiceName: 'pot' }));
      },
    ],
    [
      'a pipeline that deploys to a service that is not configured',
      'pipeline',
      'allowedPipelines',
      'deploys to the service kettle of the cluster tea, which no target allows.',
      (facts) => {
        getFound(facts.pipelineActions).push(otherAction({ ServiceName: 'kettle' }));
      },
    ],
    [
      'a function that does not exist',
      'workflow',
      'role',
      'tea-shop-production-take-job does not exist',
      (facts) => {
        getFound(facts.functions).delete('tea-shop-production-take-job');
      },
    ],
    [
      'a state machine with a role of another owner',
      'workflow',
      'role',
      'tea-shop-production-deploy uses the role arn:aws:iam::1:role/x',
      (facts) => {
        getFound(facts.machines).set('tea-shop-production-deploy', 'arn:aws:iam::1:role/x');
      },
    ],
    [
      'a role that cannot be assumed',
      'role',
      'Viewers',
      'cannot be assumed',
      (facts) => {
        facts.assumed.set('test', { missing: 'the role cannot be assumed' });
      },
    ],
    [
      'no such service',
      'ECS',
      'none',
      'there is no service',
      (facts) => {
        facts.services.set('test/pot', { missing: 'there is no service pot' });
      },
    ],
    ['a service that is being deleted', 'ECS', 'status', 'DRAINING', withPot({ status: 'DRAINING' })],
    [
      'a service that CodeDeploy deploys',
      'ECS',
      'deploymentController',
      'CODE_DEPLOY',
      withPot({ controller: 'CODE_DEPLOY' }),
    ],
    [
      'a container of another name',
      'ECS',
      'containerDefinitions',
      'no container app; it has web',
      withPot({ containers: ['web'] }),
    ],
    [
      'a role that may not be passed',
      'ECS',
      'PassTaskRoles',
      'role/other',
      withPot({ roles: [`arn:aws:iam::${test}:role/other`] }),
    ],
    [
      'a service to which another installation deploys',
      'ECS',
      'tag gantry:execution',
      'another installation of Gantry: tea-shop-staging in the account',
      withPot({
        tags: [
          {
            key: 'gantry:execution',
            value: 'arn:aws:states:eu-central-1:444444444444:execution:tea-shop-staging-deploy:1',
          },
        ],
      }),
    ],
    [
      'an alarm in ALARM',
      'ECS',
      'alarm pot-errors',
      'in ALARM already: pot-errors; a deployment would not watch it',
      withPot({ alarms: [{ name: 'pot-errors', state: 'ALARM' }] }),
    ],
    [
      'an alarm of target tracking',
      'ECS',
      'alarm TargetTracking-service/web-shop/pot-AlarmLow-1',
      'belongs to a scaling policy',
      withPot({ alarms: [{ name: 'TargetTracking-service/web-shop/pot-AlarmLow-1', state: 'OK' }] }),
    ],
    [
      'an alarm whose action is a scaling policy',
      'ECS',
      'alarm pot-high',
      'belongs to a scaling policy',
      withPot({
        alarms: [
          {
            name: 'pot-high',
            state: 'OK',
            actions: [
              `arn:aws:autoscaling:eu-west-1:${test}:scalingPolicy:1:resource/ecs/service/main/pot:policyName/high`,
            ],
          },
        ],
      }),
    ],
    [
      'an alarm that does not exist',
      'ECS',
      'alarm pot-errors',
      'there is no alarm',
      withPot({ alarms: [{ name: 'pot-errors', state: undefined }] }),
    ],
    [
      'credentials of another account',
      'config',
      'none',
      'which the configuration does not name',
      (facts) => {
        facts.caller = { found: '998877665544' };
      },
    ],
    [
      'no credentials',
      'config',
      'none',
      'there are no credentials',
      (facts) => {
        facts.caller = { unread: 'Could not load credentials from any providers' };
      },
    ],
  ])('%s', async (_, link, sid, says, spoil) => {
    const facts = seen();
    spoil(facts);
    const [only, ...more] = await wrong(facts);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ link, statement: sid });
    expect(only?.says).toContain(says);
    expect(only?.fix).toBeTruthy();
  });
});
