import type { Facts } from './facts.ts';

/** The chain of a release, in its order. */
export const links = [
  'config',
  'source',
  'build',
  'bucket',
  'key',
  'pipeline',
  'workflow',
  'role',
  'ECS',
  'pull',
] as const;

export type Link = (typeof links)[number];

/** What one check found. An NG says what is wrong and how it is put right: which policy, which statement of it, what to do. */
export interface Finding {
  state: 'OK' | 'NG' | 'SKIP';
  says: string;
  policy?: string;
  statement?: string;
  fix?: string;
}

/** One thing that must be true. `about` is what it is true of: the target's name, or the build account's part of the chain. */
export interface Check {
  link: Link;
  about: string;
  title: string;
  run(facts: Facts): Finding | Promise<Finding>;
}

/** A check with what it found. */
export interface Examined extends Finding {
  link: Link;
  about: string;
  title: string;
}

export const ok = (says: string): Finding => ({ state: 'OK', says });

/** Why it could not be looked at, and what would help, is the fix. */
export const skip = (says: string, fix: string): Finding => ({ state: 'SKIP', says, fix });

export const ng = (says: string, remedy: Pick<Finding, 'policy' | 'statement' | 'fix'>): Finding => ({
  state: 'NG',
  says,
  ...remedy,
});

/** Runs every check, and answers what each found, link by link in the order of the chain. */
export async function examine(checks: Check[], facts: Facts): Promise<Examined[]> {
  const examined: Examined[] = [];
  for (const link of links)
    for (const { about, title, run } of checks.filter((check) => check.link === link))
      examined.push({ link, about, title, ...(await run(facts)) });
  return examined;
}
