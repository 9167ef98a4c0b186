import type { Rollout } from '../model/state-data.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import type { Deployment, RolloutObservation } from './observation.ts';

/** The system that rolls back after a failure. */
export type RollbackActor = 'ecs' | 'gantry' | 'none';

/** The result of one rule for an observation; the verdict adds the details. */
export type Finding =
  /** `pauseReport`: the result that the job must get now, because it cannot wait any longer for a person. */
  | { outcome: 'going on'; following?: Rollout; pauseReport?: string }
  /** The rollout is stable, and Gantry watches it until the bake time ends. */
  | { outcome: 'baking' }
  | { outcome: 'stable' }
  | { outcome: 'superseded'; sentence: string; by: Deployment }
  /** `late`: nothing failed, but the rollout was not stable in time. `undecided`: the end does not show whether the revision works. */
  | { outcome: 'failed'; sentence: string; rollBack: RollbackActor; late?: boolean; undecided?: true };

export const inProgressFinding: Finding = { outcome: 'going on' };
export const stableFinding: Finding = { outcome: 'stable' };
export const createFailedFinding = (sentence: string, rollBack: RollbackActor): Finding => ({
  outcome: 'failed',
  sentence,
  rollBack,
});
/** Formats our deployment as the subject of a sentence. */
export const formatOurDeployment = ({ rollout }: RolloutObservation, noun = 'Deployment'): string =>
  `${noun} ${rollout.deploymentId} of ${parseRevisionName(rollout.taskDefinition)}`;

/** Gantry never rolls back somebody else's deployment. */
export const chooseRollbackActor = ({ rollBackOnFailure, followed }: RolloutObservation): RollbackActor =>
  rollBackOnFailure && !followed ? 'gantry' : 'none';
