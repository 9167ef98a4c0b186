import type { ExecutionSource } from '../model/execution-source.ts';
import type { JobReport } from '../model/job-report.ts';
import type { ExecutionData } from './execution-data.ts';

type RecordedFacts = Pick<ExecutionData, 'pipelineFacts' | 'record' | 'report'>;

/**
 * Whether CodePipeline rolls back the stage. People see such an execution of the machine deploy as a rollback. Undefined if CodePipeline has not answered
 * yet.
 */
export const isStageRollback = ({ pipelineFacts, record, report }: RecordedFacts): boolean | undefined =>
  pipelineFacts?.stageRollback ?? record?.stageRollback ?? report?.stageRollback;

/** Returns the kind of an execution that people see: `rollback` for the rollback of a stage too. */
export const chooseKindToReport = (data: RecordedFacts & Pick<ExecutionData, 'kind'>): ExecutionData['kind'] =>
  isStageRollback(data) === true ? 'rollback' : data.kind;

/** Returns the pipeline's execution that an execution belongs to; undefined if a person or an event started it, or if the pipeline is not known. */
export const pipelineExecutionOf = (source: ExecutionSource): { name: string; executionId: string } | undefined =>
  source.type === 'pipeline' && source.name !== undefined && source.executionId !== undefined
    ? { name: source.name, executionId: source.executionId }
    : undefined;

/** Returns a message about an execution. If CodePipeline rolls back the stage, the message begins with that fact. */
export const labelStageRollback = (data: RecordedFacts, message: string): string =>
  isStageRollback(data) === true ? `Rollback of this stage by CodePipeline: ${message}` : message;

/** Returns the report for the following states, with a field that marks the rollback of a stage. */
export const withStageRollback = (data: RecordedFacts, report: JobReport): JobReport =>
  isStageRollback(data) === true ? { ...report, stageRollback: true } : report;
