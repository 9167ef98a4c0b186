import { checkPipelineAllowed } from '../../core/config/allowed-pipelines.ts';
import type { Config } from '../../core/config/check.ts';
import { listPossibleTargets } from '../../core/request/gantry-actions.ts';
import type { Check } from './check-result.ts';
import type { PipelineAction } from './facts.ts';
import { createResourceCheck } from './resource-check.ts';

/**
 * Checks that every pipeline with Gantry's action is allowed to deploy to the action's target. Without --live, only the pipelines that Gantry creates are
 * checked. A pipeline that is not allowed would fail in its next release. If an action has a variable of the pipeline in its properties, one allowed value of
 * the variable is enough.
 */
export const checkAllowedPipelines = (config: Config, stage: string): Check =>
  createResourceCheck({
    link: 'pipeline',
    about: 'build account',
    title: 'every pipeline that uses the action is allowed to deploy',
    read: ({ pipelineActions }) => pipelineActions,
    wrong(actions) {
      const problems = actions.flatMap((action) => findProblem(action, config, stage) ?? []);
      if (problems.length === 0) return undefined;
      return {
        says: problems.map(({ says }) => says).join(' '),
        policy: 'gantry.config.ts',
        statement: 'allowedPipelines',
        fix: [...new Set(problems.map(({ fix }) => fix))].join('; '),
      };
    },
  });

function findProblem(action: PipelineAction, config: Config, stage: string) {
  const { pipeline, stage: stageName, name, properties } = action;
  const place = `The action ${name} in the stage ${stageName} of the pipeline ${pipeline}`;
  const targets = listPossibleTargets(action, config, stage);
  if (targets.length === 0)
    return {
      says: `${place} deploys to the service ${properties.ServiceName} of the cluster ${properties.ClusterName}, which no target allows.`,
      fix: `correct the properties of the action, or add the service to a target`,
    };
  const isAllowed = (name: string) => checkPipelineAllowed(config, { pipeline, name, stage }) === undefined;
  if (targets.some(isAllowed)) return undefined;
  const target = targets.join(' or ');
  return {
    says: `${place} is not allowed to deploy to ${target}.`,
    fix: `add "${pipeline}" to allowedPipelines of ${target} or of its target, or remove the action`,
  };
}
