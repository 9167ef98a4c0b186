/** A state machine's definition with the value of each `${Token}`: a function's ARN, or the table's name. Throws if a token has no value, or a value has no token. */
export function substituteTokens(definition: string, tokens: Record<string, string>): string {
  const unused = Object.keys(tokens).filter((token) => !definition.includes(`\${${token}}`));
  const text = definition.replace(/\$\{(\w+)\}/g, (whole, token: string) => tokens[token] ?? whole);
  const left = [...text.matchAll(/\$\{\w+\}/g)].map(([token]) => token);
  if (left.length > 0 || unused.length > 0)
    throw new Error(
      `Tokens without a value: ${left.join(', ') || 'none'}. Values without a token: ${unused.join(', ') || 'none'}.`,
    );
  return text;
}
