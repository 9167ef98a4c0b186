import type { Config } from '../config/check.ts';
import { defaultStage, resourceNames } from '../config/resource-names.ts';
import { findTargetOfRole, type NamedTarget } from '../config/targets.ts';
import { type DeclaredAction, type DeclaredStage, runOrderOf } from './declared-pipeline.ts';
import { replaceArnsWithNames } from './ecs-arn.ts';
import { parseActionProperties } from './job.ts';
import { isOwnCustomAction, isOwnInvokeAction, type OwnActionNames } from './own-action.ts';

/** An action of a pipeline that Gantry works for. */
export interface GantryAction {
  stage: string;
  name: string;
  runOrder: number;
  /** The names of the input artifacts. */
  inputs: string[];
  /** The properties of the action, also of a Lambda invoke action. */
  properties: Record<string, string>;
}

/** Returns how the actions of this installation are recognized. */
export function getOwnActionNames(config: Config, stage: string): OwnActionNames {
  const { provider, function: functionName } = resourceNames(config, stage);
  return { provider, takeJob: functionName('take-job') };
}

/** Returns the actions of a pipeline that use the custom action of this installation, or that invoke its function. */
export function listGantryActions(
  stages: DeclaredStage[],
  config: Config,
  stage: string = defaultStage,
): GantryAction[] {
  const own = getOwnActionNames(config, stage);
  const isOurs = (action: DeclaredAction): boolean => isOwnCustomAction(action, own) || isOwnInvokeAction(action, own);
  return stages.flatMap(({ name: stageName = '', actions = [] }) =>
    actions.filter(isOurs).map((action) => ({
      stage: stageName,
      name: action.name ?? '',
      runOrder: runOrderOf(action),
      inputs: (action.inputArtifacts ?? []).flatMap(({ name }) => name ?? []),
      properties: parseActionProperties(action.configuration ?? {}),
    })),
  );
}

/** Returns the service that an action deploys to, with its configured name such as `test/web`. Undefined if the configuration does not allow it. */
export function findActionTarget(
  { properties }: GantryAction,
  config: Config,
  stage: string = defaultStage,
): NamedTarget | undefined {
  const { RoleArn, Region, ClusterName, ServiceName } = properties;
  if (RoleArn === undefined || Region === undefined || ClusterName === undefined || ServiceName === undefined)
    return undefined;
  const target = { roleArn: RoleArn, region: Region, cluster: ClusterName, service: ServiceName };
  return findTargetOfRole(config, stage, replaceArnsWithNames(target));
}

/** Returns the configured name of the service that an action deploys to, such as `test/web`. Undefined if the configuration does not allow it. */
export const findTargetName = (action: GantryAction, config: Config, stage?: string): string | undefined =>
  findActionTarget(action, config, stage)?.name;
