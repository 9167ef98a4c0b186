type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asList = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** In the awsvpc network mode the host port is the container port (botocore ecs PortMapping.hostPort). */
const fillPortMapping = (mapping: Fields, networkMode: unknown): Fields => ({
  ...(networkMode === 'awsvpc' ? { hostPort: mapping.containerPort } : {}),
  protocol: 'tcp',
  ...mapping,
});

/** The defaults of botocore ecs HealthCheck. */
const fillHealthCheck = (check: unknown): Fields =>
  isFields(check) ? { healthCheck: { interval: 30, timeout: 5, retries: 3, ...check } } : {};

const fillContainer = (container: Fields, networkMode: unknown): Fields => ({
  cpu: 0,
  essential: true,
  environment: [],
  mountPoints: [],
  volumesFrom: [],
  systemControls: [],
  ...container,
  portMappings: asList(container.portMappings).map((mapping) => fillPortMapping(mapping, networkMode)),
  ...fillHealthCheck(container.healthCheck),
});

/**
 * Returns a registered revision with the values that ECS fills in for omitted fields (DescribeTaskDefinition's examples in the
 * API reference).
 */
export const fillTaskDefinitionDefaults = (body: Fields) => ({
  volumes: [],
  placementConstraints: [],
  ...body,
  containerDefinitions: asList(body.containerDefinitions).map((each) => fillContainer(each, body.networkMode)),
});
