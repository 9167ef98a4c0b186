import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Code that is deployed or installed, and the code of the command line. */
const shipped = globSync('{aws,bundle,cli,core,demo,functions,infra,policy-evaluator,state-machines}/**/*.{ts,json}', {
  cwd: root,
});

/** The texts that differ between partitions: the second part of an ARN, the hosts of services, the console, and the partition's name as data. */
const literal = /\barn:aws(-cn|-us-gov)?:|\bamazonaws\.com|\bconsole\.aws\.amazon|'aws(-cn|-us-gov)'/;

/** The places where such a text is right, and the reasons. */
const allowed: { where: RegExp; what: RegExp; reason: string }[] = [
  { where: /^core\/parsing\/partition\.ts$/, what: /./, reason: 'it defines the partitions' },
  {
    where: /./,
    what: /(?<![\w.}])[a-z-]+\.amazonaws\.com(?![\w.])/,
    reason:
      'a service principal is SERVICE.amazonaws.com in every partition (AWS CDK, aws-iam ServicePrincipalOpts, standardizedServicePrincipals)',
  },
  { where: /^core\/image\/definitions\.ts$/, what: /^const example/, reason: 'an example in a message' },
];

/** The lines of a file without comments and without links to AWS's documentation. */
const codeLines = (file: string): string[] =>
  readFileSync(join(root, file), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\/\/.*$/, '').replaceAll(/https?:\/\/docs\.aws\.amazon\.com/g, ''));

const findings = shipped.flatMap((file) =>
  codeLines(file)
    .filter((line) => literal.test(line))
    .map((line) => ({ file, line: line.trim() })),
);

const isAllowed = ({ file, line }: { file: string; line: string }, { where, what }: (typeof allowed)[number]) =>
  where.test(file) && what.test(line);

it('shipped code takes ARNs, hosts and links from the partition of the Region', () => {
  expect(findings.filter((found) => !allowed.some((one) => isAllowed(found, one)))).toEqual([]);
});

it('each exception of this test is used', () => {
  expect(allowed.filter((one) => !findings.some((found) => isAllowed(found, one)))).toEqual([]);
});
