import { listDeployedImages } from '../model/release.ts';
import { formatScheduleMoves } from '../model/scheduled-task.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { formatCount } from '../parsing/count.ts';
import { shortenMiddle } from '../parsing/display-text.ts';
import { escapeLines } from '../parsing/escape-texts.ts';
import { maxSummaryLength } from '../rollout/failure-reason.ts';
import { formatServiceStatus } from '../rollout/task-counts.ts';
import { type ExecutionData, formatServiceName } from './execution-data.ts';
import { chooseKindToReport, labelStageRollback } from './pipeline-facts.ts';
import { describeTasksOfSuccess } from './task-report.ts';

/** The report to CodePipeline about a release that succeeded. */
export interface SuccessReport {
  summary: string;
  /**
   * Output variables for later actions, such as `#{namespace.TaskDefinition}`; keys of `[A-Za-z0-9@_-]+` (botocore codepipeline
   * `OutputVariablesKey`).
   */
  outputVariables: Record<string, string>;
}

const formatImages = ({ release, plan }: ExecutionData): string =>
  (release === undefined ? [] : listDeployedImages(release, plan))
    .map(({ name, pinned }) => `${name}=${pinned}`)
    .join(', ');

const describeOutcome = (data: ExecutionData): string => {
  const { plan, verdict, rollout } = data;
  if (plan?.unchanged)
    return `${formatServiceName(data)} runs ${parseRevisionName(plan.before.taskDefinition)} with these images already: nothing was deployed.`;
  const status = verdict === undefined ? 'the new revision' : formatServiceStatus(verdict.serviceStatus);
  const idle =
    verdict?.serviceStatus.desired === 0
      ? ' The service wants no tasks (its desired count is 0), so nothing has proven itself.'
      : '';
  if (verdict?.following !== undefined)
    return `${formatServiceName(data)} is on ${status}. A newer deployment that carries the same images, ${verdict.following.deploymentId}, took over from ours, ${rollout?.deploymentId}, and is stable.${describeBakeTime(data)}${idle}`;
  if (verdict !== undefined && rollout !== undefined && verdict.serviceStatus.taskDefinition !== rollout.taskDefinition)
    return `${formatServiceName(data)} was stable on ${parseRevisionName(rollout.taskDefinition)}, by deployment ${rollout.deploymentId}. A newer deployment has begun since: the service is on ${status}.`;
  return `${formatServiceName(data)} is stable on ${status}, by deployment ${rollout?.deploymentId}.${describeBakeTime(data)}${idle}`;
};

const describeBakeTime = ({ release, verdict }: ExecutionData): string =>
  verdict?.stableAt === undefined
    ? ''
    : ` It has stayed so for its bake time of ${formatCount(release?.bakeMinutes ?? 0, 'minute')}.`;

const optionalVariable = (name: string, value: string | undefined): [string, string][] =>
  value ? [[name, value]] : [];

/** Describes a rollback: why it was started and how it ended, or why nothing was done. */
const describeRollback = (data: ExecutionData): string => {
  const { decision, rollBack, rollbackOutcome } = data;
  if (decision === undefined) return describeOutcome(data);
  if (decision.do === 'nothing') return `Nothing was done. ${decision.reason}`;
  const end = rollbackOutcome?.outcome === 'settled' ? rollbackOutcome.sentence : describeOutcome(data);
  return [decision.reason, ...(rollBack === undefined ? [] : [rollBack.sentence]), end].join(' ');
};

/** If the summary is too long, the outcome is shortened to this number of characters. */
const minOutcomeLength = 500;

/** Shortens the outcome before the images, because an approver compares the images' digests with the digests of the next target. */
function joinSummary(outcome: string[], images: string[]): string {
  const text = escapeLines(outcome.join('\n'));
  const room = maxSummaryLength - Math.min(text.length, minOutcomeLength) - 1;
  const end = images.map((line) => `\n${shortenMiddle(line, room)}`).join('');
  return shortenMiddle(text, maxSummaryLength - end.length) + end;
}

/** Returns the revision that the service runs now, and the revision that it ran before. After a rollback, the earlier revision is the rolled-back revision. */
const findRevisions = ({ decision, verdict, rollout, rollBack, plan }: ExecutionData) =>
  decision === undefined
    ? { deployed: verdict?.following ?? rollout, previous: plan?.before }
    : { deployed: rollBack, previous: rollout };

/** Returns the summary and the output variables of a release that succeeded, within CodePipeline's limits. */
export function createSuccessReport(data: ExecutionData): SuccessReport {
  const { plan, release, revision, lease, record } = data;
  const { deployed, previous } = findRevisions(data);
  const unrecorded = [lease?.status === 'none' ? lease.warning : undefined, record?.warning].filter(
    (warning) => warning !== undefined,
  );
  const observed = [data.schedules, release, plan, revision, data.rollBack].flatMap((part) => part?.warnings ?? []);
  const warnings = [...new Set([...observed, ...(data.verdict?.warnings ?? []), ...unrecorded])];
  const images = formatImages(data);
  return {
    summary: joinSummary(
      [
        labelStageRollback(data, describeRollback(data)),
        ...describeTasksOfSuccess(data),
        ...warnings,
        ...formatScheduleMoves(data.schedules?.moved ?? []),
      ],
      images === '' ? [] : [`Images: ${images}`],
    ),
    outputVariables: Object.fromEntries([
      ...optionalVariable('TaskDefinition', deployed?.taskDefinition ?? plan?.before.taskDefinition),
      ...optionalVariable('DeploymentId', deployed?.deploymentId ?? plan?.before.deploymentId),
      ...optionalVariable('PreviousTaskDefinition', previous?.taskDefinition),
      ...optionalVariable('Images', images),
      ['Kind', chooseKindToReport(data)],
    ]),
  };
}
