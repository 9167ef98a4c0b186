import { type ProbeContext, pollUntilFound } from './context.ts';
import { ensureExecution, type ProbedActionResult, readActionResult } from './executions.ts';
import { type Findings, toAnswered, toNotObserved, toUnlisted } from './finding.ts';
import { defineProbe } from './probe.ts';
import { isCannotAssumeError, roleDelayMs, saysCannotAssume } from './role-delay.ts';

interface SeenTrust {
  /** The source action of a pipeline whose role requires aws:SourceAccount, and of one whose role does not. */
  conditional: ProbedActionResult | undefined;
  control: ProbedActionResult | undefined;
}

const isRefused = ({ status, message }: ProbedActionResult): boolean =>
  status === 'Failed' && saysCannotAssume(message);

/** Runs the pipeline until its source succeeds. A refusal of the role counts only after a minute, because IAM needs up to a minute to distribute a new role. */
async function waitForSource(context: ProbeContext, pipeline: string): Promise<ProbedActionResult | undefined> {
  const ensure = ensureExecution(context, pipeline);
  const decided = await pollUntilFound(context, { everyMs: 5000, limitMs: roleDelayMs }, async () => {
    await ensure();
    const result = await readActionResult(context, { pipeline, action: 'Source' });
    const isOpen = result === undefined || result.status === 'InProgress' || isRefused(result);
    return isOpen ? undefined : result;
  });
  return decided ?? readActionResult(context, { pipeline, action: 'Source' });
}

const cannotAssume: Findings = { 'pipeline-source-account': toAnswered('absent') };

function judgeTrust({ conditional, control }: Partial<SeenTrust>): Findings {
  if (conditional?.status === 'Succeeded') return { 'pipeline-source-account': toAnswered('sent') };
  if (conditional === undefined) return {};
  if (control?.status !== 'Succeeded')
    return { 'pipeline-source-account': toNotObserved('the source failed with a role without the condition too') };
  return isRefused(conditional) ? cannotAssume : { 'pipeline-source-account': toUnlisted({ error: conditional.code }) };
}

/** A pipeline whose role can only be assumed with aws:SourceAccount, beside one whose role can always be assumed. */
export const trustProbe = defineProbe<SeenTrust>({
  settles: ['pipeline-source-account'],
  needs: ['bucket', 'pipelineRole', 'actionType', 'pipeline', 'trustRole', 'trustPipeline'],
  wants: ['key'],
  // CodePipeline checks a role when a pipeline is created. CodePipeline accepted the role of the previous pipeline, so IAM has distributed the new roles.
  judgeRefusedCreation: (error) => (isCannotAssumeError(error) ? cannotAssume : undefined),
  async observe(context, seen) {
    seen.control = await waitForSource(context, context.names.pipeline);
    seen.conditional = await waitForSource(context, context.names.trustPipeline);
  },
  judge: judgeTrust,
});
