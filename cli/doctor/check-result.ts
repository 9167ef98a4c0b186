import type { DoctorFacts } from './facts.ts';

/** The areas of the checks, in the order of a release. */
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

/** The outcome of one check. A failed check (NG) names the policy, the statement and the fix. */
export interface CheckOutcome {
  state: 'OK' | 'NG' | 'SKIP';
  says: string;
  policy?: string;
  statement?: string;
  fix?: string;
}

/** One check. `about` is the target or the account that it concerns. */
export interface Check {
  link: CheckArea;
  about: string;
  title: string;
  run(facts: DoctorFacts): CheckOutcome | Promise<CheckOutcome>;
}

/** A check with its outcome. */
export interface CheckResult extends CheckOutcome {
  link: CheckArea;
  about: string;
  title: string;
}

export const okOutcome = (says: string): CheckOutcome => ({ state: 'OK', says });

/** The outcome of a check that could not run. The fix says why, and what to do. */
export const skippedOutcome = (says: string, fix: string): CheckOutcome => ({ state: 'SKIP', says, fix });

export const failedOutcome = (
  says: string,
  remedy: Pick<CheckOutcome, 'policy' | 'statement' | 'fix'>,
): CheckOutcome => ({
  state: 'NG',
  says,
  ...remedy,
});

/** Runs every check. Returns the results by area, in the order of a release. */
export async function runChecks(checks: Check[], facts: DoctorFacts): Promise<CheckResult[]> {
  const examined: CheckResult[] = [];
  for (const link of checkAreas)
    for (const { about, title, run } of checks.filter((check) => check.link === link))
      examined.push({ link, about, title, ...(await run(facts)) });
  return examined;
}
