import type { AwsService, Call, Cloud } from './cloud.ts';
import { actionTypeOperations } from './codepipeline/action-type.ts';
import { approvalOperations } from './codepipeline/approval.ts';
import { executionOperations } from './codepipeline/execution-operations.ts';
import { jobOperations } from './codepipeline/job-operations.ts';
import { pipelineOperations } from './codepipeline/pipeline-operations.ts';
import { executionReadOperations } from './codepipeline/read-executions.ts';
import { pipelineStateOperations } from './codepipeline/read-state.ts';
import { rollbackStageOperations } from './codepipeline/rollback-stage.ts';
import type { CodePipeline } from './codepipeline/state.ts';

export {
  registerSource as setSource,
  type SourceSnapshot as Revision,
  zipFolder,
} from './codepipeline/source-providers.ts';

/** CodePipeline: runs declared pipelines action by action. Each action has the permissions of its own role or of the pipeline's role. */
export function codepipeline(cloud: Cloud): AwsService {
  const byRegion = new Map<string, CodePipeline>();
  const codePipelineFor = ({ caller: { account }, region }: Call): CodePipeline => {
    const key = `${account}/${region}`;
    const codePipeline = byRegion.get(key) ?? {
      cloud,
      account,
      region,
      actionTypes: [],
      deletedActionTypes: [],
      pipelines: new Map(),
      jobs: new Map(),
    };
    byRegion.set(key, codePipeline);
    return codePipeline;
  };
  return {
    name: 'codepipeline',
    protocol: 'json',
    operations: {
      ...actionTypeOperations(codePipelineFor),
      ...pipelineOperations(codePipelineFor),
      ...executionOperations(codePipelineFor),
      ...rollbackStageOperations(codePipelineFor),
      ...pipelineStateOperations(codePipelineFor),
      ...executionReadOperations(codePipelineFor),
      ...jobOperations(codePipelineFor),
      ...approvalOperations(codePipelineFor),
    },
  };
}
