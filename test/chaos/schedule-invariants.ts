import { isDeepStrictEqual } from 'node:util';
import { services } from './config.ts';
import { checkEach, count } from './counts.ts';
import type { PlanRun } from './plan-run.ts';
import { type ChaosSchedule, readSchedule, scheduledRevision } from './schedules.ts';
import { readChaosHistory } from './setup.ts';

/** The fields of a schedule that no release changes. */
function withoutRevision({ LastModificationDate: _, Target, ...rest }: ChaosSchedule): unknown {
  const { TaskDefinitionArn: _revision, ...parameters } = Target.EcsParameters;
  return { ...rest, Target: { ...Target, EcsParameters: parameters } };
}

/** A schedule runs its first revision, or one of which ECS has completed a deployment, and keeps every other field. */
export async function schedulesFollow(run: PlanRun): Promise<string[]> {
  const { schedules, before, stage, others } = run;
  const after = await Promise.all(schedules.map((_, index) => readSchedule(stage, index)));
  return checkEach(
    run,
    'schedules',
    after.map((now, index) => ({ now, index })),
    ({ now, index }) => {
      const { target } = services[index]!;
      const first = before[index]!.taskDefinition;
      const revision = scheduledRevision(now);
      if (revision !== first) count(run.counts, 'schedule: moved');
      if (others.rescheduled.has(index)) count(run.counts, 'schedule: changed by somebody');
      if (!isDeepStrictEqual(withoutRevision(now), withoutRevision(schedules[index]!)))
        return `the schedule of ${target} lost a field`;
      const worked = readChaosHistory(stage, index).filter(({ status }) => status === 'SUCCESSFUL');
      const good = [first, ...worked.map(({ taskDefinition }) => taskDefinition)];
      return good.includes(revision) ? undefined : `the schedule of ${target} runs ${revision}, which never worked`;
    },
  );
}
