import type { PlanRun } from './plan-run.ts';
import type { RecordedCall } from './setup.ts';

/** The name of the function that made a call, without the prefix of the installation. */
export const functionOf = ({ by }: RecordedCall): string => by?.name.replace(/^shop-production-/, '') ?? 'nobody';

/** The execution whose state made a call. Other parts of its payload can name other executions. */
export const callingExecution = ({ by }: RecordedCall): string | undefined =>
  /^\{"execution":"([^"]+)"/.exec(by?.payload ?? '')?.[1];

export const isOf = (effect: RecordedCall, operation: string): boolean => effect.operation === operation;

/** The updates by which releases deploy their revision. */
export const listReleaseUpdates = ({ effects }: PlanRun): RecordedCall[] =>
  effects.filter((effect) => isOf(effect, 'UpdateService') && functionOf(effect) === 'update-service');

/** Whether a fault of a plan can have prevented calls or runs whose text matches one of these words. */
export const mayFaultsPrevent = ({ plan }: PlanRun, words: RegExp): boolean =>
  plan.faults.some(
    (fault) =>
      fault.what !== 'meanwhile' &&
      fault.what !== 'twice' &&
      (fault.words.some((word) => words.test(word)) || fault.words[0] === ''),
  );
