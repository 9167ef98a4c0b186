/** A line of JSON as every verb prints it with `--json` (docs/cli.md). */
export const formatJsonLine = (at: Date, type: string, fields: object): string =>
  `${JSON.stringify({ at: at.toISOString(), type, ...fields })}\n`;
