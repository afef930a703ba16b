import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildForBench } from './build.ts'
import { measureBringUp } from './bring-up.ts'
import { measureColdStart } from './cold-start.ts'
import { measureDecision } from './decision.ts'
import { measureFirstOfMany } from './first-of-many.ts'
import { measureContainer } from './figures/container.ts'
import { measureTimes } from './figures/times.ts'
import { createFleets } from './fleets.ts'
import { measureGet } from './get.ts'
import { measureIdle } from './idle.ts'
import { measureLatency } from './latency.ts'
import { judged, tableHead, tableRow } from './measurement.ts'
import type { Measurement } from './measurement.ts'
import { measureNoOp } from './no-op.ts'
import { measureProxy } from './proxy.ts'
import { measureWrites } from './writes.ts'
import type { BenchOptions } from './options.ts'

/**
 * `npm run bench -- [NAME…] [--bottles N] [--cold N]`: one JSON line per measurement on stdout, a table on stderr.
 *
 * Flow: compile, restart from the compiled files, measure. Guarantees: each value is compared with the floor of the same
 *   run; exit 1 if a budget is missed. Caveats: a busy machine slows both, not always by the same factor.
 */
const MEASUREMENTS: Readonly<Record<string, (options: BenchOptions) => Promise<readonly Measurement[]>>> = {
  'no-op': measureNoOp,
  latency: measureLatency,
  writes: measureWrites,
  idle: measureIdle,
  get: measureGet,
  decision: measureDecision,
  proxy: measureProxy,
  'first-of-many': measureFirstOfMany,
  'cold-start': measureColdStart,
  times: measureTimes,
  'bring-up': measureBringUp,
  container: measureContainer,
}

const given = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { bottles: { type: 'string', default: '1000' }, cold: { type: 'string', default: '1000' } },
  })
  return { values, names: positionals.length === 0 ? Object.keys(MEASUREMENTS) : positionals }
}

const measure = async (): Promise<number> => {
  const { values, names } = given()
  const unknown = names.find((name) => MEASUREMENTS[name] === undefined)
  if (unknown !== undefined) {
    process.stderr.write(`error: unknown measurement ${unknown}: choose from ${Object.keys(MEASUREMENTS).join(', ')}\n`)
    return 2
  }
  const fleets = createFleets()
  let missed = 0
  process.stderr.write(`${tableHead()}\n`)
  try {
    for (const name of names) {
      const work = MEASUREMENTS[name]
      const found = (await work?.({ bottles: Number(values.bottles), cold: Number(values.cold), fleets })) ?? []
      for (const result of found.map(judged)) {
        process.stdout.write(`${JSON.stringify(result)}\n`)
        process.stderr.write(`${tableRow(result)}\n`)
        if (!result.ok) missed += 1
      }
    }
  } finally {
    await fleets.dispose()
  }
  return missed === 0 ? 0 : 1
}

if (import.meta.filename.endsWith('.ts')) {
  const main = buildForBench(dirname(import.meta.dirname))
  // Built from files beside the tests, which are not compiled.
  const { bundleImage } = await import('../test/helpers/bundle-image.ts')
  const image = await bundleImage().catch(() => '')
  const { baseImage, ownImageMissing } = await import('../test/bundle/image/own-image.ts')
  const needsHolder = given().names.includes('container') && ownImageMissing() === undefined
  const holder = needsHolder ? await baseImage() : ''
  const { makeCertificates } = await import('../test/conformance/proxy/certificates.ts')
  const { bundleModules } = await import('../test/conformance/proxy/modules.ts')
  const folder = mkdtempSync(join(tmpdir(), 'bottle-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const certificates = join(folder, 'certificates.json')
  writeFileSync(certificates, JSON.stringify(makeCertificates()), { mode: 0o600 })
  const modules = bundleModules()
  const env = {
    ...process.env,
    BENCH_BUNDLE_IMAGE: image,
    BENCH_HOLDER_IMAGE: holder,
    BENCH_CERTIFICATES: certificates,
    BENCH_BUNDLE_MODULES: 'path' in modules ? modules.path : '',
  }
  const child = spawn(process.execPath, [...profileFlags(), main, ...process.argv.slice(2)], { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.once('exit', (code) => (process.exitCode = code ?? 1))
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  // Timers of a stopped manager may still be pending.
  process.exit(await measure())
}

/** `BENCH_PROFILE=FOLDER`: a CPU profile of the run. */
function profileFlags(): readonly string[] {
  const folder = process.env['BENCH_PROFILE']
  return folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', join(process.cwd(), folder)]
}
