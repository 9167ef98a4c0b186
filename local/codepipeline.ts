import type { Cloud } from './cloud.ts';
import { actionTypeOperations } from './codepipeline/action-type.ts';
import { approvalOperations } from './codepipeline/approval.ts';
import { executionOperations } from './codepipeline/execution-operations.ts';
import { jobOperations } from './codepipeline/job-operations.ts';
import { pipelineOperations } from './codepipeline/pipeline-operations.ts';
import { readOperations } from './codepipeline/read-executions.ts';
import { stateOperations } from './codepipeline/read-state.ts';
import type { World } from './codepipeline/world.ts';
import type { Call, Service } from './service.ts';

export { type Revision, setSource, zipFolder } from './codepipeline/source.ts';

/** CodePipeline: executes pipelines as they are declared, action by action, each with the rights of the role it runs as. */
export function codepipeline(cloud: Cloud): Service {
  const worlds = new Map<string, World>();
  const worldFor = ({ caller: { account }, region }: Call): World => {
    const key = `${account}/${region}`;
    const world = worlds.get(key) ?? {
      cloud,
      account,
      region,
      actionTypes: [],
      pipelines: new Map(),
      jobs: new Map(),
    };
    worlds.set(key, world);
    return world;
  };
  return {
    name: 'codepipeline',
    protocol: 'json',
    operations: {
      ...actionTypeOperations(worldFor),
      ...pipelineOperations(worldFor),
      ...executionOperations(worldFor),
      ...stateOperations(worldFor),
      ...readOperations(worldFor),
      ...jobOperations(worldFor),
      ...approvalOperations(worldFor),
    },
  };
}
