import { readPath } from './path.ts'
import type { Request } from './policy.ts'

/** The smallest entry that would allow a request, as YAML to be added to the policy. Pure. `host` is canonical. */
export const suggest = ({ host, port, method, path, websocket }: Request): readonly string[] => {
  const { readings, push, unclear } = readPath(path)
  const [reading = ''] = readings
  // Parameters may be dropped: whatever stands there.
  const glob = /^[^*?%\x80-\uFFFF]{1,200}$/.test(reading) ? reading.replace(/;[^/]*/g, '*') : undefined
  return [
    unclear === undefined
      ? 'Add to allow:'
      : 'Write the path so that it is read in one way; or allow every path. Add to allow:',
    `- host: ${scalar(host)}`,
    ...(port === 443 ? [] : [`  ports: [${port}]`]),
    ...(/^[A-Z][A-Z0-9_-]{0,31}$/.test(method) ? [`  methods: [${scalar(method)}]`] : []),
    ...(glob === undefined ? [] : [`  paths: [${JSON.stringify(glob)}]`]),
    ...(websocket === true ? ['  websocket: true'] : []),
    ...(push ? ['  push: true'] : []),
  ]
}

/** YAML would take some names for a number or for null. */
const scalar = (text: string): string => (/^(?!null$|true$|false$)[a-z]/i.test(text) ? text : JSON.stringify(text))
