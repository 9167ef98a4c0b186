import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolesCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { AwsService, Cloud } from '../../local/cloud.ts';
import { defineOperation } from '../../local/define-operation.ts';
import { iam } from '../../local/iam-operations.ts';
import { buildAccountId, startCloud, testAccountId } from '../start.ts';

const managed = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Managed', Effect: 'Allow', Action: 's3:*', Resource: '*' }],
};
const encoded = encodeURIComponent(JSON.stringify(managed));
const PolicyArn = 'arn:aws:iam::aws:policy/Managed';

/** IAM with one role that has a managed policy; no installed role has one. */
const withManaged = (cloud: Cloud): AwsService => {
  const service = iam(cloud);
  const AttachedPolicies = (name: string) => (name === 'managed' ? [{ PolicyName: 'Managed', PolicyArn }] : []);
  return {
    ...service,
    operations: {
      ...service.operations,
      ListAttachedRolePolicies: defineOperation(z.strictObject({ RoleName: z.string() }), ({ RoleName }) => ({
        AttachedPolicies: AttachedPolicies(RoleName),
        IsTruncated: false,
      })),
      GetPolicy: defineOperation(z.strictObject({ PolicyArn: z.literal(PolicyArn) }), () => ({
        Policy: { DefaultVersionId: 'v3' },
      })),
      GetPolicyVersion: defineOperation(
        z.strictObject({ PolicyArn: z.literal(PolicyArn), VersionId: z.literal('v3') }),
        () => ({ PolicyVersion: { Document: encoded, VersionId: 'v3' } }),
      ),
    },
  };
};

const started = await startCloud(withManaged);
const { cloud } = started;
const admin = started.as(buildAccountId);
Object.assign(process.env, {
  AWS_ENDPOINT_URL: cloud.url,
  AWS_ACCESS_KEY_ID: admin.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: admin.credentials.secretAccessKey,
});
const { listRoleArns, readRolePolicies: readRole } = await import('../../aws/iam.ts');
const client = new IAMClient(admin);

const statement = { Sid: 'Yes', Effect: 'Allow', Action: 's3:GetObject', Resource: "arn:aws:s3:::a/it's(*)" };
const policy = { Version: '2012-10-17' as const, Statement: [statement] };
const trust = {
  Version: '2012-10-17' as const,
  Statement: [{ Sid: 'Who', Effect: 'Allow', Action: 'sts:AssumeRole' }],
};
const arn = (name: string, account = buildAccountId) => `arn:aws:iam::${account}:role/${name}`;
const install = (name: string, account = buildAccountId) =>
  cloud.iam.roles.set(arn(name, account), { arn: arn(name, account), trust, policies: { work: policy } });
install('team/worker');
install('managed');
install('theirs', testAccountId);

it('returns URL-encoded policies, as IAM does', async () => {
  const { Role } = await client.send(new GetRoleCommand({ RoleName: 'worker' }));
  expect(Role).toMatchObject({ Arn: arn('team/worker'), Path: '/team/', RoleName: 'worker' });
  const { PolicyDocument = '' } = await client.send(
    new GetRolePolicyCommand({ RoleName: 'worker', PolicyName: 'work' }),
  );
  expect(PolicyDocument).toMatch(/^%7B%22Version%22.*it%27s%28%2a%29/);
  expect(JSON.parse(decodeURIComponent(PolicyDocument))).toEqual(policy);
});

it("knows only the caller's own account", async () => {
  await expect(client.send(new GetRoleCommand({ RoleName: 'theirs' }))).rejects.toThrow(
    'The role with name theirs cannot be found.',
  );
  expect(await readRole(arn('theirs'))).toBeUndefined();
});

it("lists the roles of the caller's account, in pages and by path", async () => {
  const own = (arns: string[]) => arns.toSorted();
  const pages: (string | undefined)[][] = [];
  for await (const { Roles = [] } of paginateListRoles({ client }, { MaxItems: 1 }))
    pages.push(Roles.map(({ Arn }) => Arn));
  expect(pages.map((page) => page.length)).toEqual(pages.map(() => 1));
  expect(own(pages.flat().map(String))).toEqual([arn('managed'), arn('team/worker')]);
  expect(own(await listRoleArns())).toEqual([arn('managed'), arn('team/worker')]);
  const { Roles } = await client.send(new ListRolesCommand({ PathPrefix: '/team/' }));
  expect(Roles?.map(({ Path }) => Path)).toEqual(['/team/']);
});

it('names what does not exist', async () => {
  const missing = new GetRolePolicyCommand({ RoleName: 'worker', PolicyName: 'rest' });
  await expect(client.send(missing)).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role policy with name rest cannot be found.',
  });
});

it('checks whether the caller is allowed to read the role', async () => {
  const { accessKeyId, secretAccessKey } = cloud.iam.issueCredentials(cloud.iam.session(arn('team/worker'), 'me'));
  const worker = new IAMClient({ ...admin, credentials: { accessKeyId, secretAccessKey } });
  await expect(worker.send(new GetRoleCommand({ RoleName: 'worker' }))).rejects.toThrow(
    `is not authorized to perform: iam:GetRole on resource: ${arn('team/worker')}`,
  );
});

it('returns a whole role with its attached policies', async () => {
  const role = await readRole(arn('managed'));
  expect(JSON.parse(role?.trust ?? '')).toEqual(trust);
  expect(Object.entries(role?.policies ?? {}).map(([name, text]) => [name, JSON.parse(text)])).toEqual([
    ['work', policy],
    ['Managed', managed],
  ]);
});
