import { functionResource, logGroupResource } from './function-resources.ts';
import {
  actionTypeResource,
  lambdaPipelineResource,
  pipelineResource,
  trustPipelineResource,
} from './pipeline-resources.ts';
import type { ProbeResource, ProbeResourceId } from './resource.ts';
import {
  functionRoleResource,
  pipelineRoleResource,
  pollerRoleResource,
  trustRoleResource,
  workflowRoleResource,
} from './role-resources.ts';
import { bucketResource, keyResource } from './storage-resources.ts';
import { clusterResource, machineResource, serviceResource, taskDefinitionResource } from './workload-resources.ts';

/** Everything that the probe can create, in the order of creation. It is removed in the reverse order. */
export const probeResources: Record<ProbeResourceId, ProbeResource> = {
  key: keyResource,
  bucket: bucketResource,
  pollerRole: pollerRoleResource,
  pipelineRole: pipelineRoleResource,
  trustRole: trustRoleResource,
  workflowRole: workflowRoleResource,
  functionRole: functionRoleResource,
  logGroup: logGroupResource,
  function: functionResource,
  actionType: actionTypeResource,
  pipeline: pipelineResource,
  trustPipeline: trustPipelineResource,
  lambdaPipeline: lambdaPipelineResource,
  machine: machineResource,
  cluster: clusterResource,
  taskDefinition: taskDefinitionResource,
  service: serviceResource,
};
