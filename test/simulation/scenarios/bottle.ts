/** The text of a Bottle, in block style, as people write it. */
export const bottle = (name: string, spec = 'agent: claude'): string =>
  `# ${name}, by hand\napiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: ${name}   # kept\nspec:\n${spec
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')}\n`
