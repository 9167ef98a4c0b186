import type { Rollout } from '../model/states.ts';
import { revisionName } from '../parsing/arn.ts';
import type { Deployment, Look } from './observation.ts';

/** Who puts the old revision back after a failure. */
export type RolledBackBy = 'ecs' | 'gantry' | 'none';

/** What one rule makes of a look; the verdict adds the details. */
export type Finding =
  | { outcome: 'going on'; following?: Rollout }
  /** Stable, and watched for a while longer. */
  | { outcome: 'baking' }
  | { outcome: 'stable' }
  | { outcome: 'superseded'; sentence: string; by: Deployment }
  | { outcome: 'failed'; sentence: string; rollBack: RolledBackBy };

export const goingOn: Finding = { outcome: 'going on' };
export const stable: Finding = { outcome: 'stable' };
export const failed = (sentence: string, rollBack: RolledBackBy): Finding => ({
  outcome: 'failed',
  sentence,
  rollBack,
});
/** Our deployment, as a sentence's subject. */
export const subject = ({ rollout }: Look): string =>
  `Deployment ${rollout.deploymentId} of ${revisionName(rollout.taskDefinition)}`;

/** Nobody else's deployment is ever rolled back by us. */
export const byUs = ({ rollBackOnFailure, followed }: Look): RolledBackBy =>
  rollBackOnFailure && !followed ? 'gantry' : 'none';
