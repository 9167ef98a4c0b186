import type { Target } from '../core/model/release.ts';
import { serviceOf } from '../core/model/table-keys.ts';
import { reachedIn } from '../core/reporting/dead-execution.ts';
import { ended } from '../core/reporting/ledger.ts';
import { announce } from './eventbridge.ts';
import type { Surroundings } from './lambda.ts';
import { giveBackOf } from './lease.ts';
import { entryBegunAt, writeEntry } from './ledger.ts';
import { lastData } from './sfn-executions.ts';

/** An execution that died: which one, where it was going, and why it ended. */
export interface Dead {
  execution: string;
  target: Target;
  start: Date;
  reason: string;
}

/** What the end of an execution that did not come to it by itself means to all but CodePipeline (aws/conclude.ts). One that reported itself is in the ledger already, and was announced. */
export async function concludeDead(dead: Dead, { now, logger }: Surroundings): Promise<void> {
  const { execution, target, start, reason } = dead;
  await giveBackOf(target, { execution, now });
  const begun = await entryBegunAt(serviceOf(target), execution, start);
  if (begun === undefined || begun.end !== undefined) return;
  const after = reachedIn(await lastData(execution).catch(() => undefined));
  const entry = ended({ ...begun, after: begun.after ?? after }, { at: now, result: 'Failed', reason });
  if ((await writeEntry(entry)) !== 'written') return;
  const untold = await announce(entry);
  if (untold !== undefined) logger.warn('The end was not announced', { why: untold });
}
