import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { runCommand } from '../cli/command.ts';

/** A package in package-lock.json (version 3). */
export interface Package {
  license?: string;
  optional?: boolean;
  link?: boolean;
  integrity?: string;
  resolved?: string;
}
export type Packages = Record<string, Package>;

/** The paths in the lockfile of the packages whose code is in the functions or in the npm package. All others are tools. */
export type DistributedPackages = ReadonlySet<string>;

/** Licences allowed for what is distributed: they require no more than a notice. */
const distributedLicences = [
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
  ...distributedLicences,
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

function checkPackage(path: string, one: Package, isDistributed: boolean): string[] {
  const name = path.replace(/^.*node_modules\//, '');
  const { license = 'none' } = one;
  return [
    ...(isLicenceAllowed(license, isDistributed ? distributedLicences : toolLicences)
      ? []
      : [
          `${name} has the licence ${license}; it is not allowed for ${isDistributed ? 'what is distributed' : 'a tool'}.`,
        ]),
    ...(one.integrity === undefined ? [`${name} is not pinned: package-lock.json has no integrity for it.`] : []),
  ];
}

/** Returns one message for each package of a lockfile whose licence is not allowed or whose contents are not pinned. */
export const checkLicencesAndPins = (packages: Packages, distributed: DistributedPackages): string[] =>
  Object.entries(packages).flatMap(([path, one]) =>
    path === '' ? [] : checkPackage(path, one, distributed.has(path)),
  );

/** Returns one message for each dependency in package.json that is not pinned to one version. */
export const checkVersions = (dependencies: Record<string, string>): string[] =>
  Object.entries(dependencies).flatMap(([name, range]) =>
    /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(range) ? [] : [`${name} is ${range} in package.json: pin it to one version.`],
  );

/** Counts the distributed packages and the tools, and their licences, most frequent first. */
export function summarizeLicences(packages: Packages, distributed: DistributedPackages): string {
  const count = (isDistributed: boolean) => {
    const of = Object.entries(packages).filter(([path]) => path !== '' && distributed.has(path) === isDistributed);
    const licences = Map.groupBy(of, ([, { license = 'none' }]) => license);
    const listed = [...licences]
      .sort(([, a], [, b]) => b.length - a.length)
      .map(([name, { length }]) => `${name} ${length}`);
    return `${of.length} ${isDistributed ? 'packages are distributed' : 'tools'}: ${listed.join(', ')}`;
  };
  return `${count(true)}\n${count(false)}`;
}

/** Reads the report of `npm audit`: the vulnerable packages of these names, or why the registry could not be asked. */
export function parseAuditReport(
  report: string,
  names: ReadonlySet<string>,
): { vulnerable: string[] } | { skipped: string } {
  try {
    const { vulnerabilities, message } = JSON.parse(report);
    return vulnerabilities
      ? { vulnerable: Object.keys(vulnerabilities).filter((name) => names.has(name)) }
      : { skipped: String(message) };
  } catch {
    return { skipped: 'npm audit answered no JSON' };
  }
}

const runAudit = async (): Promise<string> => {
  const asked = promisify(execFile)('npm', ['audit', '--json', '--fetch-retries=0'], { timeout: 60_000 });
  // npm exits with an error if it found something, and prints what to its standard output.
  return asked.then(
    ({ stdout }) => stdout,
    (error: { stdout?: string }) => error.stdout ?? '',
  );
};

async function check(): Promise<number> {
  const readJson = (file: string) => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
  const { devDependencies } = readJson('package.json');
  const { packages } = readJson('package-lock.json');
  const distributed = new Set<string>(readJson('.build/bundled-packages.json'));
  const names = new Set([...distributed].map((path) => path.replace(/^.*node_modules\//, '')));
  const found = parseAuditReport(await runAudit(), names);
  const problems = [...checkLicencesAndPins(packages, distributed), ...checkVersions(devDependencies)];
  if ('vulnerable' in found)
    problems.push(...found.vulnerable.map((name) => `${name} has a known vulnerability: run npm audit.`));
  console.log(summarizeLicences(packages, distributed));
  console.log('skipped' in found ? `Not audited: ${found.skipped}` : 'Audited.');
  for (const problem of problems) console.error(problem);
  return problems.length === 0 ? 0 : 1;
}

const usage = `npm run supply

Checks the packages in package-lock.json: their licences, that each is pinned, and with npm audit the known vulnerabilities of those whose code is
distributed, in the functions or in the npm package. Run npm run build first, which lists them.
Exits with 1 if it finds a problem.
`;

if (import.meta.main) process.exitCode = await runCommand({ usage, options: {}, run: check });
