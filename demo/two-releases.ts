import { type DemoRelease, runRelease } from './release.ts';
import type { DemoRepository } from './repository.ts';
import type { DemoSystem } from './system.ts';

/**
 * Releases two commits one after the other: a healthy commit, and a commit whose container crashes. The second release starts only if the first one is
 * approved.
 */
export async function releaseTwoCommits(
  demo: DemoSystem,
  repository: DemoRepository,
  announce: (text: string) => void,
): Promise<DemoRelease[]> {
  await demo.untilSteady();
  announce('\nThe first commit. Its migration runs before the service is updated (preDeploy, docs/tasks.md).\n');
  const good = await runRelease(demo);
  if (good.rejected !== undefined) return [good];
  announce('\nThe second commit: its container crashes.\n');
  await repository.breakIt();
  const bad = await runRelease(demo);
  await demo.untilSteady();
  return [good, bad];
}
