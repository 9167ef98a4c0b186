import { revisionName } from '../parsing/arn.ts';
import { cut, longestSummary } from '../rollout/reason.ts';
import { onWhat, type Story, serviceOf } from './execution-data.ts';

/** What CodePipeline is told of a release that worked. */
export interface Success {
  summary: string;
  /** For later actions, `#{namespace.TaskDefinition}`; keys of `[A-Za-z0-9@_-]+` (botocore codepipeline `OutputVariablesKey`). */
  outputVariables: Record<string, string>;
}

const imagesOf = ({ release }: Story): string =>
  (release?.images ?? []).map(({ name, pinned }) => `${name}=${pinned}`).join(', ');

const outcomeOf = (story: Story): string => {
  const { plan, verdict, rollout } = story;
  if (plan?.unchanged)
    return `${serviceOf(story)} runs ${revisionName(plan.before.taskDefinition)} with these images already: nothing was deployed.`;
  const standing = verdict === undefined ? 'the new revision' : onWhat(verdict.standing);
  const idle =
    verdict?.standing.desired === 0
      ? ' The service wants no tasks (its desired count is 0), so nothing has proven itself.'
      : '';
  if (verdict?.following !== undefined)
    return `${serviceOf(story)} is on ${standing}. A newer deployment that carries the same images, ${verdict.following.deploymentId}, took over from ours, ${rollout?.deploymentId}, and is stable.${bakedOf(story)}${idle}`;
  if (verdict !== undefined && rollout !== undefined && verdict.standing.taskDefinition !== rollout.taskDefinition)
    return `${serviceOf(story)} was stable on ${revisionName(rollout.taskDefinition)}, by deployment ${rollout.deploymentId}. A newer deployment has begun since: the service is on ${standing}.`;
  return `${serviceOf(story)} is stable on ${standing}, by deployment ${rollout?.deploymentId}.${bakedOf(story)}${idle}`;
};

const bakedOf = ({ release, verdict }: Story): string =>
  verdict?.stableAt === undefined ? '' : ` It has stayed so for its bake time of ${release?.bakeMinutes} minutes.`;

const variable = (name: string, value: string | undefined): [string, string][] => (value ? [[name, value]] : []);

/** Of a way back, why it was gone and how it ended, or why nothing was done. */
const wayBackOf = (story: Story): string => {
  const { decision, rollBack, standing } = story;
  if (decision === undefined) return outcomeOf(story);
  if (decision.do === 'nothing') return `Nothing was done. ${decision.reason}`;
  const end = standing?.outcome === 'settled' ? standing.sentence : outcomeOf(story);
  return [decision.reason, ...(rollBack === undefined ? [] : [rollBack.sentence]), end].join(' ');
};

/** The summary and the output variables of a release that worked, within CodePipeline's limits. */
export function successOf(story: Story): Success {
  const { plan, release, lease, record } = story;
  const rollout = story.verdict?.following ?? story.rollout;
  const unrecorded = [lease?.status === 'none' ? lease.warning : undefined, record?.warning].filter(
    (warning) => warning !== undefined,
  );
  const warnings = [...new Set([...(release?.warnings ?? []), ...(plan?.warnings ?? []), ...unrecorded])];
  const images = imagesOf(story);
  const lines = [wayBackOf(story), ...warnings, ...(images === '' ? [] : [`Images: ${images}`])];
  return {
    summary: cut(lines.join('\n'), longestSummary),
    outputVariables: Object.fromEntries([
      ...variable('TaskDefinition', rollout?.taskDefinition ?? plan?.before.taskDefinition),
      ...variable('DeploymentId', rollout?.deploymentId ?? plan?.before.deploymentId),
      ...variable('PreviousTaskDefinition', plan?.before.taskDefinition),
      ...variable('Images', images),
    ]),
  };
}
