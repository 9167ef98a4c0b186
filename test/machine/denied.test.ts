import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import type { Caller, PolicyDocument } from '../../policy-evaluator/caller.ts';
import { evaluatePolicies } from '../../policy-evaluator/evaluate-policies.ts';
import { type Denial, denials, person } from './denials.ts';
import { putArtifact } from './manual.ts';
import { startSystem, type TestSystem } from './system.ts';

const [testTarget, prodTarget] = example.targets;
const web = testTarget!.services[0]!;
const api = { ...web, name: 'api', fileName: 'api.json' };
const config = validateConfig({
  ...example,
  targets: [
    { ...testTarget!, services: [web, api] },
    { ...prodTarget!, externalId: 'shop-7' },
  ],
});
const build = config.build.account;
const test = testTarget!.account;

let system: TestSystem;
let cases: Denial[];

beforeAll(async () => {
  system = await startSystem(config);
  await system.admin(build)('s3', 'CreateBucket', { Bucket: 'payroll' });
  const { cloud } = system;
  const stranger = person('999999999999');
  const everything = { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' };
  cloud.iam.users.set(stranger.arn, { arn: stranger.arn, policies: { admin: document(everything) } });
  // A role of the test account that trusts the build account for another purpose.
  const arn = `arn:aws:iam::${test}:role/landing-zone`;
  const Principal = { AWS: `arn:aws:iam::${build}:root` };
  const trust = document({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
  cloud.iam.roles.set(arn, { arn, trust, policies: { admin: document(everything) } });
  cases = denials(system, await putArtifact(system, { 'imagedefinitions.json': [] }));
});

const document = (...Statement: Record<string, unknown>[]): PolicyDocument => ({ Version: '2012-10-17', Statement });

it("every case is denied with AWS's own message, and there are many", async () => {
  expect(cases.length).toBeGreaterThan(35);
  for (const { name, by, call, action, resource, because } of cases) {
    const [service, operation, input] = call;
    const asked = system.cloud.invoke(service, operation, input, { caller: by, region: config.build.region });
    const sentence = `User: ${by.arn} is not authorized to perform: ${action} on resource: ${resource}`;
    await expect.soft(asked, name).rejects.toThrow(because === undefined ? `${sentence}` : `${sentence} ${because}`);
  }
});

describe('the session of one deployment', () => {
  const update = async (service: string) => {
    const caller = system.cloud.iam.session(`arn:aws:iam::${build}:role/gantry-production-update-service`, 'denied');
    const { accessKeyId, secretAccessKey, sessionToken } = system.cloud.iam.issueCredentials(caller, 900);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: system.cloud.url,
      AWS_REGION: config.build.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    });
    const { assumeTargetRole: assume } = await import('../../aws/sts.ts');
    const target = { roleArn: `arn:aws:iam::${test}:role/test-deployment`, region: 'eu-west-1', cluster: 'web-shop' };
    const execution = 'arn:aws:states:eu-west-1:111111111111:execution:deploy:release-7';
    const now = new Date(system.clock.now());
    const session = { execution, access: 'update service' as const };
    const credentials = await assume({ ...target, service: 'web' }, session, now);
    const client = new ECSClient({ region: 'eu-west-1', credentials, maxAttempts: 1 });
    return client.send(new UpdateServiceCommand({ cluster: 'web-shop', service }));
  };

  it('is allowed to change its service', async () => {
    await expect(update('web')).resolves.toMatchObject({ service: { serviceName: 'web' } });
  });

  it('is allowed to change no other service, although its role is', async () => {
    await expect(update('api')).rejects.toThrow(
      `User: arn:aws:sts::${test}:assumed-role/test-deployment/release-7 is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:eu-west-1:${test}:service/web-shop/api because no session policy allows the ecs:UpdateService action`,
    );
    const call = system.cloud.authorizations.findLast(({ action }) => action === 'ecs:UpdateService')!;
    const { sessionPolicy: _, ...role } = call.request.caller;
    await expect(mayAs(role, { ...call, context: call.request.circumstances.context! })).resolves.toBe(true);
  });
});

/** Evaluates the policies for actions for which the embedded AWS has no operation. */
const mayAs = async (
  caller: Caller,
  asked: { action: string; resource: string; context: Record<string, string | string[]>; policy?: PolicyDocument },
): Promise<boolean> => {
  const { action, resource, context, policy } = asked;
  const circumstances = { context, ...(policy && { policy }) };
  const question = { caller, region: 'eu-west-1', at: system.clock.now(), action, resource, circumstances };
  return 'allowedBy' in (await evaluatePolicies(question, system.cloud.iam.roles.get(caller.roleArn!)?.policies));
};

describe('by the policies alone', () => {
  it.each([
    ['through an AWS service', 'true', true],
    ['by itself', 'false', false],
  ])('the pipeline creating a grant on the key %s is allowed: %s', async (_, forService, expected) => {
    const { account } = system.system;
    const { key } = getFirstPipeline(system.system);
    const pipeline = system.cloud.iam.session(`arn:aws:iam::${account}:role/web-shop-production-pipeline`, 'denied');
    const context = { 'kms:GrantIsForAWSResource': forService };
    const asked = { action: 'kms:CreateGrant', resource: key.arn, context, policy: key.policy };
    await expect(mayAs(pipeline, asked)).resolves.toBe(expected);
  });

  it.each([
    ['ecs-tasks.amazonaws.com', true],
    ['ecs.amazonaws.com', false],
    ['lambda.amazonaws.com', false],
    ['ec2.amazonaws.com', false],
  ])("test-deployment passing the task's role to %s is allowed: %s", async (service, expected) => {
    const deployer = system.cloud.iam.session(`arn:aws:iam::${test}:role/test-deployment`, 'denied');
    const context = { 'iam:PassedToService': service };
    const asked = { action: 'iam:PassRole', resource: `arn:aws:iam::${test}:role/web-task`, context };
    await expect(mayAs(deployer, asked)).resolves.toBe(expected);
  });
});
