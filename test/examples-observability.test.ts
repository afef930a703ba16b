import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { createMetrics } from '../cli/listen/metrics.ts'
import { valueAt } from '../drivers/json.ts'
import { needing } from './helpers/program.ts'
import { suite } from './helpers/suite.ts'

/** The examples for Prometheus and Grafana name what `/metrics` has, and Prometheus takes them. */
const test = suite('example observability')
const withPromtool = needing(test, 'promtool')
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'examples', 'observability')
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly annotations: Readonly<Record<string, string>>
}
interface Panel {
  readonly title: string
  readonly targets: readonly { readonly expr: string }[]
}

const rules = (
  parse(read('alerts.yaml')) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] }
).groups.flatMap((group) => group.rules)
const { panels, templating } = JSON.parse(read('grafana-dashboard.json')) as {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly query: unknown }[] }
}
const shown = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: title, expr })))
const exprs = [...rules.map(({ alert, expr }) => ({ where: alert, expr })), ...shown]

/** As Grafana puts them in. */
const filled = (expr: string): string => expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*')

/** The series of an expression: what is no function, keyword, label or duration. */
const seriesIn = (expr: string): readonly string[] =>
  [
    ...expr
      .replaceAll(/"[^"]*"/g, '')
      .replaceAll(/\{[^}]*\}|\[[^\]]*\]|\b(by|on|without) \([^)]*\)/g, ' ')
      .matchAll(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g),
  ]
    .map(([word]) => word)
    .filter((word) => !['and', 'or', 'unless'].includes(word))

const served = async (): Promise<ReadonlySet<string>> => {
  const types = [...(await createMetrics().text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  return new Set([
    'up',
    ...types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['bucket', 'count', 'sum'].map((part) => `${name}_${part}`) : [name],
    ),
  ])
}

test('every expression of an alert and of the dashboard names metrics that are served', async () => {
  const known = await served()
  assert.ok(exprs.length > 25 && known.size > 20)
  for (const { where, expr } of exprs) {
    const series = seriesIn(expr)
    assert.ok(series.length > 0, where)
    assert.equal(
      series.filter((name) => !known.has(name)),
      [],
      `${where}: ${expr}`,
    )
  }
  // The check itself would notice.
  assert.equal(
    seriesIn('sum by (le) (rate(a_bucket{b="c"}[5m])) > 0 and on (x) d').filter((name) => !known.has(name)),
    ['a_bucket', 'd'],
  )
})

test('every label is one that docs/metrics.md gives that metric, and every phase one of the schema', () => {
  const docs = readFileSync(join(root, 'docs', 'metrics.md'), 'utf8')
  const labels = new Map(
    [...docs.matchAll(/^\| `(bottled_\w+)(?:\{([\w,]+)\})?` \|/gm)].map(([, name = '', list = '']) => [
      name,
      new Set(['job', 'instance', 'le', ...list.split(',')]),
    ]),
  )
  const schema: unknown = JSON.parse(readFileSync(join(root, 'schemas', 'bottle.schema.json'), 'utf8'))
  const phases = valueAt(schema, ['properties', 'status', 'properties', 'phase', 'enum'])
  assert.ok(Array.isArray(phases))
  let seen = 0
  for (const { where, expr } of exprs)
    for (const [, name = '', list = ''] of expr.matchAll(/(bottled_\w+)\{([^}]*)\}/g)) {
      const allowed = labels.get(name.replace(/_(bucket|count|sum)$/, ''))
      assert.ok(allowed !== undefined, `${where}: docs/metrics.md has no ${name}`)
      for (const [, label = '', value = ''] of list.matchAll(/(\w+)[=!~]+"([^"]*)"/g)) {
        seen += 1
        assert.ok(allowed.has(label), `${where}: ${name} has no label ${label}`)
        const unknown = label === 'phase' ? value.split('|').filter((phase) => !phases.includes(phase)) : []
        assert.equal(unknown, [], where)
      }
    }
  assert.ok(seen > 15)
  assert.match(JSON.stringify(templating), /label_values\(bottled_ready, instance\)/)
})

test('each alert has a summary, a next command, and a case in which it fires', () => {
  const cases = read('alerts.test.yaml')
  for (const { alert, annotations } of rules) {
    assert.ok(annotations['summary'] !== undefined && annotations['next'] !== undefined, alert)
    assert.match(cases, new RegExp(`alertname: ${alert}\\n +exp_alerts:\\n`), alert)
  }
})

withPromtool('promtool takes the configuration, and every alert fires when it must', () => {
  const run = (...args: readonly string[]): string =>
    execFileSync('promtool', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  assert.match(run('check', 'config', 'prometheus.yaml'), /SUCCESS: 9 rules found/)
  assert.match(run('test', 'rules', 'alerts.test.yaml'), /SUCCESS/)
})

withPromtool('promtool takes every query of the dashboard, and what is served itself', async () => {
  const place = mkdtempSync(join(tmpdir(), 'bottle-t-prom-'))
  try {
    const recorded = shown.map(({ expr }, index) => ({ record: `q:${index}`, expr: filled(expr) }))
    const file = join(place, 'rules.json')
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'q', rules: recorded }] }))
    const checked = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' })
    assert.is(checked.status, 0, checked.stderr)
    const lint = spawnSync('promtool', ['check', 'metrics'], { input: await createMetrics().text(), encoding: 'utf8' })
    // prom-client's own gauges end in _total; they are its to name.
    assert.equal(
      lint.stderr.split('\n').filter((line) => line.startsWith('bottled_')),
      [],
    )
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
})

test.run()
