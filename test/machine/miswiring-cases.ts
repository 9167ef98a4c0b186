import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import type { TestSystem } from './system.ts';
import { type Restore, removePrincipal, removeStatements, replaceInStatement, type Wiring } from './wiring.ts';

/** One mistake in the wiring of such a pipeline: the change, the outcome of a release, and the messages that users see. */
export interface MiswiringCase {
  /** The heading in docs/wiring.md. */
  title: string;
  apply(wires: Wiring, system: TestSystem): Promise<Restore> | Restore;
  /** How the mistake is shown: through the pipeline, or with a manual deployment, which is faster. */
  channel: 'pipeline' | 'manual';
  ends: 'Succeeded' | 'Failed';
  /** The component and its exact message. Absent if no component reports an error. The page quotes the message. */
  expectedMessage?: string;
  /** The error that test-deployment gets when it reads the released artifact, as the built-in ECS action would. */
  expectedReaderError?: string;
}

const key = 'arn:aws:kms:eu-west-1:111111111111:key/ID';
const deployer = 'arn:aws:iam::222222222222:role/test-deployment';
const bucket = 'web-shop-production-artifacts-111111111111';
const administrator = { Principal: { AWS: ['arn:aws:iam::111111111111:user/admin'] } };
const build = /role\/web-shop-production-build$/;
const pipeline = /role\/web-shop-production-pipeline$/;
const test = /::222222222222:/;
const hidden =
  'is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access';

export const miswiringCases: MiswiringCase[] = [
  {
    title: 'CodeBuild without the key',
    apply: withoutKey,
    channel: 'pipeline',
    ends: 'Succeeded',
    expectedMessage: `The artifact is encrypted with ${key}, although the pipeline declares ${key}. Set encryptionKey of the CodeBuild project: another account could not read this artifact.`,
    expectedReaderError: hidden,
  },
  {
    title: 'The role without load balancing',
    apply: (wires) => wires.rights('test-deployment', removeStatements('LoadBalancing', 'Network')),
    channel: 'manual',
    ends: 'Succeeded',
  },
  {
    title: 'The role without iam:PassRole',
    apply: (wires) => wires.rights('test-deployment', removeStatements('PassTaskRoles')),
    channel: 'manual',
    ends: 'Failed',
    expectedMessage: `The role ${deployer} may not give the new revision its task's or execution role: allow it iam:PassRole on arn:aws:iam::222222222222:role/web-task, where iam:PassedToService = ecs-tasks.amazonaws.com.`,
  },
  {
    title: 'The role without ecs:TagResource',
    apply: (wires) => wires.rights('test-deployment', removeStatements('TagRevision')),
    channel: 'manual',
    ends: 'Failed',
    expectedMessage: `The role ${deployer} may not tag the new revision (ECS asks for this as soon as a revision is registered with tags): allow it ecs:TagResource on arn:aws:ecs:eu-west-1:222222222222:task-definition/web:*, where ecs:CreateAction = RegisterTaskDefinition.`,
  },
  {
    title: 'A bucket policy without the test account',
    apply: (wires) => wires.bucket(removePrincipal(test)),
    channel: 'manual',
    ends: 'Succeeded',
    expectedReaderError: 'because no resource-based policy allows the s3:GetObject action',
  },
  {
    title: 'A key policy without the test account',
    apply: (wires) => wires.key(removePrincipal(test)),
    channel: 'manual',
    ends: 'Succeeded',
    expectedReaderError: hidden,
  },
  {
    title: 'A key policy without the pipeline',
    apply: (wires) => wires.key(removePrincipal(pipeline)),
    channel: 'pipeline',
    ends: 'Failed',
    expectedMessage: `The service role or action role doesn't have the permissions required to access the Amazon S3 bucket named ${bucket}. Update the IAM role permissions, and then try again. Error: User: arn:aws:sts::111111111111:assumed-role/web-shop-production-pipeline/SESSION is not authorized to perform: kms:GenerateDataKey on resource: ${key} because no identity-based policy allows the kms:GenerateDataKey action`,
  },
  {
    title: 'A key policy without the build',
    apply: (wires) => wires.key(removePrincipal(build)),
    channel: 'pipeline',
    ends: 'Failed',
    expectedMessage:
      'Build terminated with state: FAILED. Phase: DOWNLOAD_SOURCE, Code: CLIENT_ERROR, Message: AccessDenied: User: arn:aws:sts::111111111111:assumed-role/web-shop-production-build/AWSCodeBuild-ID is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because no identity-based policy allows the kms:Decrypt action',
  },
  {
    title: 'A key policy that keeps IAM policies out',
    apply: (wires) => wires.key(replaceInStatement('Administration', administrator)),
    channel: 'manual',
    ends: 'Failed',
    expectedMessage: `The policy of the key ${key} does not let the role of Read Images decrypt. Allow it kms:Decrypt there, and in the role's own policy too: AWS gives this text also where only that one is missing.`,
  },
  {
    title: 'An alias in the pipeline',
    apply: (wires, { system }) =>
      wires.pipeline(({ artifactStore, ...rest }) => ({
        ...rest,
        artifactStore: { ...artifactStore, encryptionKey: { type: 'KMS', id: getFirstPipeline(system).key.alias } },
      })),
    channel: 'pipeline',
    ends: 'Succeeded',
  },
  {
    title: 'An alias in a policy',
    apply: (wires, { system }) => {
      const alias = getFirstPipeline(system).key.arn.replace(/key\/.*/, getFirstPipeline(system).key.alias);
      return wires.rights(
        'gantry-production-read-images',
        replaceInStatement('DecryptArtifacts', { Resource: [alias] }),
      );
    },
    channel: 'manual',
    ends: 'Failed',
    expectedMessage: `The role of Read Images may not decrypt with ${key}. Allow it kms:Decrypt on that key's ARN (an alias does not count).`,
  },
  {
    title: 'A trust policy without the build account',
    apply: (wires) => wires.trust('test-deployment', removeStatements('BuildAccount')),
    channel: 'manual',
    ends: 'Failed',
    expectedMessage: `The role ${deployer} cannot be assumed. Check that the role exists; that its trust policy names this build account or Gantry's role; that it asks for no external id (none is configured here); and that Gantry's own role is allowed sts:AssumeRole on it.`,
  },
  {
    title: 'ECR without pull rights',
    apply: (wires) => wires.repository(removePrincipal(test)),
    channel: 'manual',
    ends: 'Failed',
    expectedMessage:
      "ECR refused the pull: allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to account 222222222222 in the policy of the ECR repository web-shop-production (account 111111111111), and the task's execution role on it.",
  },
];

/** The embedded CodeBuild cannot remove a project's key, so another project takes its place in the pipeline. */
async function withoutKey(wires: Wiring, { admin, system }: TestSystem): Promise<Restore> {
  const { encryptionKey: _, ...project } = getFirstPipeline(system).project;
  const name = 'keyless';
  await admin(system.account)('codebuild', 'CreateProject', { ...project, name });
  const arn = `arn:aws:codebuild:eu-west-1:${system.account}:project/${name}`;
  const rights = wires.rights('web-shop-production-pipeline', replaceInStatement('Build', { Resource: [arn] }));
  const pipeline = await wires.pipeline((declared) =>
    JSON.parse(JSON.stringify(declared).replaceAll(`"${getFirstPipeline(system).project.name}"`, `"${name}"`)),
  );
  return async () => {
    await rights();
    await pipeline();
  };
}
