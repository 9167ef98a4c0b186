import { z } from 'zod';
import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import { actAsAdministrator } from '../local/run/accounts.ts';
import { getPlayedPipeline } from '../local/run/first-pipeline.ts';
import type { RunningSystem } from '../local/run/start.ts';
import { readServiceView } from './service-view.ts';

const pipelineExecutionSchema = z.object({
  pipelineExecution: z.object({
    status: z.string(),
    artifactRevisions: z.array(z.object({ revisionId: z.string() })),
  }),
});

const actionExecutionsSchema = z.object({
  actionExecutionDetails: z.array(
    z.object({
      stageName: z.string(),
      actionName: z.string(),
      status: z.string(),
      output: z.object({
        executionResult: z.object({
          externalExecutionId: z.string().optional(),
          externalExecutionSummary: z.string().optional(),
          errorDetails: z.object({ message: z.string().optional() }).optional(),
        }),
      }),
    }),
  ),
});

const pipelineStateSchema = z.object({
  stageStates: z.array(
    z.object({
      stageName: z.string(),
      actionStates: z.array(
        z.object({
          actionName: z.string(),
          latestExecution: z.object({ status: z.string(), token: z.string().optional() }).optional(),
        }),
      ),
    }),
  ),
});

const executionListSchema = z.object({ executions: z.array(z.object({ executionArn: z.string() })) });
const executionSchema = z.object({ status: z.string() });
const historySchema = z.object({
  events: z.array(
    z.object({
      type: z.string(),
      stateEnteredEventDetails: z.object({ name: z.string() }).optional(),
    }),
  ),
});

const listEnteredStates = (events: z.infer<typeof historySchema>['events']): string[] =>
  events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);

/** Reads the embedded AWS through its own operations, with the credentials of each account's administrator. */
export function createCloudReader(running: RunningSystem) {
  const { cloud, system } = running;
  const build = actAsAdministrator(cloud, system.account, system.region);
  const pipelineName = () => getPlayedPipeline(running).pipeline.name;
  return {
    pipeline: async (pipelineExecutionId: string) => {
      const found = await build('codepipeline', 'GetPipelineExecution', {
        pipelineName: pipelineName(),
        pipelineExecutionId,
      });
      const { status, artifactRevisions } = pipelineExecutionSchema.parse(found).pipelineExecution;
      return { status, commit: artifactRevisions[0]?.revisionId ?? '' };
    },
    actions: async (pipelineExecutionId: string) => {
      const filter = { pipelineExecutionId };
      const found = await build('codepipeline', 'ListActionExecutions', { pipelineName: pipelineName(), filter });
      return actionExecutionsSchema.parse(found).actionExecutionDetails.toReversed();
    },
    stages: async () =>
      pipelineStateSchema.parse(await build('codepipeline', 'GetPipelineState', { name: pipelineName() })).stageStates,
    executions: async () => {
      const machines = [system.machine, system.rollbackMachine].map(({ arn: stateMachineArn }) => stateMachineArn);
      const lists = await Promise.all(
        machines.map((stateMachineArn) => build('states', 'ListExecutions', { stateMachineArn })),
      );
      return lists.flatMap((list) =>
        executionListSchema.parse(list).executions.map(({ executionArn }) => executionArn),
      );
    },
    execution: async (executionArn: string) => {
      const { status } = executionSchema.parse(await build('states', 'DescribeExecution', { executionArn }));
      const { events } = historySchema.parse(
        await build('states', 'GetExecutionHistory', { executionArn, maxResults: 1000 }),
      );
      return {
        arn: executionArn,
        status,
        states: listEnteredStates(events),
        tasks: listEnteredStates(events.filter(({ type }) => type === 'TaskStateEntered')),
      };
    },
    service: (target: TargetConfig, service: ServiceConfig) =>
      readServiceView(actAsAdministrator(cloud, target.account, target.region), target, service),
  };
}

export type CloudReader = ReturnType<typeof createCloudReader>;
