import * as z from 'zod';
import { findPartitionOfRegion } from '../parsing/partition.ts';
import { createPatternSchema } from './fields.ts';

/** The ARN of a standard topic: neither CloudWatch nor Amazon Q Developer can use a FIFO topic, whose name ends in `.fifo`. */
export const topicArnSchema = createPatternSchema(
  /^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
  'must be the ARN of a standard SNS topic',
);

/** The field `notify`: whom Gantry tells about the end of each deployment. */
export const notifySchema = z
  .strictObject(
    { email: z.email('must be an e-mail address').optional(), topic: topicArnSchema.optional() },
    'must be { email, topic }, with at least one of them',
  )
  .refine(({ email, topic }) => email !== undefined || topic !== undefined, 'must have email, topic or both');

const looseSchema = z.looseObject({
  build: z.looseObject({ account: z.string(), region: z.string() }),
  alarmTopic: z.string().optional().catch(undefined),
  notify: z
    .looseObject({ topic: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

const isSamePartition = (one: string, other: string): boolean =>
  findPartitionOfRegion(one).id === findPartitionOfRegion(other).id;

/** Validation errors about topics in another account or Region than the build account's. Gantry's alarms and functions publish only there. */
export function findTopicConflicts(input: unknown): string[] {
  const config = looseSchema.safeParse(input).data;
  if (config === undefined) return [];
  const { account, region } = config.build;
  return Object.entries({ alarmTopic: config.alarmTopic, 'notify.topic': config.notify?.topic }).flatMap(
    ([field, arn = '']) => {
      const [, foundRegion, foundAccount] = /^arn:aws[\w-]*:sns:([^:]*):([^:]*):/.exec(arn) ?? [];
      const isHere = foundRegion === region && foundAccount === account;
      // Another partition is an error of its own (core/config/partition-conflicts.ts).
      if (foundRegion === undefined || isHere || !isSamePartition(foundRegion, region)) return [];
      return [
        `${field} must be a topic of the build account ${account} in ${region}; found "${arn}", of the account ${foundAccount} in ${foundRegion}. Create a topic there, and subscribe to it from elsewhere.`,
      ];
    },
  );
}
