/** A state machine's definition with what stands for each `${Token}`: a function's ARN, the table's name. Throws where one is left over, or stands for nothing. */
export function substituteTokens(definition: string, tokens: Record<string, string>): string {
  const unused = Object.keys(tokens).filter((token) => !definition.includes(`\${${token}}`));
  const text = definition.replace(/\$\{(\w+)\}/g, (whole, token: string) => tokens[token] ?? whole);
  const left = [...text.matchAll(/\$\{\w+\}/g)].map(([token]) => token);
  if (left.length > 0 || unused.length > 0)
    throw new Error(
      `The state machine has nothing to put for ${left.join(', ') || 'nothing'}, and has no state for ${unused.join(', ') || 'nothing'}.`,
    );
  return text;
}
