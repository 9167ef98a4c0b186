import { type HookAnswer, type RecordedHookAnswer, recordedHookAnswerSchema } from '../core/model/hook-answer.ts';
import type { Target } from '../core/model/release.ts';
import { expiryAfterRetention } from '../core/model/table-expiry.ts';
import { hookAnswerKey, hookAnswerSortKey, identifyService, partitionKey } from '../core/model/table-keys.ts';
import {
  getItem,
  isTableUnavailable,
  putItem,
  queryNewestItems,
  type TableUnavailable,
  updateItem,
} from './dynamodb.ts';

/** Returns the answer that is recorded for a hook; undefined if there is none. */
export async function readHookAnswer(
  target: Target,
  hookId: string,
): Promise<RecordedHookAnswer | undefined | TableUnavailable> {
  const found = await getItem(hookAnswerKey(target, hookId));
  return isTableUnavailable(found) ? found : recordedHookAnswerSchema.safeParse(found).data;
}

/** The maximum number of hooks of one service whose answers are read. */
const maxAnswers = 200;

/** Returns the answers at hooks of a service, newest first. */
export async function listHookAnswers(target: Target): Promise<RecordedHookAnswer[] | TableUnavailable> {
  const range = { from: hookAnswerSortKey(), to: hookAnswerSortKey('~'), limit: maxAnswers };
  const found = await queryNewestItems(partitionKey(identifyService(target)), range);
  if (isTableUnavailable(found)) return found;
  return found
    .flatMap((item) => recordedHookAnswerSchema.safeParse(item).data ?? [])
    .toSorted((one, other) => other.at.localeCompare(one.at));
}

/** Records an answer before it is sent. `refused`: somebody has recorded another answer since `before` was read. */
export const recordSentAnswer = (
  target: Target,
  answer: RecordedHookAnswer,
  before: RecordedHookAnswer | undefined,
): Promise<'written' | 'refused' | TableUnavailable> =>
  putItem(
    hookAnswerKey(target, answer.hookId),
    { ...answer, ...expiryAfterRetention(answer.at) },
    before === undefined
      ? { text: 'attribute_not_exists(pk)' }
      : {
          text: '#execution = :execution AND #status = :status AND #at = :at',
          names: { '#execution': 'execution', '#status': 'status', '#at': 'at' },
          values: { ':execution': before.execution, ':status': before.status, ':at': before.at },
        },
  );

/** Records ECS's reply. `refused`: the reply is recorded already, or the record belongs to another execution. */
export const recordHookAnswerResult = (
  target: Target,
  { hookId, execution }: HookAnswer,
  status: 'accepted' | 'refused',
) =>
  updateItem(hookAnswerKey(target, hookId), {
    update: 'SET #status = :status',
    condition: '#execution = :execution AND #status = :sent',
    names: { '#execution': 'execution', '#status': 'status' },
    values: { ':execution': execution, ':status': status, ':sent': 'sent' },
  });
