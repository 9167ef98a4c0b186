import type { StateMachineDeclaration } from './system-workflow.ts';

/**
 * A machine's definition with the table's name and the ARN of one version of each function, in the order of `machine.functions`. The versions do not change,
 * so a running execution uses the functions with which it started.
 */
export function renderDefinition(asl: string, machine: StateMachineDeclaration, versionArns: string[]): string {
  const versions = machine.functions.map((file, index) => [tokenForFile(file), versionArns[index] ?? '']);
  return substituteTokens(asl, { ...machine.tokens, ...Object.fromEntries(versions) });
}

/** A state machine's definition with the value of each `${Token}`: the ARN of a function's version, or the table's name. Throws if a token has no value, or a value has no token. */
export function substituteTokens(definition: string, tokens: Record<string, string>): string {
  const unused = Object.keys(tokens).filter((token) => !definition.includes(`\${${token}}`));
  const text = definition.replace(/\$\{(\w+)\}/g, (whole, token: string) => tokens[token] ?? whole);
  const left = [...definition.matchAll(/\$\{(\w+)\}/g)].flatMap(([whole, token = '']) =>
    token in tokens ? [] : whole,
  );
  if (left.length > 0 || unused.length > 0)
    throw new Error(
      `Tokens without a value: ${left.join(', ') || 'none'}. Values without a token: ${unused.join(', ') || 'none'}.`,
    );
  return text;
}

/** The token of a file: a state, its file and its token have the same name (`Read Images`, `read-images`, `ReadImages`). */
export const tokenForFile = (file: string): string =>
  file.replace(/(^|-)([a-z])/g, (_match, _hyphen, letter: string) => letter.toUpperCase());
