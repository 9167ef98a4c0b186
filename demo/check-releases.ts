import type { DemoRelease } from './release.ts';

/** A condition that must be true, and the message if it is not. */
type Claim = [holds: boolean, problem: string];

/** The distinct images of a service. Compares images only, because another service can use other container names. */
const listImages = ({ images }: DemoRelease['service']): string =>
  [...new Set(images.map(({ image }) => image))].sort().join(' ');

function claimsOfGood({ execution, service, pipeline, promotions, rejected }: DemoRelease): Claim[] {
  const pinned = service.images.filter(({ image }) => image.includes('@sha256:')).length;
  const expected = rejected === undefined ? 'Succeeded' : 'Failed';
  return [
    [pipeline.status === expected, `the first pipeline execution ended ${pipeline.status}`],
    [execution.status === 'SUCCEEDED', `the first deployment ended ${execution.status}`],
    [service.after !== service.before, 'the first release brought no new revision'],
    [
      execution.states.indexOf('Run Task') < execution.states.indexOf('Update Service'),
      'the migration did not run before the service was updated',
    ],
    [pinned === service.images.length, 'the first release runs an image that is not pinned to its digest'],
    [service.rollout === 'COMPLETED', `the first rollout ended ${service.rollout}`],
    [
      promotions.every((one) => listImages(one.service) === listImages(service)),
      'the promoted image is not the one that was tested',
    ],
  ];
}

function claimsOfBad({ execution, service, pipeline }: DemoRelease, good: DemoRelease): Claim[] {
  return [
    [pipeline.status === 'Failed', `the second pipeline execution ended ${pipeline.status}`],
    [execution.status === 'FAILED', `the second deployment ended ${execution.status}`],
    [service.after === good.service.after, `the service runs ${service.after}, not the known-good revision`],
    [
      pipeline.actions.some(({ summary }) => summary.includes('exited with code 1')),
      'the reason of the failure is not reported',
    ],
  ];
}

/** A rejected release must not have reached the targets after the approval. */
const claimsOfRejected = ({ unchanged }: DemoRelease): Claim[] => [
  [unchanged.length > 0, 'every target has the rejected release'],
  ...unchanged.map(
    ({ name, before, revision }): Claim => [
      revision === before,
      `${name} runs ${revision} although the release was rejected`,
    ],
  ),
];

/** Returns the differences from the end state that the demo expects. Empty if there are none. */
export function checkReleases([good, bad]: DemoRelease[]): string[] {
  if (good === undefined) return ['no commit was released'];
  const rest = (): Claim[] => {
    if (good.rejected !== undefined) return claimsOfRejected(good);
    return bad === undefined ? [[false, 'only one commit was released']] : claimsOfBad(bad, good);
  };
  return [...claimsOfGood(good), ...rest()].filter(([holds]) => !holds).map(([, problem]) => problem);
}
