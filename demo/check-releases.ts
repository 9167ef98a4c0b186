import type { DemoRelease } from './release.ts';

/** What is not as the story says it must be; empty when the end state is right. */
export function checkReleases([good, bad]: DemoRelease[]): string[] {
  if (good === undefined || bad === undefined) return ['Two commits were to be released.'];
  const pinned = good.service.images.filter(({ image }) => image.includes('@sha256:')).length;
  const claims: [boolean, string][] = [
    [good.pipeline.status === 'Succeeded', `the first pipeline execution ended ${good.pipeline.status}`],
    [good.execution.status === 'SUCCEEDED', `the first deployment ended ${good.execution.status}`],
    [good.service.after !== good.service.before, 'the first release brought no new revision'],
    [pinned === good.service.images.length, 'the first release runs an image that is not pinned to its digest'],
    [good.service.rollout === 'COMPLETED', `the first rollout ended ${good.service.rollout}`],
    [
      good.promotions.every(({ service }) => JSON.stringify(service.images) === JSON.stringify(good.service.images)),
      'another image was promoted than the one that was tested',
    ],
    [bad.pipeline.status === 'Failed', `the second pipeline execution ended ${bad.pipeline.status}`],
    [bad.execution.status === 'FAILED', `the second deployment ended ${bad.execution.status}`],
    [bad.service.after === good.service.after, `the service is on ${bad.service.after}, not back on the good revision`],
    [bad.pipeline.actions.some(({ summary }) => summary.includes('exited with code 1')), 'the reason is not told'],
  ];
  return claims.filter(([holds]) => !holds).map(([, otherwise]) => otherwise);
}
