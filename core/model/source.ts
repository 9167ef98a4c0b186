import * as z from 'zod';

/** What set an execution off: the action of a pipeline, a person or a program with `by` and `reason`, or an event. */
export type Source =
  | {
      type: 'pipeline';
      name?: string | undefined;
      executionId?: string | undefined;
      stage?: string | undefined;
      action?: string | undefined;
    }
  | { type: 'hand'; by?: string | undefined; reason?: string | undefined }
  | { type: 'event'; id: string; detailType: string; account: string };

export const source: z.ZodType<Source> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('pipeline'),
    name: z.string().optional(),
    executionId: z.string().optional(),
    stage: z.string().optional(),
    action: z.string().optional(),
  }),
  z.object({ type: z.literal('hand'), by: z.string().optional(), reason: z.string().optional() }),
  z.object({ type: z.literal('event'), id: z.string(), detailType: z.string(), account: z.string() }),
]);

const text = z.string().optional().catch(undefined);

const byPipeline = z.object({
  job: z.object({
    pipeline: z.object({ name: text, executionId: text, stage: text, action: text }).optional().catch(undefined),
  }),
});
const byEvent = z.object({ event: z.object({ id: z.string(), 'detail-type': z.string(), account: z.string() }) });
const byHand = z.object({ by: text, reason: text }).catch({ by: undefined, reason: undefined });

/** What set off the execution with this data, by what stands in its input. */
export function sourceOf(input: unknown): Source {
  const pipeline = byPipeline.safeParse(input).data;
  if (pipeline !== undefined) return { type: 'pipeline', ...pipeline.job.pipeline };
  const event = byEvent.safeParse(input).data?.event;
  if (event !== undefined)
    return { type: 'event', id: event.id, detailType: event['detail-type'], account: event.account };
  return { type: 'hand', ...byHand.parse(input) };
}
