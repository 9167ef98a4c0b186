import { Failure } from '../core/errors/failure.ts';
import type { PolicyDocument, RoleDeclaration, Statement } from './policy.ts';

/** The parts of a declaration that grow with the number of targets. */
interface LimitedDeclaration {
  account: string;
  roles: RoleDeclaration[];
  key: { policy: PolicyDocument } | undefined;
  pipelines: {
    bucket: { policy: PolicyDocument };
    repository: { policy?: PolicyDocument };
    pipeline: { name: string; stages: { name: string; actions: unknown[] }[] };
  }[];
  bus: { statement: Statement }[];
}

/** A size that AWS limits. */
interface Limit {
  what: string;
  size: number;
  max: number;
  source: string;
}

const sizeOf = (document: unknown): number => JSON.stringify(document).length;

/**
 * The sizes that grow with the number of targets, services or pipelines, as characters of JSON or as numbers of items. Target roles are checked where they
 * are declared (system-targets.ts).
 */
const listLimits = ({ account, roles, key, bus, pipelines }: LimitedDeclaration): Limit[] => [
  ...roles
    .filter((role) => role.account === account)
    .map((role) => ({
      what: `the inline policies of the role ${role.name}`,
      size: Object.values(role.policies).reduce((sum, policy) => sum + sizeOf(policy), 0),
      max: 10_240,
      source: 'IAM quotas',
    })),
  { what: 'the policy of the artifact key', size: sizeOf(key?.policy ?? {}), max: 32_768, source: 'KMS quotas' },
  {
    what: 'the policy of the event bus',
    size: sizeOf({ Version: '2012-10-17', Statement: bus.map(({ statement }) => statement) }),
    max: 10_240,
    source: 'EventBridge quotas',
  },
  ...pipelines.flatMap(listPipelineLimits),
];

const listPipelineLimits = ({ bucket, repository, pipeline }: LimitedDeclaration['pipelines'][number]): Limit[] => [
  { what: 'the policy of the artifact bucket', size: sizeOf(bucket.policy), max: 20_480, source: 'S3 bucket policies' },
  { what: 'the policy of the repository', size: sizeOf(repository.policy ?? {}), max: 10_240, source: 'ECR quotas' },
  {
    what: `the list of stages of the pipeline ${pipeline.name}`,
    size: pipeline.stages.length,
    max: 50,
    source: 'CodePipeline quotas',
  },
  ...pipeline.stages.map(({ name, actions }) => ({
    what: `the list of actions of the stage ${name}`,
    size: actions.length,
    max: 50,
    source: 'CodePipeline quotas',
  })),
];

/** Returns the declaration. Throws a ConfigurationError if the configuration has more targets or services than AWS accepts. */
export function checkLimits<Declaration extends LimitedDeclaration>(system: Declaration): Declaration {
  const exceeded = listLimits(system).filter(({ size, max }) => size > max);
  if (exceeded.length === 0) return system;
  const lines = exceeded.map(
    ({ what, size, max, source }) =>
      `  - targets and pipelines make ${what} too large: ${size}, and AWS accepts ${max} (${source}). Divide them between two configurations.`,
  );
  throw new Failure('ConfigurationError', `gantry.config.ts cannot be deployed:\n${lines.join('\n')}`);
}
