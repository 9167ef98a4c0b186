import type { RolloutObservation } from './observation.ts';

/** What a person should know where the role is not allowed to read ECS's deployment history; undefined where it was read. */
export const historyWarnings = ({ historyDenied }: RolloutObservation): string[] | undefined =>
  historyDenied
    ? [
        "Warning: the target role is not allowed to read ECS's deployment history, so the verdict follows from the service alone: " +
          'allow it ecs:ListServiceDeployments, ecs:DescribeServiceDeployments and ecs:DescribeServiceRevisions on this service.',
      ]
    : undefined;
