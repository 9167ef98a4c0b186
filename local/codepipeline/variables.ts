import { ActionFailure, type PipelineExecution } from './execution.ts';

/** `#{namespace.key}` (docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html). */
const variableReference = /#\{([A-Za-z0-9@_-]+)\.([A-Za-z0-9@_-]+)\}/g;

/** Replaces every variable in a configuration by its value in this execution. Throws an ActionFailure that names an unknown variable. */
export function resolveVariables(
  configuration: Record<string, string>,
  execution: PipelineExecution,
): Record<string, string> {
  const value = (whole: string, namespace: string, key: string): string => {
    const found = execution.variables.get(namespace)?.[key];
    if (found === undefined)
      throw new ActionFailure(
        'InvalidActionConfiguration',
        `The action configuration refers to the variable ${whole}, which no earlier action has produced.`,
      );
    return found;
  };
  return Object.fromEntries(
    Object.entries(configuration).map(([key, text]) => [key, text.replace(variableReference, value)]),
  );
}
