/** Examples of DescribeTaskDefinition's answers, written for these tests after real ones: each has fields that an incomplete copy would lose. */

const written = {
  revision: 7,
  status: 'ACTIVE',
  requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.task-iam-role' }, { name: 'ecs.capability.task-eni' }],
  compatibilities: ['EC2', 'FARGATE'],
  registeredAt: 1763899200.123,
  registeredBy: 'arn:aws:iam::222222222222:user/ops',
};

export const fargateExample = {
  ...written,
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/shop:7',
  family: 'shop',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '512',
  memory: '1024',
  runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
  ephemeralStorage: { sizeInGiB: 40 },
  enableFaultInjection: false,
  volumes: [],
  placementConstraints: [],
  executionRoleArn: 'arn:aws:iam::222222222222:role/shop-execution',
  containerDefinitions: [
    {
      name: 'app',
      image: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop:41',
      cpu: 0,
      essential: true,
      environment: [{ name: 'GREETING', value: '' }],
      mountPoints: [],
      volumesFrom: [],
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp', appProtocol: 'http' }],
      restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
      versionConsistency: 'enabled',
    },
  ],
};

export const ec2Example = {
  ...written,
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/batch:7',
  family: 'batch',
  pidMode: 'host',
  ipcMode: 'none',
  networkMode: 'bridge',
  placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.instance-type =~ m7g.*' }],
  inferenceAccelerators: [{ deviceName: 'device_1', deviceType: 'eia2.medium' }],
  volumes: [
    { name: 'scratch', host: {} },
    {
      name: 'shared',
      efsVolumeConfiguration: {
        fileSystemId: 'fs-0a1b2c3d',
        transitEncryption: 'ENABLED',
        authorizationConfig: { iam: 'ENABLED' },
      },
    },
  ],
  containerDefinitions: [
    {
      name: 'worker',
      image: 'registry.example.com:5000/team/worker:1',
      memoryReservation: 128,
      ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 4096 }],
      linuxParameters: { tmpfs: [{ containerPath: '/tmp', size: 64, mountOptions: [] }], swappiness: 0 },
      dockerLabels: { '': 'odd', team: '' },
    },
  ],
};

export const appMeshExample = {
  ...written,
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/mesh:7',
  family: 'mesh',
  proxyConfiguration: {
    type: 'APPMESH',
    containerName: 'envoy',
    properties: [
      { name: 'AppPorts', value: '8080' },
      { name: 'EgressIgnoredPorts', value: '' },
    ],
  },
  containerDefinitions: [
    { name: 'app', image: 'app:1', dependsOn: [{ containerName: 'envoy', condition: 'HEALTHY' }] },
    { name: 'envoy', image: 'envoy:1', healthCheck: { command: ['CMD-SHELL', 'true'], retries: 3 } },
    {
      name: 'log_router',
      image: 'public.ecr.aws/aws-observability/aws-for-fluent-bit:stable',
      firelensConfiguration: { type: 'fluentbit', options: { 'enable-ecs-log-metadata': 'true' } },
      user: '0',
    },
  ],
};

export const futureFieldsExample = {
  ...written,
  deregisteredAt: 1763899300,
  deleteRequestedAt: 1763899400,
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/future:7',
  family: 'future',
  futureTop: { depth: [{ deeper: null, empty: [], text: '' }] },
  futureNull: null,
  futureList: [],
  containerDefinitions: [
    {
      name: 'app',
      image: 'app:1',
      futureField: [null, {}, ''],
      logConfiguration: { logDriver: 'awslogs', later: { x: null } },
    },
  ],
};
