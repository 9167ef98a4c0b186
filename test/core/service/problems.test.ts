import { describe, expect, it } from 'vitest';
import { Failure } from '../../../core/errors/failure.ts';
import type { TargetFacts } from '../../../core/service/problems.ts';
import {
  baseWith,
  imageWith,
  pinnedImage,
  planWithFacts,
  releaseWith,
  revisionArn,
  serviceWith,
  targetFacts,
} from './facts.ts';

describe('a target that cannot be deployed to', () => {
  const other = [imageWith('web', pinnedImage('b'))];
  it.each<[string, Partial<TargetFacts>, string]>([
    [
      'no cluster',
      { service: 'no cluster', base: undefined },
      "The cluster 'main' does not exist in account 222222222222, Region eu-west-1.",
    ],
    [
      'no service',
      { service: 'no service', base: undefined },
      "The service 'web' in cluster 'main' does not exist in account 222222222222, Region eu-west-1.",
    ],
    [
      'draining',
      { service: serviceWith({ status: 'DRAINING' }) },
      "The service 'web' in cluster 'main' is DRAINING (it is being deleted); it has to be ACTIVE.",
    ],
    [
      'inactive',
      { service: serviceWith({ status: 'INACTIVE', deployments: [] }) },
      "The service 'web' in cluster 'main' is INACTIVE (it was deleted); it has to be ACTIVE.",
    ],
    [
      'the wrong controller',
      { service: serviceWith({ deploymentController: { type: 'CODE_DEPLOY' } }) },
      "The service 'web' in cluster 'main' has the deployment controller CODE_DEPLOY; Gantry deploys services with the controller ECS. Create it again with that one.",
    ],
    [
      'no such container',
      { release: releaseWith({ images: other }) },
      "There is an image for 'web', but 'web' has no such container; it has 'app', 'log'.",
    ],
    [
      'a task in a container that does not exist',
      {
        release: releaseWith({
          tasks: { preDeploy: [{ name: 'migrate', container: 'worker', timeoutMinutes: 5 }], postDeploy: [] },
        }),
      },
      'The task migrate in preDeploy names the container worker, which web:7 does not have; it has app, log. Correct container in gantry.config.ts.',
    ],
    [
      'a deleted revision',
      { base: 'gone' },
      `The revision that the service runs, ${revisionArn('web:7')}, is deleted, so nothing can be built on it. Let TaskDefinition be latest or name a file of the artifact.`,
    ],
    [
      'no active revision',
      { base: 'gone', release: releaseWith({ base: { from: 'latest' } }) },
      "The family 'web' has no ACTIVE revision to build on. Register one, or let TaskDefinition name a file of the artifact.",
    ],
    [
      'a redeployment of a deregistered revision',
      { base: baseWith({ status: 'INACTIVE' }), release: releaseWith({ images: [] }) },
      `The revision ${revisionArn('web:7')} is INACTIVE (deregistered), and ECS deploys no such revision again. Deploy other images, or an ACTIVE revision.`,
    ],
    [
      'a given revision that does not exist',
      { base: 'gone', release: releaseWith({ images: [], base: { from: 'revision', taskDefinition: 'web:99' } }) },
      'The revision web:99 does not exist in account 222222222222, Region eu-west-1. Name another revision.',
    ],
    [
      'a given revision that is being deleted',
      {
        base: baseWith({ status: 'DELETE_IN_PROGRESS' }),
        release: releaseWith({ images: [], base: { from: 'revision', taskDefinition: 'web:7' } }),
      },
      `The revision ${revisionArn('web:7')} is DELETE_IN_PROGRESS (deregistered), and ECS deploys no such revision again. Deploy other images, or an ACTIVE revision.`,
    ],
    ['an invalid file', { base: new Failure('ConfigurationError', 'The file is bad.') }, 'The file is bad.'],
    [
      'all of these together',
      {
        service: serviceWith({ status: 'DRAINING', deploymentController: { type: 'EXTERNAL' } }),
        release: releaseWith({ images: other }),
      },
      "The service 'web' in cluster 'main' is DRAINING (it is being deleted); it has to be ACTIVE. " +
        "The service 'web' in cluster 'main' has the deployment controller EXTERNAL; Gantry deploys services with the controller ECS. Create it again with that one. " +
        "There is an image for 'web', but 'web' has no such container; it has 'app', 'log'.",
    ],
    [
      'a missing service and an invalid file',
      { service: 'no cluster', base: new Failure('ConfigurationError', 'The file is bad.') },
      "The cluster 'main' does not exist in account 222222222222, Region eu-west-1. The file is bad.",
    ],
  ])('%s', (_, changes, message) => {
    expect(() => planWithFacts(targetFacts(changes))).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message }),
    );
  });

  it('is temporary if an ACTIVE service has no PRIMARY deployment', () => {
    expect(() => planWithFacts(targetFacts({ service: serviceWith({ deployments: [] }) }))).toThrow(
      expect.objectContaining({ name: 'SystemUnavailable' }),
    );
  });
});
