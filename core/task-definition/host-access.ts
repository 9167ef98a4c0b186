import * as z from 'zod';
import { formatValue } from '../parsing/validation.ts';
import { isFieldSet, type RawContainer, type RawTaskDefinition } from './raw.ts';

/** The capabilities that Docker gives to every container (docs.docker.com/engine/containers/run, "Runtime privilege and Linux capabilities"). */
const defaultCapabilities = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/** Docker also takes `cap_chown`. */
const isDefaultCapability = (value: unknown): boolean =>
  typeof value === 'string' && defaultCapabilities.has(value.toUpperCase().replace(/^CAP_/, ''));

/**
 * Options that confine a container, or choose among confinements (docs.docker.com/reference/cli/docker/container/run, `--security-opt`; botocore ecs
 * `dockerSecurityOptions`). `unconfined` and `label:disable` switch a confinement off, as do SELinux's types for unconfined processes and an
 * inline seccomp profile. Docker accepts both separators.
 */
const confiningOptions = [
  /^no-new-privileges(?:[:=](?:true|false))?$/,
  /^apparmor[:=](?!unconfined$)[^\s{]+$/i,
  /^seccomp[:=](?!unconfined$)[^\s{]+$/i,
  /^label[:=](?:user|role|type|level)[:=](?!.*(?:spc_t|unconfined))\S+$/i,
];

const isConfiningOption = (value: unknown): boolean =>
  typeof value === 'string' && confiningOptions.some((option) => option.test(value));

const toList = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value;
  return isFieldSet(value) ? [value] : [];
};

const unknownSchema = z.unknown();
const linuxParametersSchema = z
  .object({ capabilities: z.object({ add: unknownSchema }).partial().catch({}), devices: unknownSchema })
  .partial();
const hostAccessSchema = z.object({ linuxParameters: linuxParametersSchema.catch({}) }).partial();

/** Returns the fields that give a container access to its host (ECS developer guide, task definition parameters), each with what it requests. */
function listContainerAccess(container: RawContainer): string[] {
  const { linuxParameters: { capabilities, devices } = {} } = hostAccessSchema.parse(container);
  const fields: [string, unknown[]][] = [
    ['privileged', toList(container.privileged)],
    ['dockerSecurityOptions', toList(container.dockerSecurityOptions).filter((value) => !isConfiningOption(value))],
    ['linuxParameters.capabilities.add', toList(capabilities?.add).filter((value) => !isDefaultCapability(value))],
    ['linuxParameters.devices', toList(devices)],
  ];
  return fields.flatMap(([field, values]) =>
    values.length === 0 ? [] : [`${field} for '${container.name}' (${values.map(formatValue).join(', ')})`],
  );
}

/** Returns every setting, with its field, that gives a task definition more access to its host than a container has by default. */
export const listHostAccess = (definition: RawTaskDefinition): string[] => [
  ...definition.containerDefinitions.flatMap(listContainerAccess),
  ...['networkMode', 'pidMode', 'ipcMode']
    .filter((field) => definition[field] === 'host')
    .map((field) => `${field} "host"`),
];

/** The driver options of a Docker volume can bind it to any path of the host. */
const volumeSchema = z
  .object({
    name: unknownSchema,
    host: z.object({ sourcePath: unknownSchema }).partial().optional().catch(undefined),
    dockerVolumeConfiguration: unknownSchema,
  })
  .partial();

/** Returns the names of the volumes that are on the host. */
export const listHostVolumes = ({ volumes }: RawTaskDefinition): string[] =>
  z
    .array(volumeSchema.catch({}))
    .catch([])
    .parse(volumes)
    .filter(
      ({ host, dockerVolumeConfiguration }) => isFieldSet(host?.sourcePath) || isFieldSet(dockerVolumeConfiguration),
    )
    .map(({ name }) => formatValue(name));
