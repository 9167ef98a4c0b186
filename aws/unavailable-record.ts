import type { DeployRequest } from '../core/request/fields.ts';
import { warnOrRefuseWithoutArtifactRecord } from '../core/request/unavailable-record.ts';
import { readApprovalBefore } from './approval.ts';
import type { RecordAccess } from './artifact-records.ts';

/**
 * Decides whether a release continues if the table did not answer for its artifact (`unavailable`: the reason). Returns the warnings. Throws
 * SystemUnavailable for an action behind an approval.
 */
export async function allowWithoutArtifactRecord(
  { job }: DeployRequest,
  unavailable: string | undefined,
  { target }: RecordAccess,
): Promise<string[]> {
  if (unavailable === undefined) return [];
  const approval = job === undefined ? 'none' : await readApprovalBefore(job.pipeline);
  return warnOrRefuseWithoutArtifactRecord({ approval, unavailable, target, pipeline: job?.pipeline?.name });
}
