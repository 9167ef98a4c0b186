import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import type { CreatedPipelineFacts, DoctorFacts, Policy, RoleFacts } from '../../cli/doctor/facts.ts';
import config from './doctor-config.ts';

const at = Date.UTC(2026, 0, 1);

/** Copies the facts without shared objects. `structuredClone` would let two statements share one list of actions. */
const copy = <Thing>(thing: Thing): Thing => JSON.parse(JSON.stringify(thing));

/** Returns the facts of a correct installation. Each test breaks one part of them. */
export function healthyFacts(): DoctorFacts {
  const facts = declaredFacts(config, 'production', at);
  const { key, bus } = facts;
  const pipelines = new Map([...facts.pipelines].map(([name, found]) => [name, copy(found)]));
  const roles = new Map([...facts.roles].map(([arn, role]) => [arn, copy(role)]));
  return { ...facts, ...copy({ key, bus }), pipelines, roles };
}

export const getFound = <Thing>(read: { found: Thing } | { missing: string } | { unread: string }): Thing => {
  if (!('found' in read)) throw new Error(JSON.stringify(read));
  return read.found;
};

/** The facts of the pipeline that the configuration creates. */
export const firstPipeline = (facts: DoctorFacts): CreatedPipelineFacts => [...facts.pipelines.values()][0]!;

export const getRole = (facts: DoctorFacts, name: string, account = config.build.account): RoleFacts =>
  getFound(facts.roles.get(`arn:aws:iam::${account}:role/${name}`) ?? { missing: name });

/** Returns the policy of the role with which Gantry deploys to test. */
export const deploymentPolicy = (facts: DoctorFacts): Policy | undefined =>
  getRole(facts, 'test-deployment', config.targets[0]!.account).policies.deployment;

/** Returns the statement with this Sid. */
export function getStatement(policy: Policy | undefined, sid: string): Record<string, unknown> {
  const one = policy?.Statement.find(({ Sid }) => Sid === sid);
  if (one === undefined) throw new Error(`no statement ${sid} in ${JSON.stringify(policy)}`);
  return one;
}

/** Removes a value from a statement's list. */
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
