import type { Config } from '../config/check.ts';
import { checkManualStartAllowed } from '../config/check-entry.ts';
import type { Target } from '../model/release.ts';
import { quoteForShell } from '../parsing/shell-word.ts';
import type { RolloutObservation } from './observation.ts';

/**
 * Returns the command that continues a deployment at a pause hook. The hook's id is quoted, because ECS chooses it in an account that Gantry does not trust.
 */
export const formatAnswerCommand = (name: string, hookId: string): string =>
  `gantry continue ${name} --hook ${quoteForShell(hookId)}`;

/** Returns the command that continues a deployment at a pause hook; undefined if the configuration does not let Gantry answer hooks of the service. */
export const formatContinueCommand = (config: Config, { name }: Target, hookId: string): string | undefined =>
  name === undefined || checkManualStartAllowed('continue', config, name) !== undefined
    ? undefined
    : formatAnswerCommand(name, hookId);

/** Adds to each hook that waits for a person the command that answers it. */
export function addContinueCommands(
  observation: RolloutObservation,
  config: Config,
  target: Target,
): RolloutObservation {
  const { progress } = observation;
  if (progress === undefined) return observation;
  const waiting = progress.waiting.map((hook) =>
    hook.waitsFor === 'person' ? { ...hook, command: formatContinueCommand(config, target, hook.id) } : hook,
  );
  return { ...observation, progress: { ...progress, waiting } };
}
