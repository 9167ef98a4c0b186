import { createSystemFactory, type InProcessSystem } from '../../local/run/in-process-system.ts';
import { type BenchSystem, prepareAccounts, pushImage, registerRevision } from '../environment.ts';
import { createService } from '../service.ts';
import { createScaleConfig, type ScaleLoad } from './config.ts';

/** A service, and what will be released to it. */
export interface ScaleService {
  name: string;
  account: string;
  /** As people type it: `t0/s0`. */
  target: string;
  image: string;
  truth: 'success' | 'failure';
}

/** Many services in simulated time, each steady with its first revision. */
export interface ScaleEnvironment extends BenchSystem {
  running: InProcessSystem;
  places: ScaleService[];
}

/** Every so manieth release crashes, and ECS rolls it back. */
const crashInterval = 10;

/** Simulated time until every service has its tasks, in ms. */
const steadyMs = 180_000;

const imageBehaviors = { success: '{}', failure: '{"startSeconds":1,"then":"crash"}' };

/** Makes the accounts, their services and the images of a load. */
export async function createScaleEnvironment(wish: ScaleLoad): Promise<ScaleEnvironment> {
  const config = createScaleConfig(wish);
  const running = await (await createSystemFactory(config, true))(`scale ${wish.events}`);
  const grounds = await prepareAccounts(running, new Set(config.targets.map(({ account }) => account)));
  const uris = { success: '', failure: '' };
  for (const truth of ['success', 'failure'] as const)
    uris[truth] = await pushImage(grounds, truth, imageBehaviors[truth]);
  const places = config.targets.flatMap(({ name: target, account, services }) =>
    services.map(({ name }): ScaleService => {
      const truth = Number(name.slice(1)) % crashInterval === crashInterval - 1 ? 'failure' : 'success';
      return { name, account, target: `${target}/${name}`, image: uris[truth], truth };
    }),
  );
  for (const place of places) await createScaleService(grounds, place);
  const made = running.clock.now();
  await running.clock.advanceUntil(() => running.clock.now() > made + steadyMs);
  return { ...grounds, running, places };
}

const firstImage = 'public.ecr.aws/example/app:1';

async function createScaleService(grounds: BenchSystem, place: ScaleService): Promise<void> {
  const before = await registerRevision(grounds, place, firstImage);
  await createService(grounds, place, { desired: 1, breaker: 'rolls back' }, before);
}
