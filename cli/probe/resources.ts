import { invokedFunction, logGroup } from './function-resources.ts';
import { actionType, lambdaPipeline, pipeline, trustPipeline } from './pipeline-resources.ts';
import type { ProbeResource, ProbeResourceId } from './resource.ts';
import { functionRole, pipelineRole, pollerRole, trustRole, workflowRole } from './role-resources.ts';
import { bucket, key } from './storage-resources.ts';
import { cluster, machine, service, taskDefinition } from './workload-resources.ts';

/** Everything that the probe can create, in the order of creation. It is removed in the reverse order. */
export const probeResources: Record<ProbeResourceId, ProbeResource> = {
  key,
  bucket,
  pollerRole,
  pipelineRole,
  trustRole,
  workflowRole,
  functionRole,
  logGroup,
  function: invokedFunction,
  actionType,
  pipeline,
  trustPipeline,
  lambdaPipeline,
  machine,
  cluster,
  taskDefinition,
  service,
};
