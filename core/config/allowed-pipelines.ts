import { Failure } from '../errors/failure.ts';
import { matchesAnyPattern } from '../parsing/pattern.ts';
import { formatValue } from '../parsing/validation.ts';
import { defaultStage, pipelineNames } from './resource-names.ts';
import type { Config } from './schema.ts';
import { findConfiguredService } from './targets.ts';

/** Allows every pipeline, even if CodePipeline does not report its name. */
const everyPipeline = '*';

/** The pipelines that can deploy to one service, and the field of the configuration that lists the pipelines that Gantry does not create. */
export interface AllowedPipelines {
  /** Names and patterns. In a pattern, `*` matches any characters. */
  patterns: string[];
  field: string;
}

/**
 * Returns the pipelines that can deploy to a service such as `test/web`: the pipelines that Gantry creates for the service, and the pipelines in
 * `allowedPipelines` of the service, or else of its target. The release, the dry run and the doctor all use this list. IAM has no condition that could
 * restrict which pipelines use an action type.
 */
export function listAllowedPipelines(
  config: Config,
  name: string | undefined,
  stage: string = defaultStage,
): AllowedPipelines {
  const { service, target } = findConfiguredService(config, name, stage) ?? {};
  const created = config.pipelines
    .filter(({ deploys }) => name !== undefined && deploys.includes(name))
    .map((pipeline) => pipelineNames(config, pipeline, stage).pipeline);
  const listed = service?.allowedPipelines ?? target?.allowedPipelines ?? [];
  const owner = service?.allowedPipelines === undefined ? `the target ${target?.name}` : `the service ${name}`;
  return { patterns: [...new Set([...created, ...listed])], field: `allowedPipelines of ${owner}` };
}

/** Whether a pipeline can deploy. `pipeline` is the name that CodePipeline reports; undefined if it reports none. */
export const isPipelineAllowed = ({ patterns }: AllowedPipelines, pipeline: string | undefined): boolean =>
  patterns.includes(everyPipeline) || (pipeline !== undefined && matchesAnyPattern(pipeline, patterns));

/** Returns the ConfigurationError for a pipeline that cannot deploy to a service. Undefined if it can. */
export function checkPipelineAllowed(
  config: Config,
  { pipeline, name, stage }: { pipeline: string | undefined; name: string | undefined; stage?: string | undefined },
): Failure | undefined {
  const allowed = listAllowedPipelines(config, name, stage);
  if (isPipelineAllowed(allowed, pipeline)) return undefined;
  const found =
    pipeline === undefined
      ? 'CodePipeline does not tell which pipeline the job belongs to'
      : `The pipeline ${formatValue(pipeline)} is not allowed to deploy to ${name}`;
  const expected = allowed.patterns.length === 0 ? 'no pipeline is' : `allowed are: ${allowed.patterns.join(', ')}`;
  const entry = pipeline === undefined ? '"*"' : formatValue(pipeline);
  return new Failure(
    'ConfigurationError',
    `${found}; ${expected}. Add ${entry} to ${allowed.field} in gantry.config.ts and deploy Gantry again, or use an allowed pipeline.`,
  );
}
