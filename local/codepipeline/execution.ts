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

/** How an action ended, with the details that CodePipeline shows. */
export interface ActionOutcome {
  status: 'Succeeded' | 'Failed' | 'Abandoned';
  summary?: string | undefined;
  externalExecutionId?: string | undefined;
  percentComplete?: number | undefined;
  errorDetails?: { code: string; message: string };
  outputVariables?: Record<string, string> | undefined;
  lastUpdatedBy?: string;
}

/** One execution of one action. Its id stays the same across the continuation jobs of a custom action; a retry gets a new id. */
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
  /** The token that PutApprovalResult must send. */
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
  /** The execution to which this one rolls back a stage; absent for any other execution. */
  rollbackTarget?: string | undefined;
  stopReason?: string | undefined;
  stages: Map<string, PipelineExecutionStatus>;
  actions: ActionExecution[];
  artifacts: Map<string, PipelineArtifact>;
  /** Output variables by namespace. */
  variables: Map<string, Record<string, string>>;
  revisions: SourceRevision[];
}

/** Whether a pipeline execution rolls back a stage (botocore codepipeline `ExecutionType`). */
export const executionTypeOf = ({ rollbackTarget }: PipelineExecution): 'STANDARD' | 'ROLLBACK' =>
  rollbackTarget === undefined ? 'STANDARD' : 'ROLLBACK';

/** Returns the last execution of an action within a pipeline execution, if there is one. */
export const findLastActionExecution = (
  execution: PipelineExecution,
  stage: string,
  action: string,
): ActionExecution | undefined =>
  execution.actions.findLast((run) => run.stage === stage && run.action.name === action);

/** Why an action failed, in the wording that the console shows. */
export class ActionFailure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The caller of an action: a session of its own role or of the pipeline's role. */
export interface ActionCaller {
  caller: Caller;
  region: string;
}
