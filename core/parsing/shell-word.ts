/** Quotes a word for a shell, if that is necessary. */
export const quoteForShell = (text: string): string =>
  /^[\w.@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
