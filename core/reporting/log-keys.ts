import * as z from 'zod';

/** A value for one of the three keys in a state's event. A value of another shape is omitted, because a log line must never fail a deployment. */
const textSchema = z.string().max(512).optional().catch(undefined);
const serviceSchema = z.object({ cluster: z.string().max(512), service: z.string().max(512) });
const jobSchema = z.object({
  id: textSchema,
  configuration: z.object({ ClusterName: textSchema, ServiceName: textSchema }).optional().catch(undefined),
});
const targetSchema = z
  .union([serviceSchema, z.string().max(512)])
  .optional()
  .catch(undefined);
/** An entry machine's input names the service of its target. */
const manualInputSchema = z.object({ target: targetSchema, service: textSchema });
const inputSchema = z.object({
  release: z
    .object({ target: serviceSchema.optional().catch(undefined) })
    .optional()
    .catch(undefined),
  given: manualInputSchema.optional().catch(undefined),
  job: jobSchema.optional().catch(undefined),
});
const eventSchema = z.object({
  execution: textSchema,
  input: inputSchema.optional().catch(undefined),
  'CodePipeline.job': z.object({ id: textSchema }).optional().catch(undefined),
  /** The content of one of Gantry's own events, a ledger entry. */
  detail: z
    .object({
      execution: textSchema,
      service: z
        .object({ cluster: z.string().max(512), name: z.string().max(512) })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

export interface LogKeys {
  execution?: string | undefined;
  service?: string | undefined;
  job?: string | undefined;
}

const findServiceName = (given: z.infer<typeof inputSchema>): string | undefined => {
  const target = given.release?.target ?? given.given?.target;
  if (typeof target === 'string') return [target, given.given?.service].filter(Boolean).join('/');
  if (target !== undefined) return `${target.cluster}/${target.service}`;
  const { ClusterName, ServiceName } = given.job?.configuration ?? {};
  return ClusterName && ServiceName ? `${ClusterName}/${ServiceName}` : undefined;
};

/** Returns the execution, the service (`cluster/service`, or the target's name as given) and the job that an event is about, and nothing else from it. */
export function extractLogKeys(given: unknown): LogKeys {
  const { data } = eventSchema.safeParse(given);
  if (data === undefined) return {};
  const { cluster, name } = data.detail?.service ?? {};
  return {
    execution: data.execution ?? data.detail?.execution,
    service: data.input === undefined ? name && `${cluster}/${name}` : findServiceName(data.input),
    job: data.input?.job?.id ?? data['CodePipeline.job']?.id,
  };
}
