import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import { Failure } from '../core/errors/failure.ts';
import { type Installation, roleIn } from './arns.ts';
import { familyOf, logGroupOf } from './policies-target.ts';

/** A basic service for those who start from nothing: one Fargate service behind one load balancer. */
export interface Service {
  target: string;
  account: string;
  region: string;
  cluster: string;
  name: string;
  /** The name of the load balancer and of the target group, and how the security groups' begin. */
  balancer: string;
  /** The container that the load balancer talks to, and its port. */
  front: string;
  port: number;
  healthPath: string;
  desiredCount: number;
  logGroup: string;
  /** The first revision, as RegisterTaskDefinition takes it; every later one is a copy of it with other images. */
  taskDefinition: TaskDefinition;
}

export interface TaskDefinition {
  family: string;
  requiresCompatibilities: ['FARGATE'];
  networkMode: 'awsvpc';
  cpu: string;
  memory: string;
  runtimePlatform: { cpuArchitecture: 'ARM64'; operatingSystemFamily: 'LINUX' };
  executionRoleArn: string;
  taskRoleArn?: string;
  containerDefinitions: object[];
}

/** The services of one target that the configuration asks to be made. */
export const servicesOf = (here: Installation, target: TargetConfig): Service[] =>
  target.services.flatMap((service) =>
    service.create === undefined ? [] : [serviceOf(here, target, { ...service, create: service.create })],
  );

function serviceOf(here: Installation, target: TargetConfig, service: Created): Service {
  const { create } = service;
  return {
    target: `${target.name}/${service.name}`,
    account: target.account,
    region: target.region,
    cluster: target.cluster,
    name: service.name,
    balancer: balancerName(here, service),
    front: service.containers[0] ?? service.name,
    port: create.port,
    healthPath: create.healthPath,
    desiredCount: create.desiredCount,
    logGroup: logGroupOf(service),
    taskDefinition: firstRevision(target, service),
  };
}

// elasticloadbalancing CreateLoadBalancer, `Name`: 32 characters. Cut, two services could come to have one.
function balancerName(here: Installation, service: ServiceConfig): string {
  const name = here.names.of(service.name);
  if (name.length <= 32) return name;
  throw new Failure(
    'ConfigurationError',
    `The load balancer of ${service.name} would be called ${name}, and 32 characters are the most: shorten app, stage or service.`,
  );
}

type Created = ServiceConfig & { create: NonNullable<ServiceConfig['create']> };

const firstRevision = (target: TargetConfig, service: Created): TaskDefinition => ({
  family: familyOf(service),
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  // As the build's machine (system-build.ts): an image for another one exits at once with "exec format error".
  runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
  executionRoleArn: roleIn(target.account, service.executionRole),
  ...taskRole(target, service),
  containerDefinitions: service.containers.map((name, index) => ({
    name,
    image: service.create.image,
    essential: true,
    ...(index === 0 && { portMappings: [{ containerPort: service.create.port, protocol: 'tcp' }] }),
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logGroupOf(service),
        'awslogs-region': target.region,
        'awslogs-stream-prefix': name,
      },
    },
  })),
});

function taskRole({ account }: TargetConfig, { taskRoles }: ServiceConfig): { taskRoleArn?: string } {
  const [first] = taskRoles;
  return first === undefined ? {} : { taskRoleArn: roleIn(account, first) };
}
