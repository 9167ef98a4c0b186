/* Which values of a task definition a dry run can print. An unknown field can hold a secret, so this file lists the fields that hold none. */

/** Fields of a container (botocore ecs `ContainerDefinition`) whose values are sizes, names and switches. */
const publicContainerFields = new Set([
  'image',
  'cpu',
  'memory',
  'memoryReservation',
  'links',
  'portMappings',
  'essential',
  'restartPolicy',
  'mountPoints',
  'volumesFrom',
  'linuxParameters',
  'dependsOn',
  'startTimeout',
  'stopTimeout',
  'versionConsistency',
  'hostname',
  'user',
  'workingDirectory',
  'disableNetworking',
  'privileged',
  'readonlyRootFilesystem',
  'dnsServers',
  'dnsSearchDomains',
  'extraHosts',
  'interactive',
  'pseudoTerminal',
  'ulimits',
  'systemControls',
  'resourceRequirements',
]);

/** Fields of a task definition (botocore ecs `RegisterTaskDefinitionRequest`), and the tags. */
const publicFields = new Set([
  'family',
  'taskRoleArn',
  'executionRoleArn',
  'networkMode',
  'placementConstraints',
  'requiresCompatibilities',
  'cpu',
  'memory',
  'pidMode',
  'ipcMode',
  'inferenceAccelerators',
  'ephemeralStorage',
  'runtimePlatform',
  'enableFaultInjection',
  'tags',
]);

/** Fields of volumes: the driver options of a Docker volume can contain passwords. */
const publicVolumeFields = new Set([
  'host',
  'efsVolumeConfiguration',
  's3filesVolumeConfiguration',
  'configuredAtLaunch',
]);

/** Paths that contain no secrets, within fields that can contain secrets. */
const publicParts = [
  /^containers\.[^.]+\.logConfiguration\.logDriver$/,
  /^containers\.[^.]+\.firelensConfiguration\.type$/,
  /^containers\.[^.]+\.healthCheck\.(?:interval|timeout|retries|startPeriod)$/,
  /^proxyConfiguration\.(?:type|containerName)$/,
];

/** Whether the value at a path, such as `['containers', 'app', 'image']`, can be printed. */
export function isValuePublic(path: string[]): boolean {
  const [field = '', , inner = ''] = path;
  if (publicParts.some((part) => part.test(path.join('.')))) return true;
  if (field === 'containers') return publicContainerFields.has(inner);
  return field === 'volumes' ? publicVolumeFields.has(inner) : publicFields.has(field);
}

/** The paths of lists whose entries have names. */
const keyedLists: [path: RegExp, key: string][] = [
  [/^containers\.[^.]+\.(?:environment|secrets|logConfiguration\.secretOptions)$/, 'name'],
  [/^(?:volumes|proxyConfiguration\.properties)$/, 'name'],
];

/** Returns the field that distinguishes the entries of the list at a path; undefined if the list is compared as a whole. */
export const findListKeyField = (path: string[]): string | undefined =>
  keyedLists.find(([pattern]) => pattern.test(path.join('.')))?.[1];
