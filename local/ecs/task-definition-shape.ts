/** The JSON type of a value: of a list's items, of an object's fields (`*`: of any field), or of the value itself. */
export type JsonShape = 'string' | 'number' | 'boolean' | [JsonShape] | { [field: string]: JsonShape };

/*
 * According to the API's model (RegisterTaskDefinitionRequest), with which a test compares it. A field that is not listed can have
 * any type.
 */

const volume: JsonShape = {
  name: 'string',
  host: { sourcePath: 'string' },
  dockerVolumeConfiguration: {
    scope: 'string',
    autoprovision: 'boolean',
    driver: 'string',
    driverOpts: { '*': 'string' },
    labels: { '*': 'string' },
  },
  efsVolumeConfiguration: {
    fileSystemId: 'string',
    rootDirectory: 'string',
    transitEncryption: 'string',
    transitEncryptionPort: 'number',
    authorizationConfig: { accessPointId: 'string', iam: 'string' },
  },
  s3filesVolumeConfiguration: {
    fileSystemArn: 'string',
    rootDirectory: 'string',
    transitEncryptionPort: 'number',
    accessPointArn: 'string',
  },
  fsxWindowsFileServerVolumeConfiguration: {
    fileSystemId: 'string',
    rootDirectory: 'string',
    authorizationConfig: { credentialsParameter: 'string', domain: 'string' },
  },
  configuredAtLaunch: 'boolean',
};

const container: JsonShape = {
  name: 'string',
  image: 'string',
  repositoryCredentials: { credentialsParameter: 'string' },
  cpu: 'number',
  memory: 'number',
  memoryReservation: 'number',
  links: ['string'],
  portMappings: [
    {
      containerPort: 'number',
      hostPort: 'number',
      protocol: 'string',
      name: 'string',
      appProtocol: 'string',
      containerPortRange: 'string',
    },
  ],
  essential: 'boolean',
  restartPolicy: { enabled: 'boolean', ignoredExitCodes: ['number'], restartAttemptPeriod: 'number' },
  entryPoint: ['string'],
  command: ['string'],
  environment: [{ name: 'string', value: 'string' }],
  environmentFiles: [{ value: 'string', type: 'string' }],
  mountPoints: [{ sourceVolume: 'string', containerPath: 'string', readOnly: 'boolean' }],
  volumesFrom: [{ sourceContainer: 'string', readOnly: 'boolean' }],
  linuxParameters: {
    capabilities: { add: ['string'], drop: ['string'] },
    devices: [{ hostPath: 'string', containerPath: 'string', permissions: ['string'] }],
    initProcessEnabled: 'boolean',
    sharedMemorySize: 'number',
    tmpfs: [{ containerPath: 'string', size: 'number', mountOptions: ['string'] }],
    maxSwap: 'number',
    swappiness: 'number',
  },
  secrets: [{ name: 'string', valueFrom: 'string' }],
  dependsOn: [{ containerName: 'string', condition: 'string' }],
  startTimeout: 'number',
  stopTimeout: 'number',
  versionConsistency: 'string',
  hostname: 'string',
  user: 'string',
  workingDirectory: 'string',
  disableNetworking: 'boolean',
  privileged: 'boolean',
  readonlyRootFilesystem: 'boolean',
  dnsServers: ['string'],
  dnsSearchDomains: ['string'],
  extraHosts: [{ hostname: 'string', ipAddress: 'string' }],
  dockerSecurityOptions: ['string'],
  interactive: 'boolean',
  pseudoTerminal: 'boolean',
  dockerLabels: { '*': 'string' },
  ulimits: [{ name: 'string', softLimit: 'number', hardLimit: 'number' }],
  logConfiguration: {
    logDriver: 'string',
    options: { '*': 'string' },
    secretOptions: [{ name: 'string', valueFrom: 'string' }],
  },
  healthCheck: { command: ['string'], interval: 'number', timeout: 'number', retries: 'number', startPeriod: 'number' },
  systemControls: [{ namespace: 'string', value: 'string' }],
  resourceRequirements: [
    {
      value: 'string',
      type: 'string',
      sharingStrategy: { nvidiaMps: { memory: 'number', maxComputePercent: 'number' } },
    },
  ],
  firelensConfiguration: { type: 'string', options: { '*': 'string' } },
  credentialSpecs: ['string'],
};

export const taskDefinitionShape: JsonShape = {
  family: 'string',
  taskRoleArn: 'string',
  executionRoleArn: 'string',
  networkMode: 'string',
  containerDefinitions: [container],
  volumes: [volume],
  placementConstraints: [{ type: 'string', expression: 'string' }],
  requiresCompatibilities: ['string'],
  cpu: 'string',
  memory: 'string',
  tags: [{ key: 'string', value: 'string' }],
  pidMode: 'string',
  ipcMode: 'string',
  proxyConfiguration: { type: 'string', containerName: 'string', properties: [{ name: 'string', value: 'string' }] },
  inferenceAccelerators: [{ deviceName: 'string', deviceType: 'string' }],
  ephemeralStorage: { sizeInGiB: 'number' },
  runtimePlatform: { cpuArchitecture: 'string', operatingSystemFamily: 'string' },
  enableFaultInjection: 'boolean',
};
