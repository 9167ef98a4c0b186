/** The option that prints environment values and everything else that can be secret. */
export const showValuesOption = 'show-values';
export const dryRunOptions = {
  'dry-run': { type: 'boolean', default: false },
  [showValuesOption]: { type: 'boolean', default: false },
} as const;
