import type { RolloutObservation } from './observation.ts';

/** Returns the warning for a role that is not allowed to read ECS's deployment history; undefined if the history was read. */
export const listHistoryWarnings = ({ historyDenied }: RolloutObservation): string[] | undefined =>
  historyDenied
    ? [
        "Warning: the target role is not allowed to read ECS's deployment history, so the verdict follows from the service alone: " +
          'allow it ecs:ListServiceDeployments, ecs:DescribeServiceDeployments and ecs:DescribeServiceRevisions on this service.',
      ]
    : undefined;
