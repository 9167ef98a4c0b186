import { checkEach } from './counts.ts';
import type { PlanRun } from './plan-run.ts';
import type { ChaosService } from './setup.ts';

/** A text about the tasks of a service: the tasks of one deployment, the tasks of other deployments beside it, and how many of its own tasks are starting. */
const countsPattern =
  /(\d+) of (\d+) tasks? of ([\w-]+:\d+) runs?((?:; \d+ (?:older )?of [\w-]+:\d+(?! (?:is|are) pending))*)(?:; (\d+) of [\w-]+:\d+ (?:is|are) pending)?/g;
const othersPattern = /; (\d+) (?:older )?of ([\w-]+:\d+)/g;

type Deployment = ChaosService['deployments'][number];

const nameOf = ({ taskDefinition }: { taskDefinition: string }): string => taskDefinition.split('/').at(-1)!;

/** Whether these are the tasks of one deployment and of the others beside it. `one` is undefined if ECS does not list the deployment. */
function areTasksOf(
  [, running, desired, name, others = '', pending]: RegExpExecArray,
  service: ChaosService,
  one?: Deployment,
): boolean {
  const { runningCount, desiredCount, pendingCount } = one ?? { ...service, runningCount: 0, pendingCount: 0 };
  const isOwn = one === undefined || nameOf(one) === name;
  if (!isOwn || runningCount !== Number(running) || desiredCount !== Number(desired)) return false;
  if (pending !== undefined && pendingCount !== Number(pending)) return false;
  return [...others.matchAll(othersPattern)].every(([, count, other]) => {
    const beside = service.deployments.filter((each) => each !== one && nameOf(each) === other);
    return beside.reduce((sum, each) => sum + each.runningCount, 0) === Number(count);
  });
}

const isTrue = (counts: RegExpExecArray, service: ChaosService): boolean => {
  const isListed = service.deployments.some((one) => nameOf(one) === counts[3]);
  return (
    service.deployments.some((one) => areTasksOf(counts, service, one)) || (!isListed && areTasksOf(counts, service))
  );
};

interface Told {
  execution: string;
  at: number;
  text: string;
}

interface Entry {
  execution: string;
  end?: string;
  reason?: string;
  rollback?: { end: string; sentence: string };
}

/** Every message with the time at which it was written: the results, and the ends of rollbacks that continued after the result. */
const listMessages = ({ events }: PlanRun): Told[] =>
  events
    .filter(({ source }) => source === 'gantry')
    .flatMap(({ detail }) => {
      const { execution, end, reason, rollback } = detail as unknown as Entry;
      const result = end && reason ? [{ execution, at: Date.parse(end), text: reason }] : [];
      return rollback ? [...result, { execution, at: Date.parse(rollback.end), text: rollback.sentence }] : result;
    });

/** The number of newest answers that can be the source of the counts in a message. The newest answer itself can have been lost. */
const newestAnswers = 5;

/** ECS showed every count of tasks in a message to this execution for that revision, at the execution's last check or when it reached its verdict. */
export const taskCounts = (run: PlanRun): string[] =>
  listMessages(run).flatMap(({ execution, at, text }) => {
    // A message's time has whole milliseconds, but an answer's can have a fraction.
    const all = run.answers.filter(({ at: seenAt, by }) => Math.floor(seenAt) <= at && by.payload.includes(execution));
    const verdicts = all.filter(({ by }) => by.name.endsWith('-watch-rollout'));
    const seen = [...all.slice(-newestAnswers), ...verdicts.slice(-newestAnswers)].map(({ service }) => service);
    return checkEach(run, 'counts of tasks in messages', [...text.matchAll(countsPattern)], (counts) =>
      seen.some((service) => isTrue(counts, service))
        ? undefined
        : `"${counts[0]}" was not so when a message of ${execution.split(':').at(-1)} was written`,
    );
  });
