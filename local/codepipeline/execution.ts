import type { Caller } from '../../policy-evaluator/caller.ts';
import type { ActionDeclaration, Declaration } from './declaration.ts';

export interface PipelineArtifact {
  name: string;
  revision?: string;
  bucket: string;
  key: string;
}

export interface SourceRevision {
  actionName: string;
  revisionId: string;
  revisionSummary: string;
  created: number;
}

/** How an action ended, and what CodePipeline shows of it. */
export interface ActionOutcome {
  status: 'Succeeded' | 'Failed' | 'Abandoned';
  summary?: string | undefined;
  externalExecutionId?: string | undefined;
  percentComplete?: number | undefined;
  errorDetails?: { code: string; message: string };
  outputVariables?: Record<string, string> | undefined;
  lastUpdatedBy?: string;
}

/** One run of one action; its id stays the same over the continuation jobs of a custom action, and is new on a retry. */
export interface ActionExecution extends Omit<ActionOutcome, 'status'> {
  id: string;
  stage: string;
  action: ActionDeclaration;
  status: 'InProgress' | ActionOutcome['status'];
  started: number;
  changed: number;
  /** The configuration with its variables resolved. */
  configuration: Record<string, string>;
  inputs: PipelineArtifact[];
  outputs: PipelineArtifact[];
  externalExecutionUrl?: string;
  /** What PutApprovalResult must bring. */
  token?: string;
  resolveApproval?: (outcome: ActionOutcome) => void;
  abandon: () => void;
}

export type PipelineExecutionStatus = 'InProgress' | 'Stopping' | 'Stopped' | 'Succeeded' | 'Superseded' | 'Failed';

export interface PipelineExecution {
  id: string;
  /** The declaration as it was when the execution started. */
  declaration: Declaration;
  version: number;
  status: PipelineExecutionStatus;
  started: number;
  changed: number;
  triggerDetail: string;
  stopReason?: string | undefined;
  stages: Map<string, PipelineExecutionStatus>;
  actions: ActionExecution[];
  artifacts: Map<string, PipelineArtifact>;
  /** Output variables by namespace. */
  variables: Map<string, Record<string, string>>;
  revisions: SourceRevision[];
}

/** The last run of an action in an execution, if it has run. */
export const findLastActionExecution = (
  execution: PipelineExecution,
  stage: string,
  action: string,
): ActionExecution | undefined =>
  execution.actions.findLast((run) => run.stage === stage && run.action.name === action);

/** Why an action fails, in the words that the console shows. */
export class ActionFailure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What an action acts as: the session of its own role, or of the pipeline's. */
export interface ActionCaller {
  caller: Caller;
  region: string;
}
