import type { PolicyDocument, Statement } from '../../infra/policy.ts';
import type { PipelineDeclaration } from '../../infra/system-pipeline.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import type { TestSystem } from './system.ts';

/** Returns the replacement for a statement of a policy; undefined removes it. */
export type StatementChange = (statement: Statement) => Statement | undefined;

/** Restores a part of the chain to its installed state. */
export type Restore = () => Promise<void> | void;

const changed = (policy: PolicyDocument, change: StatementChange): PolicyDocument => ({
  ...policy,
  Statement: policy.Statement.flatMap((statement) => change(statement) ?? []),
});

/** Removes the statements with these Sids. */
export const removeStatements =
  (...sids: string[]): StatementChange =>
  (statement) =>
    sids.includes(statement.Sid) ? undefined : statement;

/** Removes a principal from every statement. Also removes a statement that names no other principal. */
export const removePrincipal =
  (principal: RegExp): StatementChange =>
  (statement) => {
    if (typeof statement.Principal !== 'object' || !('AWS' in statement.Principal)) return statement;
    const AWS = statement.Principal.AWS.filter((one) => !principal.test(one));
    return AWS.length === 0 ? undefined : { ...statement, Principal: { AWS } };
  };

/** Changes one statement. */
export const replaceInStatement =
  (sid: string, part: Partial<Statement>): StatementChange =>
  (statement) =>
    statement.Sid === sid ? { ...statement, ...part } : statement;

/** Returns the parts of the installed system's chain. Each can be changed through the embedded AWS's own operations. */
export function createWiring({ cloud, system, admin }: TestSystem) {
  const build = admin(system.account);
  const shared = async (policy: PolicyDocument, change: StatementChange, put: (text: string) => Promise<unknown>) => {
    await put(JSON.stringify(changed(policy, change)));
    return async (): Promise<void> => void (await put(JSON.stringify(policy)));
  };
  const roleNamed = (name: string) => system.roles.find((role) => role.name === name)!;
  return {
    rights(name: string, change: StatementChange): Restore {
      const { arn, trust, policies } = roleNamed(name);
      const others = Object.entries(policies).map(([key, policy]) => [key, changed(policy, change)]);
      cloud.iam.roles.set(arn, { arn, trust, policies: Object.fromEntries(others) });
      return () => void cloud.iam.roles.set(arn, { arn, trust, policies });
    },
    trust(name: string, change: StatementChange): Restore {
      const { arn, trust, policies } = roleNamed(name);
      cloud.iam.roles.set(arn, { arn, trust: changed(trust, change), policies });
      return () => void cloud.iam.roles.set(arn, { arn, trust, policies });
    },
    key: (change: StatementChange) =>
      shared(getFirstPipeline(system).key.policy, change, (Policy) =>
        build('kms', 'PutKeyPolicy', { KeyId: getFirstPipeline(system).key.arn, Policy }),
      ),
    bucket: (change: StatementChange) =>
      shared(getFirstPipeline(system).bucket.policy, change, (Policy) =>
        build('s3', 'PutBucketPolicy', { Bucket: getFirstPipeline(system).bucket.name, Policy }),
      ),
    repository: (change: StatementChange) =>
      shared(getFirstPipeline(system).repository.policy!, change, (policyText) =>
        build('ecr', 'SetRepositoryPolicy', { repositoryName: getFirstPipeline(system).repository.name, policyText }),
      ),
    async pipeline(change: (pipeline: PipelineDeclaration) => object): Promise<Restore> {
      const put = (pipeline: object) => build('codepipeline', 'UpdatePipeline', { pipeline });
      await put(change(getFirstPipeline(system).pipeline));
      return async () => void (await put(getFirstPipeline(system).pipeline));
    },
  };
}

export type Wiring = ReturnType<typeof createWiring>;

/** Masks the ids in a message that users read, so that a page can quote it. */
export const maskIds = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replace(/\/[A-Za-z0-9]{7}\b(?= |$)/gm, '/KEY')
    .replace(/assumed-role\/([\w-]+)\/\d+/g, 'assumed-role/$1/SESSION');
