import { z } from 'zod';
import { type ActionProvider, assumeActionRole } from './action-provider.ts';
import { type ActionCaller, ActionFailure, type ActionOutcome } from './execution.ts';
import type { ActionContext } from './state.ts';

/** Interval in which CodePipeline polls a build, in simulated time. AWS documents none; a few seconds keep a release short. */
const pollIntervalMs = 2000;

const startBuildOutputSchema = z.looseObject({ build: z.looseObject({ id: z.string(), arn: z.string() }) });
const batchGetBuildsOutputSchema = z.looseObject({
  builds: z.tuple([
    z.looseObject({
      buildStatus: z.string(),
      logs: z.looseObject({ deepLink: z.string().optional() }).optional(),
      phases: z.array(
        z.looseObject({
          phaseType: z.string(),
          phaseStatus: z.string().optional(),
          contexts: z.array(z.looseObject({ statusCode: z.string(), message: z.string() })).optional(),
        }),
      ),
      exportedEnvironmentVariables: z.array(z.looseObject({ name: z.string(), value: z.string() })).optional(),
    }),
  ]),
});

type Build = z.infer<typeof batchGetBuildsOutputSchema>['builds'][0];

const environmentVariablesSchema = z.array(
  z.strictObject({ name: z.string(), value: z.string(), type: z.literal('PLAINTEXT').optional() }),
);

/**
 * AWS does not document how CodePipeline passes a build its artifacts. Here `sourceLocationOverride` is `bucket/key` of the
 * input, and `artifactsOverride` contains bucket (`location`) and key (`name`) of the output. The project's key encrypts the
 * output.
 */
function createStartBuildInput({ run, execution }: ActionContext) {
  const { ProjectName, EnvironmentVariables } = run.configuration;
  const [input] = run.inputs;
  const [output] = run.outputs;
  if (ProjectName === undefined || input === undefined)
    throw new ActionFailure('ConfigurationError', 'A CodeBuild action needs ProjectName and an input artifact.');
  return {
    projectName: ProjectName,
    sourceTypeOverride: 'CODEPIPELINE',
    sourceLocationOverride: `${input.bucket}/${input.key}`,
    ...(input.revision === undefined ? {} : { sourceVersion: input.revision }),
    artifactsOverride:
      output === undefined
        ? { type: 'NO_ARTIFACTS' }
        : { type: 'CODEPIPELINE', location: output.bucket, name: output.key },
    environmentVariablesOverride: environmentVariablesSchema.parse(JSON.parse(EnvironmentVariables ?? '[]')),
    initiatorOverride: `codepipeline/${execution.declaration.name}`,
  };
}

const callCodeBuild = (
  context: ActionContext,
  acting: ActionCaller,
  ask: { operation: string; input: unknown },
): Promise<unknown> =>
  context.codePipeline.cloud.invoke('codebuild', ask.operation, ask.input, acting).catch((error: unknown) => {
    const name = `${ask.operation.charAt(0).toLowerCase()}${ask.operation.slice(1)}`;
    const reason = error instanceof Error ? `${error.message} (Error Code: ${error.name})` : String(error);
    throw new ActionFailure('PermissionError', `Error calling ${name}: ${reason}`);
  });

/** Polls a build until it ends, which needs permission for BatchGetBuilds. */
async function waitForBuild(context: ActionContext, acting: ActionCaller, id: string): Promise<Build> {
  for (;;) {
    const answer = await callCodeBuild(context, acting, { operation: 'BatchGetBuilds', input: { ids: [id] } });
    const [build] = batchGetBuildsOutputSchema.parse(answer).builds;
    if (build.buildStatus !== 'IN_PROGRESS' || context.run.status !== 'InProgress') return build;
    await new Promise<void>((resolve) => context.codePipeline.cloud.clock.after(pollIntervalMs, resolve));
  }
}

/** Returns the message that CodePipeline shows for a build that did not succeed. */
function buildFailure({ buildStatus, phases }: Build): ActionFailure {
  const phase = phases.find(({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== 'SUCCEEDED');
  const [context] = phase?.contexts ?? [];
  return new ActionFailure(
    'JobFailed',
    `Build terminated with state: ${buildStatus}. Phase: ${phase?.phaseType}, Code: ${context?.statusCode}, Message: ${context?.message}`,
  );
}

/** The CodeBuild action: starts the project's build and waits for it; exported variables become output variables. */
export const codeBuildProvider: ActionProvider = async (context): Promise<ActionOutcome> => {
  const acting = await assumeActionRole(context);
  const answer = await callCodeBuild(context, acting, {
    operation: 'StartBuild',
    input: createStartBuildInput(context),
  });
  const { id } = startBuildOutputSchema.parse(answer).build;
  context.run.externalExecutionId = id;
  const build = await waitForBuild(context, acting, id);
  if (build.logs?.deepLink !== undefined) context.run.externalExecutionUrl = build.logs.deepLink;
  if (build.buildStatus !== 'SUCCEEDED') throw buildFailure(build);
  const exported = (build.exportedEnvironmentVariables ?? []).map(({ name, value }) => [name, value] as const);
  return { status: 'Succeeded', outputVariables: Object.fromEntries(exported) };
};
