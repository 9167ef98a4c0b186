import type { Release } from '../../core/model/release.ts';
import { region, testAccountId } from '../start.ts';
import { target } from './target-account.ts';

/** An image as Read Images returns it: the request contains a tag, and the release deploys its digest. */
export const pinnedImage = `registry.example.com/app@sha256:${'a'.repeat(64)}`;

export const revisionArn = (revision: string) => `arn:aws:ecs:${region}:${testAccountId}:task-definition/${revision}`;

/** Returns the result of Read Images for one image of the container `app`. */
export const releaseWith = (changes: Partial<Release> = {}): Release => ({
  target,
  images: [{ name: 'app', imageUri: 'app:2', pinned: pinnedImage }],
  base: { from: 'service' },
  force: false,
  rollBackOnFailure: true,
  deadline: '2999-11-23T10:00:00.000Z',
  bakeMinutes: 0,
  woken: false,
  warnings: [],
  ...changes,
});
