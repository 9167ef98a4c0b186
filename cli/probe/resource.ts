import type { ProbeContext } from './context.ts';

export type ProbeResourceId =
  | 'key'
  | 'bucket'
  | 'pollerRole'
  | 'pipelineRole'
  | 'trustRole'
  | 'workflowRole'
  | 'functionRole'
  | 'logGroup'
  | 'function'
  | 'actionType'
  | 'pipeline'
  | 'trustPipeline'
  | 'lambdaPipeline'
  | 'machine'
  | 'cluster'
  | 'taskDefinition'
  | 'service';

/** Something small that the probe creates in the account, and removes again. */
export interface ProbeResource {
  /** A description of the resource, for the list that the user sees before anything is created. */
  describe(context: ProbeContext): string;
  create(context: ProbeContext): Promise<unknown>;
  exists(context: ProbeContext): Promise<boolean>;
  /** Removes it, also if it is incomplete. Throws AWS's error if AWS does not allow it yet. */
  remove(context: ProbeContext): Promise<unknown>;
}
