import { z } from 'zod';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { clusterArn, ecsLocation, getCluster, getService, now, serviceArn } from './arns.ts';
import { assignFields } from './assign-fields.ts';
import { checkDeploymentConfiguration } from './check-strategy.ts';
import { startServiceDeployment } from './deployments.ts';
import { clientException, invalidParameter, serviceNotActive } from './errors.ts';
import { pagingFields, takePage } from './paging.ts';
import { createServiceSchema, defaultSettings, mergeSettings } from './service-input.ts';
import { visibleService } from './service-snapshots.ts';
import { serviceView } from './service-view.ts';
import type { Ecs, EcsService } from './state.ts';
import type { EcsTaskDefinition } from './task-definition.ts';
import { findTaskDefinition } from './task-definition-reads.ts';
import { wakeScheduler } from './wake-scheduler.ts';

/** Returns the revision to run; throws ClientException if it does not exist or is deregistered. */
export function getActiveTaskDefinition(ecs: Ecs, call: Call, reference: string): EcsTaskDefinition {
  const definition = findTaskDefinition(ecs, call, reference);
  if (definition === undefined) throw clientException('TaskDefinition not found.');
  if (definition.status !== 'ACTIVE') throw clientException('TaskDefinition is inactive');
  return definition;
}

const createService = (ecs: Ecs): Operation =>
  defineOperation(createServiceSchema, async (input, call) => {
    const { cluster: reference, serviceName, taskDefinition, desiredCount = 0, clientToken: _, tags, ...given } = input;
    const place = ecsLocation(call);
    const cluster = clusterArn(place, reference);
    const arn = serviceArn(place, cluster, serviceName);
    await call.allow('ecs:CreateService', arn, { context: { 'ecs:cluster': cluster } });
    const at = getCluster(ecs, cluster);
    if ((at.services.get(serviceName)?.status ?? 'INACTIVE') !== 'INACTIVE')
      throw invalidParameter('Creation of service was not idempotent.');
    if (taskDefinition === undefined) throw invalidParameter('TaskDefinition can not be blank.');
    const settings = mergeSettings(defaultSettings, given);
    checkDeploymentConfiguration(settings);
    const service: EcsService = {
      arn,
      name: serviceName,
      cluster: at,
      status: 'ACTIVE',
      settings,
      desiredCount,
      createdAt: now(ecs),
      createdBy: call.caller.roleArn ?? call.caller.arn,
      tags: tags ?? [],
      deployments: [],
      serviceDeployments: [],
      tasks: new Set(),
      stoppedTasks: [],
      events: [],
      steadyStateAnnounced: false,
    };
    const definition = getActiveTaskDefinition(ecs, call, taskDefinition);
    at.services.set(serviceName, service);
    startServiceDeployment(ecs, service, definition);
    return { service: serviceView(ecs, service, ['TAGS']) };
  });

const describeServicesSchema = z.strictObject({
  cluster: z.string().optional(),
  services: z.array(z.string()).min(1).max(10),
  include: z.array(z.enum(['TAGS'])).optional(),
});

const describeServices = (ecs: Ecs): Operation =>
  defineOperation(describeServicesSchema, async ({ cluster: reference, services, include = [] }, call) => {
    const place = ecsLocation(call);
    const cluster = clusterArn(place, reference);
    const arns = services.map((each) => serviceArn(place, cluster, each));
    for (const arn of arns) await call.allow('ecs:DescribeServices', arn, { context: { 'ecs:cluster': cluster } });
    const all = getCluster(ecs, cluster).services;
    const found = arns.map((arn) => ({ arn, service: all.get(arn.split('/').at(-1) ?? '') }));
    return {
      services: found.flatMap(({ service }) => (service === undefined ? [] : [visibleService(ecs, service, include)])),
      failures: found.flatMap(({ arn, service }) => (service === undefined ? [{ arn, reason: 'MISSING' }] : [])),
    };
  });

const listServicesSchema = z.strictObject({ cluster: z.string().optional(), ...pagingFields });

const listServices = (ecs: Ecs): Operation =>
  defineOperation(listServicesSchema, async ({ cluster: reference, ...request }, call) => {
    const cluster = clusterArn(ecsLocation(call), reference);
    await call.allow('ecs:ListServices', '*', { context: { 'ecs:cluster': cluster } });
    const services = [...getCluster(ecs, cluster).services.values()].filter((each) => each.status !== 'INACTIVE');
    // The default page size of ListServices is 10 (botocore ecs ListServicesRequest.maxResults).
    const { items, ...more } = takePage(services, request, 10);
    return { serviceArns: items.map((service) => service.arn), ...more };
  });

const deleteServiceSchema = z.strictObject({
  cluster: z.string().optional(),
  service: z.string(),
  force: z.boolean().optional(),
});

const deleteService = (ecs: Ecs): Operation =>
  defineOperation(deleteServiceSchema, async ({ cluster: reference, service: name, force = false }, call) => {
    const place = ecsLocation(call);
    const cluster = clusterArn(place, reference);
    const arn = serviceArn(place, cluster, name);
    await call.allow('ecs:DeleteService', arn, { context: { 'ecs:cluster': cluster } });
    const service = getService(getCluster(ecs, cluster), name);
    if (service.status !== 'ACTIVE') throw serviceNotActive();
    if (service.desiredCount > 0 && !force)
      throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
    assignFields(service, { status: 'DRAINING', desiredCount: 0 });
    wakeScheduler(ecs, service);
    return { service: serviceView(ecs, service) };
  });

/** CreateService, DescribeServices, ListServices and DeleteService (DRAINING until its tasks have stopped, then INACTIVE). */
export const serviceOperations = (ecs: Ecs): Record<string, Operation> => ({
  CreateService: createService(ecs),
  DescribeServices: describeServices(ecs),
  ListServices: listServices(ecs),
  DeleteService: deleteService(ecs),
});
