import { describe, expect, it } from 'vitest';
import { isDeploymentOfRollout, isRevisionOfRollout } from '../../../core/rollout/deployment-identity.ts';
import { revisionArn, secondsAfterStart, startTime } from './facts.ts';

const rollout = { deploymentId: 'ecs-svc/2', taskDefinition: revisionArn('web:13'), startedAt: startTime };

describe('a deployment is that of the rollout if', () => {
  it.each([
    ['if number and start time are the same', 'ecs-svc/2', 0, true],
    ['if its start time lacks the milliseconds', 'ecs-svc/2', 0.4, true],
    ['not if the number differs', 'ecs-svc/3', 0, false],
    ['not if ECS reused its id later', 'ecs-svc/2', 60, false],
  ])('%s', (_, id, seconds, same) => {
    expect(isDeploymentOfRollout({ id, createdAt: secondsAfterStart(seconds) }, rollout)).toBe(same);
  });
});

describe('a service revision is that of the rollout if', () => {
  const arn = 'arn:aws:ecs:eu-west-1:222222222222:service-revision/main/web';
  it.each([
    ['if its ARN ends with the number', `${arn}/2`, true],
    ['not if its ARN ends with a longer number', `${arn}/12`, false],
    ['not without an ARN', undefined, false],
  ])('%s', (_, given, same) => {
    expect(isRevisionOfRollout(given, rollout)).toBe(same);
  });
});
