import type { Config } from '../config/check.ts';
import { defaultStage, resourceNames } from '../config/resource-names.ts';
import { findTargetOfRole, listPatternTargets, listTargets, type NamedTarget } from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import { createMatchingName, patternsOverlap } from '../parsing/pattern.ts';
import { type DeclaredAction, type DeclaredStage, runOrderOf } from './declared-pipeline.ts';
import { replaceArnsWithNames } from './ecs-arn.ts';
import { parseActionProperties } from './job.ts';
import { isOwnCustomAction, isOwnInvokeAction, type OwnActionIdentifiers } from './own-action.ts';

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
export function getOwnActionIdentifiers(config: Config, stage: string): OwnActionIdentifiers {
  const { provider, function: functionName } = resourceNames(config, stage);
  return { provider, takeJob: functionName('take-job') };
}

/** Returns the actions of a pipeline that use the custom action of this installation, or that invoke its function. */
export function listGantryActions(
  stages: DeclaredStage[],
  config: Config,
  stage: string = defaultStage,
): GantryAction[] {
  const own = getOwnActionIdentifiers(config, stage);
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

/** The target as an action's properties give it, with names in place of ARNs; undefined if a property is missing. */
function readTarget({ properties }: GantryAction): Target | undefined {
  const { RoleArn, Region, ClusterName, ServiceName } = properties;
  if (RoleArn === undefined || Region === undefined || ClusterName === undefined || ServiceName === undefined)
    return undefined;
  return replaceArnsWithNames({ roleArn: RoleArn, region: Region, cluster: ClusterName, service: ServiceName });
}

/** Returns the service that an action deploys to, with its configured name such as `test/web`. Undefined if the configuration does not allow it. */
export function findActionTarget(
  action: GantryAction,
  config: Config,
  stage: string = defaultStage,
): NamedTarget | undefined {
  const target = readTarget(action);
  return target && findTargetOfRole(config, stage, target);
}

/** Returns the configured name of the service that an action deploys to, such as `test/web`. Undefined if the configuration does not allow it. */
export const findTargetName = (action: GantryAction, config: Config, stage?: string): string | undefined =>
  findActionTarget(action, config, stage)?.name;

/** A variable of a pipeline, such as `#{variables.number}`. CodePipeline replaces it when the action runs (CodePipeline User Guide, "Variables reference"). */
const variablePattern = /#\{[^{}]*\}/g;

/**
 * Returns the names of services, such as `test/web`, to which an action can deploy. If its properties contain variables of the pipeline, these are all
 * configured services that some value of the variables names, with an example for each pattern. Empty if the configuration allows none.
 */
export function listPossibleTargets(action: GantryAction, config: Config, stage: string = defaultStage): string[] {
  const target = readTarget(action);
  if (target === undefined) return [];
  const { roleArn, region, cluster, service } = target;
  const isFixed = [roleArn, region, cluster, service].every((text) => text.replace(variablePattern, '') === text);
  const found = findTargetOfRole(config, stage, target);
  if (isFixed) return found === undefined ? [] : [found.name];
  const couldBe = (text: string, name: string) => patternsOverlap(text.replace(variablePattern, '*'), name);
  return [...listTargets(config, stage), ...listPatternTargets(config, stage)]
    .filter((one) => couldBe(roleArn, one.roleArn) && couldBe(region, one.region))
    .filter((one) => couldBe(cluster, one.cluster) && couldBe(service, one.service))
    .map(({ name }) => createMatchingName(name));
}
