import { type Stage, stages } from '../../local/run/stage.ts';
import { createService } from '../service.ts';
import { type Grounds, groundsOf, push, register } from '../world.ts';
import { configOf, type Wish } from './config.ts';

/** A service, and what will be released to it. */
export interface Place {
  name: string;
  account: string;
  /** As people type it: `t0/s0`. */
  target: string;
  image: string;
  truth: 'success' | 'failure';
}

/** Many services in simulated time, each steady with its first revision. */
export interface ScaleWorld extends Grounds {
  running: Stage;
  places: Place[];
}

/** Every so manieth release crashes, and ECS rolls it back. */
const crashesEach = 10;

/** Simulated time until every service has its tasks, in ms. */
const steadyMs = 180_000;

const images = { success: '{}', failure: '{"startSeconds":1,"then":"crash"}' };

/** Makes the accounts, their services and the images of a load. */
export async function createScaleWorld(wish: Wish): Promise<ScaleWorld> {
  const config = configOf(wish);
  const running = await (await stages(config, true))(`scale ${wish.events}`);
  const grounds = await groundsOf(running, new Set(config.targets.map(({ account }) => account)));
  const uris = { success: '', failure: '' };
  for (const truth of ['success', 'failure'] as const) uris[truth] = await push(grounds, truth, images[truth]);
  const places = config.targets.flatMap(({ name: target, account, services }) =>
    services.map(({ name }): Place => {
      const truth = Number(name.slice(1)) % crashesEach === crashesEach - 1 ? 'failure' : 'success';
      return { name, account, target: `${target}/${name}`, image: uris[truth], truth };
    }),
  );
  for (const place of places) await createPlace(grounds, place);
  const made = running.clock.now();
  await running.clock.until(() => running.clock.now() > made + steadyMs);
  return { ...grounds, running, places };
}

const firstImage = 'public.ecr.aws/example/app:1';

async function createPlace(grounds: Grounds, place: Place): Promise<void> {
  const before = await register(grounds, place, firstImage);
  await createService(grounds, place, { desired: 1, breaker: 'rolls back' }, before);
}
