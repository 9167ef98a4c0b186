import { Failure } from '../errors/failure.ts';
import type { findApprovalBefore } from './approval.ts';

/** A release for which the artifact's record could not be read. `unavailable`: the table's error. */
interface UnrecordedRelease {
  approval: ReturnType<typeof findApprovalBefore>;
  unavailable: string;
  target: string;
  pipeline?: string | undefined;
}

const explainApproval = ({ approval, pipeline }: UnrecordedRelease): string => {
  const name = pipeline ?? 'without a name';
  return typeof approval === 'object'
    ? `The action is behind the approval ${approval.approval} of the pipeline ${name}`
    : `Whether the action of the pipeline ${name} is behind an approval could not be read, so it counts as behind one`;
};

/**
 * Returns the warning for a release that continues without the record of its artifact. Throws SystemUnavailable for an action behind an approval, because
 * that action must deploy exactly what the approver saw. A manual start has no approval.
 */
export function warnOrRefuseWithoutArtifactRecord(release: UnrecordedRelease): string[] {
  const { approval, unavailable, target } = release;
  if (approval === 'none')
    return [
      `The record of the artifact could not be read or written (${unavailable}). Gantry could not check that ${target} gets what other targets get from the artifact.`,
    ];
  throw new Failure(
    'SystemUnavailable',
    `The record of the artifact could not be read or written (${unavailable}). ${explainApproval(release)}; Gantry deploys nothing to ${target} until it can check that this is what was approved. Retry the stage when DynamoDB answers again.`,
  );
}
