import { z } from 'zod';
import { Interrupted, type ProbeContext, type ProbeEnvironment } from './context.ts';
import { type CreatedResources, createNeededResources, listExisting } from './create-resources.ts';
import type { Findings } from './finding.ts';
import { nameProbeResources } from './names.ts';
import { explainFailure, findForAll, type Probe } from './probe.ts';
import { probes } from './probes.ts';
import { removeResources } from './remove-resources.ts';
import { probeResources } from './resources.ts';

export interface ProbeOptions {
  create: boolean;
  remove: boolean;
}

/**
 * The result of a run. `refused`: resources of an earlier run exist, so the probe did nothing. `left`: the resources that still exist, of the earlier run or of
 * this one.
 */
export interface ProbeOutcome {
  state: 'finished' | 'removed' | 'refused' | 'interrupted';
  findings: Findings;
  left: string[];
}

const identitySchema = z.object({ Account: z.string(), Arn: z.string() });

/** Derives all names from the caller's account. Throws AWS's error if the credentials are not valid. */
export async function createContext(environment: ProbeEnvironment): Promise<ProbeContext> {
  const answer = await environment.client.call('sts', 'GetCallerIdentity', {});
  const { Account, Arn } = identitySchema.parse(answer);
  const names = nameProbeResources({ account: Account, arn: Arn }, environment.client.region, environment.now());
  return { ...environment, names };
}

/** Runs one probe with the resources that it needs. Throws only Interrupted. */
async function runOne(context: ProbeContext, created: CreatedResources, probe: Probe): Promise<Findings> {
  const refused = await createNeededResources(context, created, probe);
  if (refused === undefined) return probe.run(context);
  return probe.judgeRefusedCreation?.(refused) ?? findForAll(probe.settles, explainFailure(refused));
}

async function runAll(context: ProbeContext, created: CreatedResources, chosen: readonly Probe[], findings: Findings) {
  for (const probe of chosen) {
    context.print(`Probing ${probe.settles.join(', ')} …`);
    Object.assign(findings, await runOne(context, created, probe));
  }
}

/** Everything that the probes could create, for the user to read first. */
const describeCreation = (context: ProbeContext): string[] => [
  'Creates and removes again:',
  ...Object.values(probeResources).map((resource) => `  ${resource.describe(context)}`),
];

/** Runs the probes that create resources, and always removes those resources afterwards. Throws Interrupted and bugs. */
async function runCreating(context: ProbeContext, { findings, left }: ProbeOutcome): Promise<void> {
  for (const line of describeCreation(context)) context.print(line);
  const created: CreatedResources = { ids: new Set(), refusals: new Map() };
  const creating = probes.filter(({ needs }) => needs.length > 0);
  try {
    await runAll(context, created, creating, findings);
  } finally {
    context.print('Removing what was created …');
    left.push(...(await removeResources(context, created.ids)));
    for (const each of left) context.print(`Could not remove ${each}`);
  }
}

const readOnly: CreatedResources = { ids: new Set(), refusals: new Map() };

async function runMode(context: ProbeContext, { create, remove }: ProbeOptions, outcome: ProbeOutcome): Promise<void> {
  const existing = create || remove ? await listExisting(context) : [];
  if (remove) {
    outcome.left = await removeResources(
      context,
      existing.map(({ id }) => id),
    );
    outcome.state = 'removed';
  } else if (existing.length > 0) {
    outcome.left = existing.map(({ description }) => description);
    outcome.state = 'refused';
  } else {
    await runAll(
      context,
      readOnly,
      probes.filter(({ needs }) => needs.length === 0),
      outcome.findings,
    );
    if (create) await runCreating(context, outcome);
  }
}

/** Runs the probes of a mode. Without `create` and `remove`, it only reads. */
export async function runProbes(context: ProbeContext, options: ProbeOptions): Promise<ProbeOutcome> {
  const outcome: ProbeOutcome = { state: 'finished', findings: {}, left: [] };
  await runMode(context, options, outcome).catch((error: unknown) => {
    if (!(error instanceof Interrupted)) throw error;
  });
  if (context.interrupted.aborted && outcome.state === 'finished') outcome.state = 'interrupted';
  return outcome;
}
