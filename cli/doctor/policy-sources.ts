import { formatIamArn } from '../../core/parsing/partition.ts';
import type { CreatedPipelineDeclaration } from '../../infra/system.ts';
import { type DoctorFacts, type LookupResult, type Policy, pipelineFacts } from './facts.ts';

/** A policy that decides about a request. `policies` are the policies that were found. If they could not be read, `policies` are the declared ones. */
export interface PolicySource {
  kind: 'identity-based' | 'resource-based';
  /** The name of the policy in messages: `the key policy of alias/…`. */
  name: string;
  state: 'found' | 'missing' | 'unread';
  /** The reason why the policy is missing or could not be read. */
  why: string;
  policies: Record<string, Policy>;
  declared: Record<string, Policy>;
}

/** For a principal whose policies are unknown, or a principal that is allowed to do everything. */
export const allowAllPolicies: Record<string, Policy> = {
  unknown: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

const roleNameFromArn = (arn: string): string => arn.split(':role/')[1] ?? arn;

const accountFromArn = (arn: string): string => arn.split(':')[4] ?? '';

/** The policies that decide about one action of a role or a service on one resource. */
export function findPolicySources(
  facts: DoctorFacts,
  by: string | { service: string },
  { action, resource }: { action: string; resource: string },
): PolicySource[] {
  const about =
    action === 'sts:AssumeRole' ? trustPolicySource(facts, resource) : resourcePolicySource(facts, resource);
  return [...(typeof by === 'string' ? [identityPolicySource(facts, by)] : []), ...(about ? [about] : [])];
}

function identityPolicySource(facts: DoctorFacts, arn: string): PolicySource {
  const declared = facts.system.roles.find((role) => role.arn === arn)?.policies ?? allowAllPolicies;
  return createPolicySource({
    kind: 'identity-based',
    name: `the policies of ${roleNameFromArn(arn)}`,
    read: lookUpRolePolicies(facts, arn),
    declared,
  });
}

const undeclaredRole = (arn: string): LookupResult<never> => ({
  unread: `the role ${roleNameFromArn(arn)} of account ${accountFromArn(arn)} is not created by this configuration`,
});

function lookUpRolePolicies({ roles }: DoctorFacts, arn: string): LookupResult<Record<string, Policy>> {
  const read = roles.get(arn) ?? undeclaredRole(arn);
  return 'found' in read ? { found: read.found.policies } : read;
}

function trustPolicySource({ roles, system }: DoctorFacts, arn: string): PolicySource {
  const read = roles.get(arn) ?? undeclaredRole(arn);
  const declared = system.roles.find((role) => role.arn === arn)?.trust;
  return createPolicySource({
    kind: 'resource-based',
    name: `the trust policy of ${roleNameFromArn(arn)}`,
    read: 'found' in read ? { found: { trust: read.found.trust } } : read,
    declared: declared === undefined ? {} : { trust: declared },
  });
}

const resourcePolicySource = (facts: DoctorFacts, resource: string): PolicySource | undefined =>
  keyPolicySource(facts, resource) ??
  storePolicySource(facts, resource) ??
  facts.system.pipelines
    .map((created) => pipelinePolicySource(facts, created, resource))
    .find((one) => one !== undefined);

/**
 * The statement that the key policy of a configured store needs. It admits the build account, so that IAM policies of that account can allow the
 * functions to decrypt.
 */
const admitBuildAccount = ({ account, region }: DoctorFacts['system']): Policy => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Gantry',
      Effect: 'Allow',
      Principal: { AWS: [formatIamArn({ account, region }, 'root')] },
      Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Resource: ['*'],
    },
  ],
});

/** The policy of a configured artifact store or of its key. If it could not be read, it is assumed to admit the build account. */
function storePolicySource({ system, stores, storeKeys }: DoctorFacts, resource: string): PolicySource | undefined {
  const bucket = [...stores.keys()].find((name) => resource.split(':::')[1]?.split('/')[0] === name);
  const unknown: Policy = { Version: '2012-10-17', Statement: [] };
  const store = bucket === undefined ? undefined : stores.get(bucket);
  if (store !== undefined) return createResourcePolicySource(`the bucket policy of ${bucket}`, store, unknown);
  const key = storeKeys.get(resource);
  if (key === undefined) return undefined;
  const policy = 'found' in key ? { found: key.found.policy } : key;
  return createResourcePolicySource(`the key policy of ${resource}`, policy, admitBuildAccount(system));
}

function pipelinePolicySource(
  facts: DoctorFacts,
  created: CreatedPipelineDeclaration,
  resource: string,
): PolicySource | undefined {
  const { bucket, repository } = created;
  const found = pipelineFacts(facts, created);
  if (resource === bucket.arn || resource.startsWith(`${bucket.arn}/`))
    return createResourcePolicySource(`the bucket policy of ${bucket.name}`, found.bucket, bucket.policy);
  if (resource !== repository.arn || repository.policy === undefined) return undefined;
  return createResourcePolicySource(`the repository policy of ${repository.name}`, found.repository, repository.policy);
}

function keyPolicySource({ system, key }: DoctorFacts, resource: string): PolicySource | undefined {
  if (system.key === undefined || resource !== system.key.arn) return undefined;
  // Other policies name the key by its ARN, which is unknown if the key cannot be read.
  const policy: LookupResult<Policy> =
    'found' in key ? { found: key.found.policy } : { missing: 'unread' in key ? key.unread : key.missing };
  return createResourcePolicySource(`the key policy of ${system.key.alias}`, policy, system.key.policy);
}

const createResourcePolicySource = (name: string, read: LookupResult<Policy>, policy: Policy): PolicySource =>
  createPolicySource({
    kind: 'resource-based',
    name,
    read: 'found' in read ? { found: { policy: read.found } } : read,
    declared: { policy },
  });

interface PolicySourceInput {
  kind: PolicySource['kind'];
  name: string;
  read: LookupResult<Record<string, Policy>>;
  declared: Record<string, Policy>;
}

function createPolicySource({ kind, name, read, declared }: PolicySourceInput): PolicySource {
  const rest = { kind, name, declared };
  if ('found' in read) return { ...rest, state: 'found', why: '', policies: read.found };
  if ('missing' in read) return { ...rest, state: 'missing', why: read.missing, policies: {} };
  return { ...rest, state: 'unread', why: read.unread, policies: declared };
}
