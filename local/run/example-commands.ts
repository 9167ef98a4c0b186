import { getPlayedPipeline, hasPlayedPipeline } from './first-pipeline.ts';
import type { RunningSystem } from './start.ts';
import { formatFirstServiceName } from './target-services.ts';

/** Returns commands of the AWS command line to try: start and read the pipeline, if there is one, and deploy the first service. */
export const formatExampleCommands = (running: RunningSystem): string => {
  const {
    system: { machine },
    services,
  } = running;
  const pipelines = hasPlayedPipeline(running) ? [getPlayedPipeline(running).pipeline.name] : [];
  const starts = pipelines.map(
    (name) => `
aws codepipeline start-pipeline-execution --name ${name}
aws codepipeline get-pipeline-state --name ${name}`,
  );
  return `# try:${starts.join('')}
aws stepfunctions start-execution --state-machine-arn ${machine.arn} --input '{"target":"${formatFirstServiceName(services)}"}'`;
};
