import { getPlayedPipeline, hasPlayedPipeline } from './first-pipeline.ts';
import type { RunningSystem } from './start.ts';
import { formatFirstServiceName } from './target-services.ts';

/** Returns commands of the AWS command line to try: start and read the pipeline, if there is one, and deploy the first service. */
export const formatExampleCommands = (running: RunningSystem): string => {
  const pipelines = hasPlayedPipeline(running) ? [getPlayedPipeline(running).pipeline.name] : [];
  const starts = pipelines.map(
    (name) => `
aws codepipeline start-pipeline-execution --name ${name}
aws codepipeline get-pipeline-state --name ${name}`,
  );
  return `# try:${starts.join('')}${formatManualStart(running)}`;
};

/** Returns an empty text if the first target allows no manual deployments. */
function formatManualStart({ system, services }: RunningSystem): string {
  const [target = '', service = ''] = formatFirstServiceName(services).split('/');
  const entry = system.entryMachines.find((one) => one.kind === 'deploy' && one.target === target);
  if (entry === undefined) return '';
  return `
aws stepfunctions start-execution --state-machine-arn ${entry.arn} --input '{"service":"${service}"}'`;
}
