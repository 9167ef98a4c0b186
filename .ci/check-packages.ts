import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { runCommand } from '../cli/command.ts';

/** A package in package-lock.json (version 3). `dev`: nothing that is deployed needs it. */
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

/** Licences allowed for what is deployed: they require no more than a notice. */
const deployedLicences = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Zlib',
];

/** Licences allowed for tools, which are never distributed: MPL and AGPL require the source of what is distributed. */
const toolLicences = [
  ...deployedLicences,
  'MPL-2.0',
  'AGPL-3.0-or-later',
  'CC0-1.0',
  'CC-BY-4.0',
  'Python-2.0',
  'Unlicense',
];

/** Takes an SPDX expression in the forms that occur: one part of `A OR B` must be allowed, every part of `A AND B`. */
export function isLicenceAllowed(expression: string, allowed: string[]): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  if (bare.includes(' OR ')) return bare.split(' OR ').some((one) => isLicenceAllowed(one, allowed));
  return bare.split(' AND ').every((one) => allowed.includes(one.trim()));
}

const isTool = ({ dev, devOptional }: Package): boolean => dev === true || devOptional === true;

function checkPackage(path: string, one: Package): string[] {
  const name = path.replace(/^.*node_modules\//, '');
  const { license = 'none' } = one;
  return [
    ...(isLicenceAllowed(license, isTool(one) ? toolLicences : deployedLicences)
      ? []
      : [`${name} has the licence ${license}; it is not allowed for ${isTool(one) ? 'a tool' : 'what is deployed'}.`]),
    ...(one.integrity === undefined ? [`${name} is not pinned: package-lock.json has no integrity for it.`] : []),
  ];
}

/** Returns one message for each package of a lockfile whose licence is not allowed or whose contents are not pinned. */
export const checkLicencesAndPins = (packages: Packages): string[] =>
  Object.entries(packages).flatMap(([path, one]) => (path === '' ? [] : checkPackage(path, one)));

/** Returns one message for each dependency in package.json that is not pinned to one version. */
export const checkVersions = (dependencies: Record<string, string>): string[] =>
  Object.entries(dependencies).flatMap(([name, range]) =>
    /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(range) ? [] : [`${name} is ${range} in package.json: pin it to one version.`],
  );

/** Counts the deployed packages and the tools, and their licences, most frequent first. */
export function summarizeLicences(packages: Packages): string {
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

/** Reads the report of `npm audit`: the vulnerable packages, or why the registry could not be asked. */
export function parseAuditReport(report: string): { vulnerable: string[] } | { skipped: string } {
  try {
    const { vulnerabilities, message } = JSON.parse(report);
    return vulnerabilities ? { vulnerable: Object.keys(vulnerabilities) } : { skipped: String(message) };
  } catch {
    return { skipped: 'npm audit answered no JSON' };
  }
}

const runAudit = async (): Promise<string> => {
  const asked = promisify(execFile)('npm', ['audit', '--omit=dev', '--json', '--fetch-retries=0'], { timeout: 60_000 });
  // npm exits with an error if it found something, and prints what to its standard output.
  return asked.then(
    ({ stdout }) => stdout,
    (error: { stdout?: string }) => error.stdout ?? '',
  );
};

async function check(): Promise<number> {
  const readJson = (file: string) => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
  const { dependencies, devDependencies } = readJson('package.json');
  const { packages } = readJson('package-lock.json');
  const found = parseAuditReport(await runAudit());
  const problems = [...checkLicencesAndPins(packages), ...checkVersions({ ...dependencies, ...devDependencies })];
  if ('vulnerable' in found)
    problems.push(...found.vulnerable.map((name) => `${name} has a known vulnerability: run npm audit.`));
  console.log(summarizeLicences(packages));
  console.log('skipped' in found ? `Not audited: ${found.skipped}` : 'Audited.');
  for (const problem of problems) console.error(problem);
  return problems.length === 0 ? 0 : 1;
}

const usage = `npm run supply

Checks the packages in package-lock.json: their licences, that each is pinned, and with npm audit their known vulnerabilities.
Exits with 1 if it finds a problem.
`;

if (import.meta.main) process.exitCode = await runCommand({ usage, options: {}, run: check });
