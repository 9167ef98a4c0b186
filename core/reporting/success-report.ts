import { revisionName } from '../parsing/arn.ts';
import { shortenMiddle } from '../parsing/display-text.ts';
import { maxSummaryLength } from '../rollout/failure-reason.ts';
import { formatServiceStatus } from '../rollout/task-counts.ts';
import { type ExecutionData, formatServiceName } from './execution-data.ts';

/** What CodePipeline is told of a release that worked. */
export interface SuccessReport {
  summary: string;
  /** For later actions, `#{namespace.TaskDefinition}`; keys of `[A-Za-z0-9@_-]+` (botocore codepipeline `OutputVariablesKey`). */
  outputVariables: Record<string, string>;
}

const formatImages = ({ release }: ExecutionData): string =>
  (release?.images ?? []).map(({ name, pinned }) => `${name}=${pinned}`).join(', ');

const describeOutcome = (story: ExecutionData): string => {
  const { plan, verdict, rollout } = story;
  if (plan?.unchanged)
    return `${formatServiceName(story)} runs ${revisionName(plan.before.taskDefinition)} with these images already: nothing was deployed.`;
  const standing = verdict === undefined ? 'the new revision' : formatServiceStatus(verdict.standing);
  const idle =
    verdict?.standing.desired === 0
      ? ' The service wants no tasks (its desired count is 0), so nothing has proven itself.'
      : '';
  if (verdict?.following !== undefined)
    return `${formatServiceName(story)} is on ${standing}. A newer deployment that carries the same images, ${verdict.following.deploymentId}, took over from ours, ${rollout?.deploymentId}, and is stable.${describeBakeTime(story)}${idle}`;
  if (verdict !== undefined && rollout !== undefined && verdict.standing.taskDefinition !== rollout.taskDefinition)
    return `${formatServiceName(story)} was stable on ${revisionName(rollout.taskDefinition)}, by deployment ${rollout.deploymentId}. A newer deployment has begun since: the service is on ${standing}.`;
  return `${formatServiceName(story)} is stable on ${standing}, by deployment ${rollout?.deploymentId}.${describeBakeTime(story)}${idle}`;
};

const describeBakeTime = ({ release, verdict }: ExecutionData): string =>
  verdict?.stableAt === undefined ? '' : ` It has stayed so for its bake time of ${release?.bakeMinutes} minutes.`;

const optionalVariable = (name: string, value: string | undefined): [string, string][] =>
  value ? [[name, value]] : [];

/** Of a way back, why it was gone and how it ended, or why nothing was done. */
const describeRollback = (story: ExecutionData): string => {
  const { decision, rollBack, standing } = story;
  if (decision === undefined) return describeOutcome(story);
  if (decision.do === 'nothing') return `Nothing was done. ${decision.reason}`;
  const end = standing?.outcome === 'settled' ? standing.sentence : describeOutcome(story);
  return [decision.reason, ...(rollBack === undefined ? [] : [rollBack.sentence]), end].join(' ');
};

/** The summary and the output variables of a release that worked, within CodePipeline's limits. */
export function createSuccessReport(story: ExecutionData): SuccessReport {
  const { plan, release, revision, lease, record } = story;
  const rollout = story.verdict?.following ?? story.rollout;
  const unrecorded = [lease?.status === 'none' ? lease.warning : undefined, record?.warning].filter(
    (warning) => warning !== undefined,
  );
  const observed = [...(release?.warnings ?? []), ...(plan?.warnings ?? []), ...(revision?.warnings ?? [])];
  const warnings = [...new Set([...observed, ...(story.verdict?.warnings ?? []), ...unrecorded])];
  const images = formatImages(story);
  const lines = [describeRollback(story), ...warnings, ...(images === '' ? [] : [`Images: ${images}`])];
  return {
    summary: shortenMiddle(lines.join('\n'), maxSummaryLength),
    outputVariables: Object.fromEntries([
      ...optionalVariable('TaskDefinition', rollout?.taskDefinition ?? plan?.before.taskDefinition),
      ...optionalVariable('DeploymentId', rollout?.deploymentId ?? plan?.before.deploymentId),
      ...optionalVariable('PreviousTaskDefinition', plan?.before.taskDefinition),
      ...optionalVariable('Images', images),
    ]),
  };
}
