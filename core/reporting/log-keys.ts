import * as z from 'zod';

/** What a state's event may hold of the three keys; anything of another shape is left out, since a log line must never fail a deployment. */
const text = z.string().max(512).optional().catch(undefined);
const service = z.object({ cluster: z.string().max(512), service: z.string().max(512) });
const job = z.object({
  id: text,
  configuration: z.object({ ClusterName: text, ServiceName: text }).optional().catch(undefined),
});
const input = z.object({
  release: z
    .object({ target: service.optional().catch(undefined) })
    .optional()
    .catch(undefined),
  target: z
    .union([service, z.string().max(512)])
    .optional()
    .catch(undefined),
  job: job.optional().catch(undefined),
});
const event = z.object({
  execution: text,
  input: input.optional().catch(undefined),
  'CodePipeline.job': z.object({ id: text }).optional().catch(undefined),
});

export interface Logged {
  execution?: string | undefined;
  service?: string | undefined;
  job?: string | undefined;
}

const serviceOf = (given: z.infer<typeof input>): string | undefined => {
  const target = given.release?.target ?? given.target;
  if (typeof target === 'string') return target;
  if (target !== undefined) return `${target.cluster}/${target.service}`;
  const { ClusterName, ServiceName } = given.job?.configuration ?? {};
  return ClusterName && ServiceName ? `${ClusterName}/${ServiceName}` : undefined;
};

/** Which execution, service (`cluster/service`, or the target's name as given) and job an event is about; nothing else of it. */
export function loggedOf(given: unknown): Logged {
  const { data } = event.safeParse(given);
  if (data === undefined) return {};
  return {
    execution: data.execution,
    service: data.input === undefined ? undefined : serviceOf(data.input),
    job: data.input?.job?.id ?? data['CodePipeline.job']?.id,
  };
}
