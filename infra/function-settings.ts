/** What all functions have in common, as Lambda's CreateFunction names it. */
export const functionSettings = (file: string) => ({
  Description: `Gantry: ${file.replaceAll('-', ' ')}`,
  Runtime: 'nodejs24.x' as const,
  Architectures: ['arm64' as const],
  Handler: `${file}.handler`,
});
