import { type DoctorFacts, declaredFacts, type Policy, type RoleFacts } from '../../cli/doctor/facts.ts';
import config from './doctor-config.ts';

const at = Date.UTC(2026, 0, 1);

/** Nothing of it is shared with anything else: `structuredClone` would keep two statements on one list of actions. */
const copy = <Thing>(thing: Thing): Thing => JSON.parse(JSON.stringify(thing));

/** The facts of a configuration that is all well, to be spoiled one by one. */
export function healthyFacts(): DoctorFacts {
  const facts = declaredFacts(config, 'production', at);
  const { key, bucket, repository, bus, project, pipeline } = facts;
  const roles = new Map([...facts.roles].map(([arn, role]) => [arn, copy(role)]));
  return { ...facts, ...copy({ key, bucket, repository, bus, project, pipeline }), roles };
}

export const getFound = <Thing>(read: { found: Thing } | { missing: string } | { unread: string }): Thing => {
  if (!('found' in read)) throw new Error(JSON.stringify(read));
  return read.found;
};

export const getRole = (facts: DoctorFacts, name: string, account = config.build.account): RoleFacts =>
  getFound(facts.roles.get(`arn:aws:iam::${account}:role/${name}`) ?? { missing: name });

/** The policy of the role that Gantry deploys to test with. */
export const deploymentPolicy = (facts: DoctorFacts): Policy | undefined =>
  getRole(facts, 'test-deployment', config.targets[0]!.account).policies.deployment;

/** The statement of that Sid. */
export function getStatement(policy: Policy | undefined, sid: string): Record<string, unknown> {
  const one = policy?.Statement.find(({ Sid }) => Sid === sid);
  if (one === undefined) throw new Error(`no statement ${sid} in ${JSON.stringify(policy)}`);
  return one;
}

/** Takes a value out of a statement's list. */
export function removeFromStatement(
  from: Record<string, unknown>,
  field: 'Action' | 'Resource' | 'Principal',
  value: string,
): void {
  const list = (field === 'Principal' ? (from[field] as { AWS: string[] }).AWS : from[field]) as string[];
  if (!list.includes(value)) throw new Error(`${value} is not in ${JSON.stringify(list)}`);
  list.splice(list.indexOf(value), 1);
}

export function removeStatement(policy: Policy | undefined, sid: string): void {
  policy!.Statement.splice(policy!.Statement.indexOf(getStatement(policy, sid)), 1);
}
