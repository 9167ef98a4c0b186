import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { command } from '../cli/command.ts';

/** A package as package-lock.json (version 3) has it. `dev`: nothing that is deployed needs it. */
export interface Package {
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  optional?: boolean;
  link?: boolean;
  integrity?: string;
  resolved?: string;
}
export type Packages = Record<string, Package>;

/** Licences that what we deploy may have: they ask for no more than a notice. */
const free = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0', 'Zlib'];

/** Licences of tools that are used and never handed on: MPL and AGPL ask for the source of what is distributed, which they are not. */
const forTools = [...free, 'MPL-2.0', 'AGPL-3.0-or-later', 'CC0-1.0', 'CC-BY-4.0', 'Python-2.0', 'Unlicense'];

/** An SPDX expression, of the forms that occur: of `A OR B` one has to be allowed, of `A AND B` all. */
export function isAllowed(expression: string, allowed: string[]): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  if (bare.includes(' OR ')) return bare.split(' OR ').some((one) => isAllowed(one, allowed));
  return bare.split(' AND ').every((one) => allowed.includes(one.trim()));
}

const isTool = ({ dev, devOptional }: Package): boolean => dev === true || devOptional === true;

function mistakeIn(path: string, one: Package): string[] {
  const name = path.replace(/^.*node_modules\//, '');
  const { license = 'none' } = one;
  return [
    ...(isAllowed(license, isTool(one) ? forTools : free)
      ? []
      : [`${name} has the licence ${license}; ${isTool(one) ? 'a tool' : 'what is deployed'} may have none such.`]),
    ...(one.integrity === undefined ? [`${name} is not pinned: package-lock.json has no integrity of it.`] : []),
  ];
}

/** What is wrong with the packages of a lockfile, a sentence each: a licence that is not allowed, or contents that are not pinned. */
export const mistakesIn = (packages: Packages): string[] =>
  Object.entries(packages).flatMap(([path, one]) => (path === '' ? [] : mistakeIn(path, one)));

/** The ranges of package.json that are not one version. */
export const unpinned = (dependencies: Record<string, string>): string[] =>
  Object.entries(dependencies).flatMap(([name, range]) =>
    /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(range) ? [] : [`${name} is ${range} in package.json: pin it to one version.`],
  );

/** Packages that are deployed, and tools, with the licences by how often they occur. */
export function summary(packages: Packages): string {
  const count = (tools: boolean) => {
    const of = Object.entries(packages).filter(([path, one]) => path !== '' && isTool(one) === tools);
    const licences = Map.groupBy(of, ([, { license = 'none' }]) => license);
    const listed = [...licences]
      .sort(([, a], [, b]) => b.length - a.length)
      .map(([name, { length }]) => `${name} ${length}`);
    return `${of.length} ${tools ? 'tools' : 'packages are deployed'}: ${listed.join(', ')}`;
  };
  return `${count(false)}\n${count(true)}`;
}

/** npm's report: what is known to be vulnerable, or that the registry was not to be asked. */
export function auditOf(report: string): { vulnerable: string[] } | { skipped: string } {
  try {
    const { vulnerabilities, message } = JSON.parse(report);
    return vulnerabilities ? { vulnerable: Object.keys(vulnerabilities) } : { skipped: String(message) };
  } catch {
    return { skipped: 'npm audit answered no JSON' };
  }
}

const audit = async (): Promise<string> => {
  const asked = promisify(execFile)('npm', ['audit', '--omit=dev', '--json', '--fetch-retries=0'], { timeout: 60_000 });
  // npm ends with an error where it found something, and says what on its standard output.
  return asked.then(
    ({ stdout }) => stdout,
    (error: { stdout?: string }) => error.stdout ?? '',
  );
};

async function check(): Promise<number> {
  const here = (file: string) => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
  const { dependencies, devDependencies } = here('package.json');
  const { packages } = here('package-lock.json');
  const found = auditOf(await audit());
  const mistakes = [...mistakesIn(packages), ...unpinned({ ...dependencies, ...devDependencies })];
  if ('vulnerable' in found)
    mistakes.push(...found.vulnerable.map((name) => `${name} is known to be vulnerable: npm audit says how.`));
  console.log(summary(packages));
  console.log('skipped' in found ? `Not audited: ${found.skipped}` : 'Audited.');
  for (const mistake of mistakes) console.error(mistake);
  return mistakes.length === 0 ? 0 : 1;
}

const usage = `npm run supply

Checks the packages of package-lock.json: licences, that each is pinned, and with npm audit what is known to be vulnerable.
Ends with 1 where something is wrong.
`;

if (import.meta.main) process.exitCode = await command({ usage, options: {}, run: check });
