import { z } from 'zod';
import { type Acting, ActionFailure, type Outcome } from './execution.ts';
import { actingFor, type Provider, type Work } from './work.ts';

/** How often CodePipeline asks after a build, in simulated time. AWS does not say; a few seconds keep a release short. */
const askAgainMs = 2000;

const started = z.looseObject({ build: z.looseObject({ id: z.string(), arn: z.string() }) });
const looked = z.looseObject({
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

type Build = z.infer<typeof looked>['builds'][0];

const environment = z.array(
  z.strictObject({ name: z.string(), value: z.string(), type: z.literal('PLAINTEXT').optional() }),
);

/**
 * How CodePipeline hands a build its artifacts is internal to AWS: here `sourceLocationOverride` is `bucket/key` of the input,
 * and `artifactsOverride` names bucket (`location`) and key (`name`) of the output. The key that encrypts the output is the project's.
 */
function startInput({ run, execution }: Work) {
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
    environmentVariablesOverride: environment.parse(JSON.parse(EnvironmentVariables ?? '[]')),
    initiatorOverride: `codepipeline/${execution.declaration.name}`,
  };
}

const askCodeBuild = (work: Work, acting: Acting, ask: { operation: string; input: unknown }): Promise<unknown> =>
  work.world.cloud.invoke('codebuild', ask.operation, ask.input, acting).catch((error: unknown) => {
    const name = `${ask.operation.charAt(0).toLowerCase()}${ask.operation.slice(1)}`;
    const reason = error instanceof Error ? `${error.message} (Error Code: ${error.name})` : String(error);
    throw new ActionFailure('PermissionError', `Error calling ${name}: ${reason}`);
  });

/** Waits for a build's end by asking for it, which takes the right to BatchGetBuilds. */
async function ended(work: Work, acting: Acting, id: string): Promise<Build> {
  for (;;) {
    const answer = await askCodeBuild(work, acting, { operation: 'BatchGetBuilds', input: { ids: [id] } });
    const [build] = looked.parse(answer).builds;
    if (build.buildStatus !== 'IN_PROGRESS' || work.run.status !== 'InProgress') return build;
    await new Promise<void>((resolve) => work.world.cloud.clock.after(askAgainMs, resolve));
  }
}

/** The sentence that CodePipeline shows for a build that did not succeed. */
function buildFailure({ buildStatus, phases }: Build): ActionFailure {
  const phase = phases.find(({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== 'SUCCEEDED');
  const [context] = phase?.contexts ?? [];
  return new ActionFailure(
    'JobFailed',
    `Build terminated with state: ${buildStatus}. Phase: ${phase?.phaseType}, Code: ${context?.statusCode}, Message: ${context?.message}`,
  );
}

/** The CodeBuild action: starts the project's build and waits for it; exported variables become output variables. */
export const codeBuild: Provider = async (work): Promise<Outcome> => {
  const acting = await actingFor(work);
  const answer = await askCodeBuild(work, acting, { operation: 'StartBuild', input: startInput(work) });
  const { id } = started.parse(answer).build;
  work.run.externalExecutionId = id;
  const build = await ended(work, acting, id);
  if (build.logs?.deepLink !== undefined) work.run.externalExecutionUrl = build.logs.deepLink;
  if (build.buildStatus !== 'SUCCEEDED') throw buildFailure(build);
  const exported = (build.exportedEnvironmentVariables ?? []).map(({ name, value }) => [name, value] as const);
  return { status: 'Succeeded', outputVariables: Object.fromEntries(exported) };
};
