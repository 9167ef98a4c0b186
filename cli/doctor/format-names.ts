/** The maximum number of names in one result. */
const maxNamesShown = 20;

/** Lists names in a result. */
export const formatNames = (names: string[]): string =>
  names.length === 0
    ? 'none'
    : `${names.slice(0, maxNamesShown).join(', ')}${names.length > maxNamesShown ? ` and ${names.length - maxNamesShown} more` : ''}`;
