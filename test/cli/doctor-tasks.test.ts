import { describe, expect, it } from 'vitest';
import { targetChecks } from '../../cli/doctor/check-target.ts';
import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import type { DoctorFacts } from '../../cli/doctor/facts.ts';
import type { Config } from '../../core/config/check.ts';
import config from './doctor-config.ts';
import { deploymentPolicy, removeStatement } from './doctor-facts.ts';

const withCommands: Config = {
  ...config,
  targets: config.targets.map((target) => (target.name === 'test' ? { ...target, manualTasks: 'allow' } : target)),
};

/** Returns the checks of tasks: their titles and results. `act` changes the facts. */
async function check(given: Config, act: (facts: DoctorFacts) => void = () => undefined) {
  const facts = declaredFacts(given, 'production', 0);
  act(facts);
  const own = targetChecks(given, facts.system).filter(({ title }) => title.includes('run and stop tasks'));
  return Promise.all(own.map(async ({ about, run }) => [about, (await run(facts)).state]));
}

describe('the doctor checks that tasks can be run and stopped', () => {
  it('only where a service has tasks or people can run commands', async () => {
    expect(await check(config)).toEqual([]);
    const found = await check(withCommands);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(String))).toEqual(new Set(['test,OK']));
  });

  it.each(['RunTasks', 'StopTasks', 'PassTaskRoles'])('and finds that %s is missing', async (sid) => {
    const found = await check(withCommands, (facts) => removeStatement(deploymentPolicy(facts), sid));
    expect(found.map(([, state]) => state)).toContain('NG');
  });
});
