import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import { familyOfService, logGroupOfService } from '../core/config/target-permissions.ts';
import { balancingName } from './fit-name.ts';
import { type Installation, iamRoleArn } from './installation.ts';

/** A basic service for users who start from nothing: one Fargate service behind one load balancer. */
export interface ServiceDeclaration {
  target: string;
  account: string;
  region: string;
  cluster: string;
  name: string;
  /** The name of the load balancer, with which the names of the security groups begin. */
  balancer: string;
  /**
   * The name of the target group. The name changes with the port, because a changed port replaces the group, and the new group is created before the old one
   * is deleted.
   */
  targetGroup: string;
  /** The container to which the load balancer sends requests, and its port. */
  front: string;
  port: number;
  healthPath: string;
  desiredCount: number;
  logGroup: string;
  /** The first revision, as RegisterTaskDefinition takes it. Every later revision is a copy of it with other images. */
  taskDefinition: TaskDefinitionDeclaration;
}

export interface TaskDefinitionDeclaration {
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

/** The services of one target that Gantry creates. */
export const declareServices = (installation: Installation, target: TargetConfig): ServiceDeclaration[] =>
  target.services.flatMap((service) =>
    service.create === undefined ? [] : [declareService(installation, target, { ...service, create: service.create })],
  );

function declareService(
  installation: Installation,
  target: TargetConfig,
  service: ServiceToCreate,
): ServiceDeclaration {
  const { create } = service;
  return {
    target: `${target.name}/${service.name}`,
    account: target.account,
    region: target.region,
    cluster: target.cluster,
    name: service.name,
    balancer: balancingName(installation.names.of(target.name), [
      installation.config.name,
      installation.stage,
      target.name,
      service.name,
    ]),
    targetGroup: balancingName(installation.names.of(target.name), [
      installation.config.name,
      installation.stage,
      target.name,
      service.name,
      create.port,
    ]),
    front: service.containers[0] ?? service.name,
    port: create.port,
    healthPath: create.healthPath,
    desiredCount: create.desiredCount,
    logGroup: logGroupOfService(service),
    taskDefinition: declareFirstRevision(target, service),
  };
}

type ServiceToCreate = ServiceConfig & { create: NonNullable<ServiceConfig['create']> };

const declareFirstRevision = (target: TargetConfig, service: ServiceToCreate): TaskDefinitionDeclaration => ({
  family: familyOfService(service),
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  // The architecture of the build (system-build.ts). An image for another architecture exits at once with "exec format error".
  runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
  executionRoleArn: iamRoleArn(target, service.executionRole),
  ...firstTaskRole(target, service),
  containerDefinitions: service.containers.map((name, index) => ({
    name,
    image: service.create.image,
    essential: true,
    ...(index === 0 && { portMappings: [{ containerPort: service.create.port, protocol: 'tcp' }] }),
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logGroupOfService(service),
        'awslogs-region': target.region,
        'awslogs-stream-prefix': name,
      },
    },
  })),
});

function firstTaskRole(target: TargetConfig, { taskRoles }: ServiceConfig): { taskRoleArn?: string } {
  const [first] = taskRoles;
  return first === undefined ? {} : { taskRoleArn: iamRoleArn(target, first) };
}
