import type { Asked } from '../local/cloud.ts';
import type { Running } from '../local/run/start.ts';
import type { Counted } from './row.ts';

/** Counts what each deployer asks of the embedded AWS, cell by cell. */
export interface Counter {
  counted(cell: string): Counted;
}

/** Whether a text names a cell, and not only one whose name is longer. */
export const names = (text: string, cell: string): boolean => new RegExp(`(?<![a-z0-9])${cell}(?![a-z0-9])`).test(text);

/** Whether a call was made for a cell: its caller or its input names the cell. */
export const isOf = (cell: string, { as, input }: Pick<Asked, 'as' | 'input'>): boolean =>
  names(as.caller.arn, cell) || names(JSON.stringify(input) ?? '', cell);

/** The roles that Gantry itself calls with: those of its functions, and the one in the target account. */
const gantryRoles = ({ system, config }: Running): string[] => [
  ...system.functions.map(({ role }) => role),
  ...config.targets.map(({ account, role, name }) => `arn:aws:iam::${account}:role/${role ?? `${name}-deployment`}`),
];

/** A session's role: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` is one of `arn:aws:iam::ACCOUNT:role/ROLE`. */
const roleOf = (arn: string): string =>
  arn.replace(':sts:', ':iam:').replace(/:assumed-role\/(.+)\/[^/]+$/, ':role/$1');

/** Begins to count. `cells`: their names; `user`: whether a caller is a deployer beside Gantry. */
export function count(running: Running, cells: string[], user: (arn: string) => boolean): Counter {
  const ours = new Set(gantryRoles(running));
  const by = new Map(cells.map((cell) => [cell, { calls: 0, operations: new Map<string, number>(), ran: 0, busy: 0 }]));
  const named = (matches: (cell: string) => boolean) => by.get(cells.find(matches) ?? '');
  const { cloud } = running;
  cloud.faults = {
    call(asked, go) {
      const { arn } = asked.as.caller;
      // Lambda delivers a function's log with the function's role: no call of the function's own.
      const made = asked.service !== 'logs' && (ours.has(roleOf(arn)) || user(arn));
      const cell = made ? named((each) => isOf(each, asked)) : undefined;
      if (cell !== undefined) {
        const operation = `${asked.service} ${asked.operation}`;
        cell.calls += 1;
        cell.operations.set(operation, (cell.operations.get(operation) ?? 0) + 1);
      }
      return go();
    },
    event: (_event, go) => go(),
    async run(ran, go) {
      const cell = named((each) => names(ran.payload, each));
      const outcome = await go();
      if (cell !== undefined) {
        cell.ran += 1;
        cell.busy += gigabyteSeconds(outcome.log);
      }
      return outcome;
    },
  };
  return { counted: (cell) => countedOf(by.get(cell), cell.endsWith('-gantry')) };
}

const reported = /Billed Duration: (\d+) ms\tMemory Size: (\d+) MB/;

/** What Lambda would bill for an invocation, by the REPORT line that ends its log; 0 without one. */
export function gigabyteSeconds(log: string): number {
  const [, ms, megabytes] = reported.exec(log) ?? [];
  return (Number(ms ?? 0) / 1000) * (Number(megabytes ?? 0) / 1024);
}

interface Tally {
  calls: number;
  operations: Map<string, number>;
  ran: number;
  busy: number;
}

function countedOf(tally: Tally | undefined, gantry: boolean): Counted {
  const { calls = 0, operations = new Map(), ran = 0, busy = 0 } = tally ?? {};
  const counts = { calls, operations: Object.fromEntries(operations) };
  return gantry ? { ...counts, invocations: ran, gigabyteSeconds: busy } : counts;
}
