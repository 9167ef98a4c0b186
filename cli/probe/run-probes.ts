import { z } from 'zod';
import { Interrupted, type ProbeContext, type ProbeEnvironment } from './context.ts';
import { type CreatedResources, createFor, describeAll, listExisting, removeResources } from './create-resources.ts';
import type { Findings } from './finding.ts';
import { nameProbeResources } from './names.ts';
import { explainFailure, findForAll, type Probe } from './probe.ts';
import { probes } from './probes.ts';

export interface ProbeOptions {
  create: boolean;
  remove: boolean;
}

/**
 * The end of a run. `refused`: something of an earlier run exists, so nothing was done. `left`: that, or what this run could not
 * remove.
 */
export interface ProbeOutcome {
  state: 'finished' | 'removed' | 'refused' | 'interrupted';
  findings: Findings;
  left: string[];
}

const identitySchema = z.object({ Account: z.string(), Arn: z.string() });

/** Names everything after the caller's account. Throws AWS's error if the credentials are not valid. */
export async function createContext(environment: ProbeEnvironment): Promise<ProbeContext> {
  const answer = await environment.client.call('sts', 'GetCallerIdentity', {});
  const { Account, Arn } = identitySchema.parse(answer);
  const names = nameProbeResources({ account: Account, arn: Arn }, environment.client.region, environment.now());
  return { ...environment, names };
}

/** Runs one probe with what it needs. Throws only Interrupted. */
async function runOne(context: ProbeContext, created: CreatedResources, probe: Probe): Promise<Findings> {
  const refused = await createFor(context, created, probe);
  if (refused === undefined) return probe.run(context);
  return probe.judgeRefusedCreation?.(refused) ?? findForAll(probe.settles, explainFailure(refused));
}

async function runAll(context: ProbeContext, created: CreatedResources, chosen: readonly Probe[], findings: Findings) {
  for (const probe of chosen) {
    context.print(`Probing ${probe.settles.join(', ')} …`);
    Object.assign(findings, await runOne(context, created, probe));
  }
}

/** Runs the probes that create something, and removes what they created, whatever happens. */
async function runCreating(context: ProbeContext, { findings, left }: ProbeOutcome): Promise<void> {
  for (const line of ['Creates and removes again:', ...describeAll(context).map((each) => `  ${each}`)])
    context.print(line);
  const created: CreatedResources = { ids: new Set(), refusals: new Map() };
  const creating = probes.filter(({ needs }) => needs.length > 0);
  try {
    await runAll(context, created, creating, findings);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    context.print('Removing what was created …');
    left.push(...(await removeResources(context, created.ids)));
  }
}

const readOnly: CreatedResources = { ids: new Set(), refusals: new Map() };

async function runReading(context: ProbeContext, { findings }: ProbeOutcome): Promise<void> {
  const reading = probes.filter(({ needs }) => needs.length === 0);
  await runAll(context, readOnly, reading, findings).catch((error: unknown) => {
    if (!(error instanceof Interrupted)) throw error;
  });
}

/** Runs the probes of a mode. Without `create` and `remove`, it only reads. */
export async function runProbes(context: ProbeContext, { create, remove }: ProbeOptions): Promise<ProbeOutcome> {
  const outcome: ProbeOutcome = { state: 'finished', findings: {}, left: [] };
  const existing = create || remove ? await listExisting(context) : [];
  const ids = existing.map(({ id }) => id);
  if (remove) return { ...outcome, state: 'removed', left: await removeResources(context, ids) };
  if (existing.length > 0)
    return { ...outcome, state: 'refused', left: existing.map(({ description }) => description) };
  await runReading(context, outcome);
  if (create && !context.interrupted.aborted) await runCreating(context, outcome);
  return context.interrupted.aborted ? { ...outcome, state: 'interrupted' } : outcome;
}
