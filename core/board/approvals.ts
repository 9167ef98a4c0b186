import type { Config } from '../config/schema.ts';
import { type DeclaredStage, runOrderOf } from '../request/declared-pipeline.ts';
import { findTargetName, listGantryActions } from '../request/gantry-actions.ts';
import type { PendingApproval } from './observations.ts';

/** A stage of a pipeline's declaration, with the time-outs of its actions. */
export interface StageWithTimeouts extends Omit<DeclaredStage, 'actions'> {
  actions?: (NonNullable<DeclaredStage['actions']>[number] & { timeoutInMinutes?: number | undefined })[] | undefined;
}

/** A pipeline as the board has read it: its declaration, and the approvals that wait in it. */
export interface ObservedPipeline {
  name: string;
  stages: StageWithTimeouts[];
  waiting: { stage: string; action: string; since?: Date | undefined }[];
  readAt: string;
}

/** The default time-out of an approval (CodePipeline User Guide, "Quotas in AWS CodePipeline"). */
const approvalMinutes = 7 * 24 * 60;

/** All actions in the order in which they run. Actions of the same run order run at the same time. */
const listActions = ({ stages }: ObservedPipeline) =>
  stages.flatMap(({ name: stage = '', actions = [] }, at) =>
    actions
      .map((action) => ({ stage, action, order: at * 1000 + runOrderOf(action) }))
      .sort((a, b) => a.order - b.order),
  );

/** Returns the waiting approvals by service: an approval belongs to each service to which later actions of its pipeline deploy. */
export function listPendingApprovals(
  pipeline: ObservedPipeline,
  config: Config,
  stage: string,
): { target: string; approval: PendingApproval }[] {
  const actions = listActions(pipeline);
  return listGantryActions(pipeline.stages, config, stage).flatMap((deploy) => {
    const target = findTargetName(deploy, config, stage);
    const own = actions.find((one) => one.stage === deploy.stage && one.action.name === deploy.name);
    const before = actions.findLast(
      ({ order, action }) => action.actionTypeId?.category === 'Approval' && order < (own?.order ?? 0),
    );
    const waits = pipeline.waiting.find((one) => one.stage === before?.stage && one.action === before.action.name);
    if (target === undefined || waits === undefined) return [];
    const limit = (before?.action.timeoutInMinutes ?? approvalMinutes) * 60_000;
    const approval = {
      pipeline: pipeline.name,
      stage: waits.stage,
      action: waits.action,
      since: waits.since?.toISOString(),
      until: waits.since && new Date(waits.since.getTime() + limit).toISOString(),
      readAt: pipeline.readAt,
    };
    return { target, approval };
  });
}

/** Returns the names of the services that actions of a pipeline deploy to at the moment. */
export const listDeployingTargets = (
  { stages, inProgress }: Pick<ObservedPipeline, 'stages'> & { inProgress: { stage: string; action: string }[] },
  config: Config,
  stage: string,
): string[] =>
  listGantryActions(stages, config, stage)
    .filter((deploy) => inProgress.some((one) => one.stage === deploy.stage && one.action === deploy.name))
    .flatMap((deploy) => findTargetName(deploy, config, stage) ?? []);
