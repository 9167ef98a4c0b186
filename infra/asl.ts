/** A state machine's definition with a function's ARN for each `${Token}`. Throws where one is left over, or stands for nothing. */
export function filled(definition: string, tokens: Record<string, string>): string {
  const unused = Object.keys(tokens).filter((token) => !definition.includes(`\${${token}}`));
  const text = definition.replace(/\$\{(\w+)\}/g, (whole, token: string) => tokens[token] ?? whole);
  const left = [...text.matchAll(/\$\{\w+\}/g)].map(([token]) => token);
  if (left.length > 0 || unused.length > 0)
    throw new Error(
      `The state machine names no function for ${left.join(', ') || 'nothing'}, and has no state for ${unused.join(', ') || 'nothing'}.`,
    );
  return text;
}
