import type { RolloutObservation } from './observation.ts';

/** Who started the newer deployment, as the part of a sentence before "started it". */
export function formatDeploymentStarter({ superseder }: Pick<RolloutObservation, 'superseder'>): string {
  if (superseder === undefined) return 'somebody else';
  if (superseder === 'unknown') return 'somebody else or another execution of Gantry (the ledger did not answer)';
  const what = superseder.kind === 'rollback' ? 'rollback' : 'release';
  return superseder.isElsewhere
    ? `the ${what} ${superseder.execution} of another installation of Gantry`
    : `Gantry's own ${what} ${superseder.execution}`;
}

/**
 * Describes who registered the newer deployment's revision, if it is not certain that an execution of Gantry started the deployment. Empty if this is
 * unknown.
 */
export function describeRevisionOrigin({
  superseder,
  newestRegisteredBy,
}: Pick<RolloutObservation, 'superseder' | 'newestRegisteredBy'>): string {
  if (newestRegisteredBy === undefined || typeof superseder === 'object') return '';
  return ` Its revision was registered by Gantry's execution ${newestRegisteredBy}.`;
}
