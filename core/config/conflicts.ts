import * as z from 'zod';
import { listNameLengthErrors } from './created-names.ts';
import { findDuplicates } from './duplicates.ts';
import { findMatchConflicts, listServicePatterns } from './match-conflicts.ts';
import { findTopicConflicts } from './notify-schema.ts';
import { findPartitionConflicts } from './partition-conflicts.ts';
import { findPipelineConflicts, loosePipelineSchema } from './pipeline-conflicts.ts';
import { viewerRoleName } from './resource-names.ts';

const optionalSchema = z.unknown().optional();
const looseListSchema = z.array(z.unknown()).catch([]);
const looseServiceSchema = z.looseObject({
  name: optionalSchema,
  family: optionalSchema,
  logGroup: optionalSchema,
  executionRole: optionalSchema,
  create: optionalSchema,
  containers: looseListSchema,
  taskRoles: looseListSchema,
});
const looseTargetSchema = z.looseObject({
  name: optionalSchema,
  account: optionalSchema,
  region: optionalSchema,
  role: optionalSchema,
  cluster: optionalSchema,
  viewers: looseListSchema,
  services: z.array(looseServiceSchema).catch([]),
  match: optionalSchema,
});
const looseConfigSchema = z
  .looseObject({
    targets: z.array(looseTargetSchema).catch([]),
    pipelines: z.array(loosePipelineSchema).catch([]),
  })
  .catch({ targets: [], pipelines: [] });

type LooseTarget = z.output<typeof looseTargetSchema> & { field: string };
type LooseService = z.output<typeof looseServiceSchema> & { field: string; target: LooseTarget };

/**
 * Validation errors about several fields together: duplicates, and names that leave no room for the stage. Accepts any input of roughly the right shape, so
 * that these errors are reported together with the errors of single fields.
 */
export function findConfigConflicts(input: unknown): string[] {
  const { pipelines, ...config } = looseConfigSchema.parse(input);
  const targets = config.targets.map((target, at) => ({ ...target, field: `targets[${at}]` }));
  const services = targets.flatMap(listServices);
  return [
    ...findDuplicates(targets, (target) => [`${target.field}.name`, [target.name]]),
    ...findDuplicates(targets.flatMap(listTargetRoles), ({ field, account, role }) => [field, [account, role]]),
    ...findDuplicates(services, (one) => [
      `${one.field}.name`,
      [...accountAndRegionOf(one), one.target.cluster, one.name],
    ]),
    ...findMatchConflicts(targets.map(toMatchedTarget)),
    ...services.flatMap(({ field, containers }) =>
      findDuplicates([...containers.entries()], ([index, name]) => [`${field}.containers[${index}]`, [name]]),
    ),
    ...findPartitionConflicts(input),
    ...findTopicConflicts(input),
    ...findPipelineConflicts(pipelines, targets.flatMap(listDeployableNames)),
    ...findCreationConflicts(services.filter(isCreated)),
    ...listNameLengthErrors(
      services.filter(isCreated).map((one) => ({
        ...one,
        cluster: one.target.cluster,
        clusterField: `${one.target.field}.cluster`,
      })),
    ),
  ];
}

/** The services of a target by their names and patterns: `test/web`, `test/shop-*`. */
const listDeployableNames = ({ name: target, services, match }: LooseTarget): string[] =>
  [...services.map(({ name }) => name), ...listServicePatterns(match)].map((name) => `${target}/${name}`);

const toMatchedTarget = (target: LooseTarget) => ({
  field: target.field,
  place: [target.account, target.region, target.cluster],
  names: listServices(target).map(({ field, name }) => ({ field: `${field}.name`, name })),
  match: target.match,
});

const isCreated = (service: LooseService): boolean => service.create !== undefined;

/** An existing resource can be shared. A resource that Gantry creates can be created only once. The services of one target share the target's roles. */
function findCreationConflicts(services: LooseService[]): string[] {
  const roles = services.flatMap(({ target, executionRole, taskRoles }) =>
    [executionRole, ...taskRoles].map((role) => ({ target, role })),
  );
  const perTarget = new Map(roles.map((one) => [`${one.target.field} ${one.role}`, one]));
  return [
    ...findDuplicates(services, (one) => [`${one.field}.logGroup`, [...accountAndRegionOf(one), logGroupOf(one)]]),
    ...findDuplicates([...perTarget.values()], ({ target, role }) => [
      `${target.field}.services`,
      [target.account, role],
    ]),
  ];
}

const listServices = (target: LooseTarget): LooseService[] =>
  target.services.map((service, index) => ({ ...service, target, field: `${target.field}.services[${index}]` }));

const roleOf = ({ role, name }: LooseTarget): unknown => role ?? `${name}-deployment`;

/** The names of a target's roles: one for Gantry, and one for its viewers. */
const listTargetRoles = (target: LooseTarget) => {
  const role = roleOf(target);
  const roles = target.viewers.length === 0 ? [role] : [role, viewerRoleName(`${role}`)];
  return roles.map((name) => ({ field: `${target.field}.role`, account: target.account, role: name }));
};

const accountAndRegionOf = ({ target }: LooseService): unknown[] => [target.account, target.region];

const logGroupOf = ({ logGroup, family, name }: LooseService): unknown => logGroup ?? `/ecs/${family ?? name}`;
