import { checkPipelineAllowed } from '../../core/config/allowed-pipelines.ts';
import type { Config } from '../../core/config/check.ts';
import { findTargetName } from '../../core/request/gantry-actions.ts';
import type { Check } from './check-result.ts';
import type { PipelineAction } from './facts.ts';
import { createResourceCheck } from './resource-check.ts';

/**
 * Whether every pipeline that uses Gantry's action is allowed to deploy where the action deploys. Without --live, these are the pipelines that
 * Gantry creates. A pipeline that is not allowed would fail in its next release.
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
  const target = findTargetName(action, config, stage);
  if (target === undefined)
    return {
      says: `${place} deploys to the service ${properties.ServiceName} of the cluster ${properties.ClusterName}, which no target allows.`,
      fix: `correct the properties of the action, or add the service to a target`,
    };
  if (checkPipelineAllowed(config, { pipeline, name: target, stage }) === undefined) return undefined;
  return {
    says: `${place} is not allowed to deploy to ${target}.`,
    fix: `add "${pipeline}" to allowedPipelines of ${target} or of its target, or remove the action`,
  };
}
