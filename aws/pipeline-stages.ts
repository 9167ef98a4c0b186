import { CodePipelineClient, GetPipelineCommand } from '@aws-sdk/client-codepipeline';

const codepipeline = new CodePipelineClient();

/** How long to wait for the pipeline's declaration, in ms. The state has one minute, and the wait for the table has used a part of it. */
const patienceMs = 5000;

/** Returns the stages of a pipeline's declaration; undefined if it cannot be read in time. Never throws. */
export const readPipelineStages = (name: string) =>
  codepipeline.send(new GetPipelineCommand({ name }), { abortSignal: AbortSignal.timeout(patienceMs) }).then(
    (answer) => answer.pipeline?.stages,
    () => undefined,
  );
