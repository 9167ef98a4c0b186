import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { findConfiguredService } from '../config/targets.ts';
import { isImageAllowed } from '../image/registries.ts';
import type { Target } from '../model/release.ts';
import { formatValue } from '../parsing/validation.ts';
import type { RawContainer, RawTaskDefinition } from './raw.ts';

/** What a task definition out of an artifact may ask for: whoever writes to the repository writes it. */
export interface TaskDefinitionRestrictions extends Pick<Config, 'build' | 'registries'> {
  /** Names of roles of the target's account. */
  roles: string[];
  allow: { privileged: boolean; hostVolumes: boolean };
}

/** The limits of a target by the configuration; of a service that it does not name, the narrowest. */
export function restrictionsFor(config: Config, { name }: Target, stage?: string): TaskDefinitionRestrictions {
  const service = findConfiguredService(config, name, stage)?.service;
  return {
    build: config.build,
    registries: config.registries,
    roles: service === undefined ? [] : [service.executionRole, ...service.taskRoles],
    allow: service?.allow ?? { privileged: false, hostVolumes: false },
  };
}

export interface CandidateTaskDefinition {
  definition: RawTaskDefinition;
  /** The revision that the service runs: its roles and its images are in use already. */
  running?: RawTaskDefinition | undefined;
  target: Target;
  /** Containers that get their image from the release, which is checked by itself. */
  placed: (container: RawContainer) => boolean;
}

/** All that a task definition out of an artifact asks for beyond its limits, a sentence each. */
export const findRestrictionErrors = (asked: CandidateTaskDefinition, limits: TaskDefinitionRestrictions): string[] => [
  ...findRoleErrors(asked, limits),
  ...findPrivilegeErrors(asked, limits),
  ...findVolumeErrors(asked, limits),
  ...findContainerImageErrors(asked, limits),
];

/** A role may be written as its name or as its ARN (botocore ecs `TaskDefinition.taskRoleArn`). */
const toRoleArn = (role: unknown, { roleArn: own }: Target): string => {
  const text = typeof role === 'string' ? role : formatValue(role);
  return text.startsWith('arn:') ? text : `arn:aws:iam::${own.split(':')[4]}:role/${text}`;
};

const isSet = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== false && value !== '';

function findRoleErrors(
  { definition, running, target }: CandidateTaskDefinition,
  { roles }: TaskDefinitionRestrictions,
): string[] {
  const used = [running?.taskRoleArn, running?.executionRoleArn].filter(isSet);
  const allowed = new Set([...roles, ...used].map((role) => toRoleArn(role, target)));
  return ['taskRoleArn', 'executionRoleArn']
    .filter((field) => isSet(definition[field]) && !allowed.has(toRoleArn(definition[field], target)))
    .map(
      (field) =>
        `The task definition file asks for the ${field} ${formatValue(definition[field])}; it may be ${[...allowed].join(', ') || 'none'}. Name another, or add it to taskRoles of the service in gantry.config.ts.`,
    );
}

const unknownSchema = z.unknown();
const linuxParametersSchema = z
  .object({ capabilities: z.object({ add: unknownSchema }).partial().catch({}), devices: unknownSchema })
  .partial();
const hostAccessSchema = z.object({ linuxParameters: linuxParametersSchema.catch({}) }).partial();

/** The fields by which a container gets at its host (ECS developer guide, task definition parameters). */
function listHostAccessFields(container: RawContainer): string[] {
  const { linuxParameters: { capabilities, devices } = {} } = hostAccessSchema.parse(container);
  const fields: [string, unknown][] = [
    ['privileged', container.privileged],
    ['dockerSecurityOptions', container.dockerSecurityOptions],
    ['linuxParameters.capabilities.add', capabilities?.add],
    ['linuxParameters.devices', devices],
  ];
  return fields.flatMap(([field, value]) => (isSet(value) ? [`${field} for '${container.name}'`] : []));
}

function findPrivilegeErrors({ definition }: CandidateTaskDefinition, { allow }: TaskDefinitionRestrictions): string[] {
  const shared = ['networkMode', 'pidMode', 'ipcMode'].filter((field) => definition[field] === 'host');
  const found = [
    ...definition.containerDefinitions.flatMap(listHostAccessFields),
    ...shared.map((field) => `${field} "host"`),
  ];
  if (allow.privileged || found.length === 0) return [];
  return [
    `The task definition file asks for ${found.join(', ')}, which gives a container power over its host. Leave it out, or set allow: { privileged: true } for the service in gantry.config.ts.`,
  ];
}

/** A Docker volume can be bound to any path of the host by its driver's options. */
const volumeSchema = z.object({
  name: z.unknown(),
  host: z.object({ sourcePath: z.unknown() }).partial().optional().catch(undefined),
  dockerVolumeConfiguration: z.unknown(),
});

function findVolumeErrors({ definition }: CandidateTaskDefinition, { allow }: TaskDefinitionRestrictions): string[] {
  const volumes = z.array(volumeSchema.partial().catch({})).catch([]).parse(definition.volumes);
  const found = volumes.filter((one) => isSet(one.host?.sourcePath) || isSet(one.dockerVolumeConfiguration));
  if (allow.hostVolumes || found.length === 0) return [];
  const names = found.map(({ name }) => formatValue(name)).join(', ');
  return [
    `The task definition file asks for volumes of the host (${names}). Leave them out, or set allow: { hostVolumes: true } for the service in gantry.config.ts.`,
  ];
}

/** `<IMAGE1_NAME>` waits for an image of the release. */
const isPlaceholder = (image: unknown): boolean => typeof image === 'string' && /^<[^<>]+>$/.test(image);

function findContainerImageErrors(
  { definition, running, placed }: CandidateTaskDefinition,
  limits: TaskDefinitionRestrictions,
): string[] {
  const inUse = new Set((running?.containerDefinitions ?? []).map(({ image }) => image));
  return definition.containerDefinitions
    .filter((one) => !placed(one) && !isPlaceholder(one.image) && !inUse.has(one.image))
    .filter(({ image }) => !isImageAllowed(String(image), limits))
    .map(
      ({ name, image }) =>
        `The task definition file asks for the image ${formatValue(image)} for '${name}', which is not from a registry that may be used. Push it to the build account's ECR, or add its registry to registries in gantry.config.ts.`,
    );
}
