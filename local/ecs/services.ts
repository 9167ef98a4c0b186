import { z } from 'zod';
import { type Call, type Operation, operation } from '../service.ts';
import { change } from './change.ts';
import { startDeployment } from './deployments.ts';
import { checkEarlySuccess } from './early-success.ts';
import { client, invalid, serviceNotActive } from './errors.ts';
import { clusterArn, clusterAt, now, placeOf, serviceArn, serviceAt } from './names.ts';
import { pageOf, paging } from './page.ts';
import { createServiceInput, defaults, merged } from './service-input.ts';
import { serviceView } from './service-view.ts';
import type { Ecs, EcsService } from './state.ts';
import type { TaskDefinition } from './task-definition.ts';
import { findTaskDefinition } from './task-definition-reads.ts';
import { wake } from './wake.ts';

/** The revision to run; throws ClientException where there is none or it is deregistered. */
export function runnable(ecs: Ecs, call: Call, reference: string): TaskDefinition {
  const definition = findTaskDefinition(ecs, call, reference);
  if (definition === undefined) throw client('TaskDefinition not found.');
  if (definition.status !== 'ACTIVE') throw client('TaskDefinition is inactive');
  return definition;
}

const create = (ecs: Ecs): Operation =>
  operation(createServiceInput, async (input, call) => {
    const { cluster: reference, serviceName, taskDefinition, desiredCount = 0, clientToken: _, tags, ...given } = input;
    const place = placeOf(call);
    const cluster = clusterArn(place, reference);
    const arn = serviceArn(place, cluster, serviceName);
    await call.allow('ecs:CreateService', arn, { context: { 'ecs:cluster': cluster } });
    const at = clusterAt(ecs, cluster);
    if ((at.services.get(serviceName)?.status ?? 'INACTIVE') !== 'INACTIVE')
      throw invalid('Creation of service was not idempotent.');
    if (taskDefinition === undefined) throw invalid('TaskDefinition can not be blank.');
    const settings = merged(defaults, given);
    checkEarlySuccess(settings);
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
      history: [],
      tasks: new Set(),
      stopped: [],
      events: [],
      steady: false,
    };
    const definition = runnable(ecs, call, taskDefinition);
    at.services.set(serviceName, service);
    startDeployment(ecs, service, definition);
    return { service: serviceView(service, ['TAGS']) };
  });

const describeInput = z.strictObject({
  cluster: z.string().optional(),
  services: z.array(z.string()).min(1).max(10),
  include: z.array(z.enum(['TAGS'])).optional(),
});

const describe = (ecs: Ecs): Operation =>
  operation(describeInput, async ({ cluster: reference, services, include = [] }, call) => {
    const place = placeOf(call);
    const cluster = clusterArn(place, reference);
    const arns = services.map((each) => serviceArn(place, cluster, each));
    for (const arn of arns) await call.allow('ecs:DescribeServices', arn, { context: { 'ecs:cluster': cluster } });
    const all = clusterAt(ecs, cluster).services;
    const found = arns.map((arn) => ({ arn, service: all.get(arn.split('/').at(-1) ?? '') }));
    return {
      services: found.flatMap(({ service }) => (service === undefined ? [] : [serviceView(service, include)])),
      failures: found.flatMap(({ arn, service }) => (service === undefined ? [{ arn, reason: 'MISSING' }] : [])),
    };
  });

const listInput = z.strictObject({ cluster: z.string().optional(), ...paging });

const list = (ecs: Ecs): Operation =>
  operation(listInput, async ({ cluster: reference, ...asked }, call) => {
    const cluster = clusterArn(placeOf(call), reference);
    await call.allow('ecs:ListServices', '*', { context: { 'ecs:cluster': cluster } });
    const services = [...clusterAt(ecs, cluster).services.values()].filter((each) => each.status !== 'INACTIVE');
    // ListServices gives 10 where nothing else is asked (botocore ecs ListServicesRequest.maxResults).
    const { items, ...more } = pageOf(services, asked, 10);
    return { serviceArns: items.map((service) => service.arn), ...more };
  });

const removeInput = z.strictObject({
  cluster: z.string().optional(),
  service: z.string(),
  force: z.boolean().optional(),
});

const remove = (ecs: Ecs): Operation =>
  operation(removeInput, async ({ cluster: reference, service: name, force = false }, call) => {
    const place = placeOf(call);
    const cluster = clusterArn(place, reference);
    const arn = serviceArn(place, cluster, name);
    await call.allow('ecs:DeleteService', arn, { context: { 'ecs:cluster': cluster } });
    const service = serviceAt(clusterAt(ecs, cluster), name);
    if (service.status !== 'ACTIVE') throw serviceNotActive();
    if (service.desiredCount > 0 && !force) throw invalid('The service cannot be stopped while it is scaled above 0.');
    change(service, { status: 'DRAINING', desiredCount: 0 });
    wake(ecs, service);
    return { service: serviceView(service) };
  });

/** CreateService, DescribeServices, ListServices and DeleteService (DRAINING until its tasks have stopped, then INACTIVE). */
export const serviceOperations = (ecs: Ecs): Record<string, Operation> => ({
  CreateService: create(ecs),
  DescribeServices: describe(ecs),
  ListServices: list(ecs),
  DeleteService: remove(ecs),
});
