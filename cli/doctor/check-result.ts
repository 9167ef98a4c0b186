import type { DoctorFacts } from './facts.ts';

/** The chain of a release, in its order. */
export const checkAreas = [
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

export type CheckArea = (typeof checkAreas)[number];

/** What one check found. An NG says what is wrong and how it is put right: which policy, which statement of it, what to do. */
export interface CheckOutcome {
  state: 'OK' | 'NG' | 'SKIP';
  says: string;
  policy?: string;
  statement?: string;
  fix?: string;
}

/** One thing that must be true. `about` is what it is true of: the target's name, or the build account's part of the chain. */
export interface Check {
  link: CheckArea;
  about: string;
  title: string;
  run(facts: DoctorFacts): CheckOutcome | Promise<CheckOutcome>;
}

/** A check with what it found. */
export interface CheckResult extends CheckOutcome {
  link: CheckArea;
  about: string;
  title: string;
}

export const okOutcome = (says: string): CheckOutcome => ({ state: 'OK', says });

/** Why it could not be looked at, and what would help, is the fix. */
export const skippedOutcome = (says: string, fix: string): CheckOutcome => ({ state: 'SKIP', says, fix });

export const failedOutcome = (
  says: string,
  remedy: Pick<CheckOutcome, 'policy' | 'statement' | 'fix'>,
): CheckOutcome => ({
  state: 'NG',
  says,
  ...remedy,
});

/** Runs every check, and answers what each found, link by link in the order of the chain. */
export async function runChecks(checks: Check[], facts: DoctorFacts): Promise<CheckResult[]> {
  const examined: CheckResult[] = [];
  for (const link of checkAreas)
    for (const { about, title, run } of checks.filter((check) => check.link === link))
      examined.push({ link, about, title, ...(await run(facts)) });
  return examined;
}
