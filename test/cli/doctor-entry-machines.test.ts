import { describe, expect, it } from 'vitest';
import { entryMachineChecks } from '../../cli/doctor/check-entry-machines.ts';
import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import type { DoctorFacts } from '../../cli/doctor/facts.ts';
import config from './doctor-config.ts';
import { getFound, getRole, removeStatement } from './doctor-facts.ts';

const denied = {
  ...config,
  targets: config.targets.map((target) =>
    target.name === 'prod' ? { ...target, manualDeploys: 'deny' as const } : target,
  ),
};
const createFacts = (): DoctorFacts => ({ ...declaredFacts(denied, 'production', 0), live: true });
const check = async (facts: DoctorFacts) =>
  Promise.all(entryMachineChecks(facts.system).map(async (one) => ({ title: one.title, ...(await one.run(facts)) })));

describe('the doctor', () => {
  it('accepts the entry machines of the configuration, and the missing ones of targets that deny them', async () => {
    const results = await check(createFacts());
    expect([...new Set(results.map(({ state }) => state))]).toEqual(['OK']);
    const missing = results.map(({ title }) => title).filter((title) => title.endsWith('does not exist'));
    expect(missing).toEqual([
      'nobody can start continue for test manually: the state machine tea-shop-production-continue_test does not exist',
      'nobody can start run for test manually: the state machine tea-shop-production-run_test does not exist',
      'nobody can start deploy for prod manually: the state machine tea-shop-production-deploy_prod does not exist',
      'nobody can start continue for prod manually: the state machine tea-shop-production-continue_prod does not exist',
      'nobody can start run for prod manually: the state machine tea-shop-production-run_prod does not exist',
    ]);
  });

  it('says without --live that only --live can find a machine that should not exist', async () => {
    const [first] = await check({ ...createFacts(), live: false });
    expect(first).toMatchObject({ state: 'SKIP' });
  });

  it('finds a machine that is left, although the configuration denies it', async () => {
    const facts = createFacts();
    getFound(facts.machines).set('tea-shop-production-deploy_prod', 'any');
    expect((await check(facts)).filter(({ state }) => state === 'NG')).toMatchObject([
      {
        says: 'the state machine tea-shop-production-deploy_prod exists, although gantry.config.ts does not allow deploy for prod',
        fix: 'deploy the build account again, which deletes it',
      },
    ]);
  });

  it.each(['StartExecution', 'FollowExecution'])('finds an entry machine whose role lacks %s', async (sid) => {
    const facts = createFacts();
    removeStatement(getRole(facts, 'tea-shop-production-rollback_prod').policies.rights, sid);
    const wrong = (await check(facts)).filter(({ state }) => state === 'NG');
    expect(wrong.map(({ title }) => title)).toEqual([expect.stringContaining('start rollback for prod and follow it')]);
  });
});
