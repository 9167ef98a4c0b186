import type { Facts, Policy, Read } from './facts.ts';

/** Something whose policy has a say in a request. `policies` as found, or where that could not be read as declared. */
export interface Holder {
  kind: 'identity-based' | 'resource-based';
  /** As a person calls it: `key policy of alias/…`. */
  name: string;
  state: 'found' | 'missing' | 'unread';
  /** Why it is missing or unread. */
  why: string;
  policies: Record<string, Policy>;
  declared: Record<string, Policy>;
}

/** Stands for the policies of somebody who may do everything, or whose policies nobody knows. */
export const anything: Record<string, Policy> = {
  unknown: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

const nameOfRole = (arn: string): string => arn.split(':role/')[1] ?? arn;

const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

/** The policies that decide over one action of a role or a service on one resource. */
export function holdersOf(
  facts: Facts,
  by: string | { service: string },
  { action, resource }: { action: string; resource: string },
): Holder[] {
  const about = action === 'sts:AssumeRole' ? trust(facts, resource) : resourcePolicy(facts, resource);
  return [...(typeof by === 'string' ? [identity(facts, by)] : []), ...(about ? [about] : [])];
}

function identity(facts: Facts, arn: string): Holder {
  const declared = facts.system.roles.find((role) => role.arn === arn)?.policies ?? anything;
  return holder({
    kind: 'identity-based',
    name: `the policies of ${nameOfRole(arn)}`,
    read: policiesOf(facts, arn),
    declared,
  });
}

const unknownRole = (arn: string): Read<never> => ({
  unread: `the role ${nameOfRole(arn)} of account ${accountOf(arn)} is not made by this configuration`,
});

function policiesOf({ roles }: Facts, arn: string): Read<Record<string, Policy>> {
  const read = roles.get(arn) ?? unknownRole(arn);
  return 'found' in read ? { found: read.found.policies } : read;
}

function trust({ roles, system }: Facts, arn: string): Holder {
  const read = roles.get(arn) ?? unknownRole(arn);
  const declared = system.roles.find((role) => role.arn === arn)?.trust;
  return holder({
    kind: 'resource-based',
    name: `the trust policy of ${nameOfRole(arn)}`,
    read: 'found' in read ? { found: { trust: read.found.trust } } : read,
    declared: declared === undefined ? {} : { trust: declared },
  });
}

function resourcePolicy({ system, bucket, key, repository }: Facts, resource: string): Holder | undefined {
  if (resource === system.bucket.arn || resource.startsWith(`${system.bucket.arn}/`))
    return resourceHolder(`the bucket policy of ${system.bucket.name}`, bucket, system.bucket.policy);
  if (resource === system.key.arn) {
    // Other policies name the key by its ARN, which nobody knows while it cannot be read.
    const policy: Read<Policy> =
      'found' in key ? { found: key.found.policy } : { missing: 'unread' in key ? key.unread : key.missing };
    return resourceHolder(`the key policy of ${system.key.alias}`, policy, system.key.policy);
  }
  if (resource !== system.repository.arn || system.repository.policy === undefined) return undefined;
  return resourceHolder(`the repository policy of ${system.repository.name}`, repository, system.repository.policy);
}

const resourceHolder = (name: string, read: Read<Policy>, policy: Policy): Holder =>
  holder({
    kind: 'resource-based',
    name,
    read: 'found' in read ? { found: { policy: read.found } } : read,
    declared: { policy },
  });

interface Held {
  kind: Holder['kind'];
  name: string;
  read: Read<Record<string, Policy>>;
  declared: Record<string, Policy>;
}

function holder({ kind, name, read, declared }: Held): Holder {
  const rest = { kind, name, declared };
  if ('found' in read) return { ...rest, state: 'found', why: '', policies: read.found };
  if ('missing' in read) return { ...rest, state: 'missing', why: read.missing, policies: {} };
  return { ...rest, state: 'unread', why: read.unread, policies: declared };
}
