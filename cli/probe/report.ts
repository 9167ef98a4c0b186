import type { Assumption } from '../../local/assumptions/assumption.ts';
import { assumptions } from '../../local/assumptions/list.ts';
import type { Findings, ObservedFacts, ProbeFinding } from './finding.ts';

/** One line of the report. The type has no field that could hold a name, an ARN or an account id. */
export interface ReportedFinding {
  assumption: string;
  default: string;
  state: ProbeFinding['state'];
  answer?: string;
  isDefault?: boolean;
  reason?: string;
  action?: string;
  observed?: ObservedFacts;
}

/** Why an assumption without a finding has none, by the way in which the assumption can be probed. */
const unprobedReasons = {
  read: 'the run ended before',
  create: 'needs --create',
  hand: 'only by hand (docs/assumptions.md)',
  none: 'no single observation can answer it',
};

const unprobed = ({ probe }: Assumption, created: boolean): ProbeFinding => ({
  state: 'not probed',
  reason: probe.by === 'create' && created ? unprobedReasons.read : unprobedReasons[probe.by],
});

const entries: [string, Assumption][] = Object.entries(assumptions);

/** Returns the finding for every assumption, in the order of the list. `created`: the run could create resources. */
export function reportFindings(findings: Findings, created: boolean): ReportedFinding[] {
  const known = new Map<string, ProbeFinding>(Object.entries(findings));
  return entries.map(([id, assumption]) => {
    const finding = known.get(id) ?? unprobed(assumption, created);
    const isDefault = finding.state === 'answered' ? { isDefault: finding.answer === assumption.default } : {};
    return { assumption: id, default: assumption.default, ...finding, ...isDefault };
  });
}

const formatFacts = (observed: ObservedFacts | undefined): string => {
  const facts = Object.entries(observed ?? {}).map(([name, value]) => `${name} ${value}`);
  return facts.length === 0 ? '' : ` [${facts.join(', ')}]`;
};

function formatFinding({
  state,
  answer,
  isDefault,
  reason,
  action,
  default: expected,
  observed,
}: ReportedFinding): string {
  if (state === 'answered')
    return `${answer}${isDefault ? ' (the default)' : ` (the default is ${expected})`}${formatFacts(observed)}`;
  if (state === 'unlisted') return `NONE OF THE LISTED ANSWERS${formatFacts(observed)}: please report it`;
  if (state === 'denied') return `denied: these permissions cannot probe it (${action})`;
  return `${state}: ${reason}${formatFacts(observed)}`;
}

/** Formats the report for the terminal, one line for each assumption. */
export function formatReport(report: ReportedFinding[]): string {
  const width = Math.max(...report.map(({ assumption }) => assumption.length));
  return report.map((one) => `${one.assumption.padEnd(width)}  ${formatFinding(one)}`).join('\n');
}
