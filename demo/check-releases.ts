import type { DemoRelease } from './release.ts';

/** The distinct images of a service. Compares images only, because another service can use other container names. */
const listImages = ({ images }: DemoRelease['service']): string =>
  [...new Set(images.map(({ image }) => image))].sort().join(' ');

/** Returns what differs from the end state that the demo expects; empty if nothing does. */
export function checkReleases([good, bad]: DemoRelease[]): string[] {
  if (good === undefined || bad === undefined) return ['fewer than two commits were released'];
  const pinned = good.service.images.filter(({ image }) => image.includes('@sha256:')).length;
  const claims: [boolean, string][] = [
    [good.pipeline.status === 'Succeeded', `the first pipeline execution ended ${good.pipeline.status}`],
    [good.execution.status === 'SUCCEEDED', `the first deployment ended ${good.execution.status}`],
    [good.service.after !== good.service.before, 'the first release brought no new revision'],
    [pinned === good.service.images.length, 'the first release runs an image that is not pinned to its digest'],
    [good.service.rollout === 'COMPLETED', `the first rollout ended ${good.service.rollout}`],
    [
      good.promotions.every(({ service }) => listImages(service) === listImages(good.service)),
      'the promoted image is not the one that was tested',
    ],
    [bad.pipeline.status === 'Failed', `the second pipeline execution ended ${bad.pipeline.status}`],
    [bad.execution.status === 'FAILED', `the second deployment ended ${bad.execution.status}`],
    [bad.service.after === good.service.after, `the service runs ${bad.service.after}, not the known-good revision`],
    [
      bad.pipeline.actions.some(({ summary }) => summary.includes('exited with code 1')),
      'the reason of the failure is not reported',
    ],
  ];
  return claims.filter(([holds]) => !holds).map(([, problem]) => problem);
}
