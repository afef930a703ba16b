import { readJson } from '../../controller/document/json.ts'
import { parseFile } from '../../controller/document/parse.ts'
import { readYaml } from '../../controller/document/yaml.ts'
import { type Parsed, viewsOf } from './bottle-view.ts'

/** The bottles of a file that must be parsed: only then the library for YAML is loaded. No effects. */
export const parseViews = (path: string, text: string): Parsed =>
  viewsOf({
    path,
    text,
    parsed: parseFile({ path, text }),
    raw: (index) => (path.endsWith('.json') ? readJson(text).value : readYaml(text).documents[index]?.value),
  })
