import { Document, isScalar, Scalar, visit } from 'yaml'
import type { ToStringOptions } from 'yaml'
import { harmlessYaml, isHarmless } from '../../drivers/harmless.ts'

/** A value as YAML; what could act on a terminal or hide is escaped, in double quotes. Pure. */
export const yamlText = (
  value: unknown,
  { version = '1.2', ...layout }: ToStringOptions & { readonly version?: '1.1' | '1.2' } = {},
): string => {
  const document = new Document(value, { version, aliasDuplicateObjects: false })
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar(node) && typeof node.value === 'string' && !isHarmless(node.value)) node.type = Scalar.QUOTE_DOUBLE
    },
  })
  return harmlessYaml(document.toString(layout))
}
