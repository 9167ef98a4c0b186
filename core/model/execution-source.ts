import * as z from 'zod';
import { selectWrappedInput, unwrapInput } from '../parsing/wrapped-input.ts';

/** The cause of an execution: the action of a pipeline, a person or a program (with `by` and `reason`), or an event. */
export type ExecutionSource =
  | {
      type: 'pipeline';
      name?: string | undefined;
      executionId?: string | undefined;
      stage?: string | undefined;
      action?: string | undefined;
    }
  | { type: 'hand'; by?: string | undefined; reason?: string | undefined }
  | { type: 'event'; id: string; detailType: string; account: string };

export const executionSourceSchema: z.ZodType<ExecutionSource> = z.discriminatedUnion('type', [
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

const textSchema = z.string().optional().catch(undefined);

const pipelineInputSchema = z.object({
  job: z.object({
    pipeline: z
      .object({ name: textSchema, executionId: textSchema, stage: textSchema, action: textSchema })
      .optional()
      .catch(undefined),
  }),
});
const eventSchema = z.object({ id: z.string(), 'detail-type': z.string(), account: z.string() });
const eventInputSchema = z.union([z.object({ event: eventSchema }).transform(({ event }) => event), eventSchema]);
const manualInputSchema = z.object({ by: textSchema, reason: textSchema }).catch({ by: undefined, reason: undefined });

/** Takes the data of an execution's state and returns what started the execution. */
export function parseExecutionSource(stateData: unknown): ExecutionSource {
  const pipeline = pipelineInputSchema.safeParse(stateData).data;
  if (pipeline !== undefined) return { type: 'pipeline', ...pipeline.job.pipeline };
  const input = unwrapInput(selectWrappedInput(stateData));
  const event = eventInputSchema.safeParse(input).data;
  if (event !== undefined)
    return { type: 'event', id: event.id, detailType: event['detail-type'], account: event.account };
  return { type: 'hand', ...manualInputSchema.parse(input) };
}

/** Returns who or what started an execution, in a word or two: a pipeline, the claimed name of a person (the last part of an ARN), or the type of an event. */
export function formatExecutionSource(source: ExecutionSource): string {
  switch (source.type) {
    case 'pipeline':
      return source.name ?? 'a pipeline';
    case 'hand':
      return source.by?.split('/').at(-1) ?? 'manual';
    case 'event':
      return source.detailType;
  }
}
