import { readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import * as assert from 'uvu/assert'
import { reconcilers } from '../reconcilers/index.ts'
import { suite } from './helpers/suite.ts'

const test = suite('architecture')
const root = new URL('..', import.meta.url).pathname
const GENERATED = new Set([
  'schemas/bottle.ts',
  'schemas/validate.ts',
  'schemas/fields.ts',
  'schemas/policy.ts',
  'schemas/validate-policy.ts',
  'schemas/policy-fields.ts',
  'schemas/egress.ts',
  'schemas/validate-egress.ts',
  'schemas/egress-fields.ts',
  'schemas/egress-presets.ts',
])
const LONGEST = 250
const MOST_FILES = 24

/** What each room may import: no more and no less. `cli` is the executables. */
const ARROWS: Readonly<Record<string, string>> = {
  schemas: '',
  'schemas/generate': 'schemas',

  'egress/address': '',
  'egress/asks': 'egress',
  egress: 'schemas egress/address',
  'egress/git': 'schemas egress',

  page: 'egress/asks',

  'bundle/engine': '',
  'bundle/guard': 'egress egress/{address,git} bundle/engine',
  'bundle/socket': '',
  'bundle/gate': 'egress egress/{address,asks,git} bundle/socket',
  'bundle/control': 'egress egress/{asks,git} bundle/socket',
  'bundle/service': 'egress egress/{asks,git} bundle/{control,engine,guard}',
  'bundle/supervise': 'egress egress/asks',
  bundle: 'bundle/{control,engine,gate,service,supervise}',

  drivers: 'schemas egress egress/{asks,git}',
  'drivers/access': 'drivers',
  'drivers/calls': 'drivers',
  'drivers/disk': 'schemas drivers drivers/{calls,reading}',
  'drivers/container': 'drivers drivers/{calls,disk,docker,reading,smolvm}',
  'drivers/container/seals': 'drivers drivers/{container,docker}',
  'drivers/docker': 'drivers drivers/{calls,probe,talk}',
  'drivers/git': '',
  'drivers/kubernetes': 'drivers',
  'drivers/firewall': 'drivers drivers/calls',
  'drivers/firewall/helper': 'schemas drivers drivers/{calls,firewall}',
  'drivers/host': 'drivers drivers/{disk,reading}',
  'drivers/probe': 'drivers drivers/{calls,talk}',
  'drivers/reading': 'drivers drivers/calls',
  'drivers/simulated': 'egress egress/{asks,git} drivers drivers/{container,disk} drivers/container/seals',
  'drivers/smolvm': 'drivers drivers/{calls,reading}',
  'drivers/talk': '',

  'reconcilers/derive': 'schemas egress egress/git',
  'reconcilers/taint': 'drivers reconcilers/derive',
  'reconcilers/contract': 'schemas drivers reconcilers/{derive,taint}',
  'reconcilers/bundle': 'drivers reconcilers/{contract,derive,taint}',
  'reconcilers/machine': 'egress/git drivers drivers/smolvm reconcilers/{contract,derive,taint}',
  reconcilers: 'drivers reconcilers/{bundle,contract,derive,machine}',

  'controller/time': '',
  'controller/state': 'drivers drivers/{calls,disk}',
  'controller/document': 'schemas egress egress/git drivers reconcilers/{derive,machine}',
  'controller/policy': 'schemas egress egress/git drivers reconcilers/derive controller/document',
  'controller/edit': 'drivers controller/document',
  'controller/asks':
    'schemas egress egress/asks drivers drivers/{calls,disk} reconcilers/{contract,derive} controller/{report,state,time}',
  'controller/report': 'schemas drivers drivers/disk reconcilers/{contract,derive} controller/time',
  'controller/parsed': 'schemas drivers drivers/{calls,disk} controller/document',
  'controller/folder': 'drivers drivers/{access,calls,disk,git,host,reading} controller/{document,edit,time}',
  'controller/feed': 'drivers drivers/calls controller/{document,folder,parsed,time}',
  'controller/deletion': 'drivers controller/time',
  'controller/world': 'drivers drivers/calls reconcilers/{contract,derive} controller/time',
  'controller/status': 'schemas drivers drivers/{disk,git} controller/{document,edit,feed,folder,report,time}',
  'controller/source': 'drivers/{disk,git} controller/{deletion,feed,folder,report,status,time}',
  'controller/kubernetes':
    'schemas drivers drivers/{calls,kubernetes} reconcilers/derive controller/{document,feed,report,source,status,time}',
  'controller/pass':
    'schemas drivers drivers/calls reconcilers/{contract,derive,taint} controller/{deletion,document,feed,policy,report,status,time,world}',
  'controller/loop': 'drivers drivers/{calls,disk} reconcilers/derive controller/{asks,pass,report,state,time,world}',
  'controller/steady': 'schemas drivers reconcilers/derive controller/{feed,pass}',
  controller:
    'schemas egress/asks drivers drivers/disk reconcilers reconcilers/{contract,derive,taint} controller/{asks,deletion,feed,loop,pass,policy,report,source,state,steady,time,world}',

  'cli/bundle': 'drivers drivers/{calls,docker} cli/print',
  'cli/print': 'drivers controller/{document,state}',
  'cli/session': 'drivers drivers/{access,disk} controller/{folder,state,time} cli/print',
  'cli/verb': 'schemas cli/{print,session}',
  'cli/bottles':
    'schemas drivers drivers/disk controller/{asks,document,folder,parsed,report,state} cli/{print,session,verb}',
  'cli/change': 'drivers drivers/calls controller/{document,edit,folder,state} cli/{bottles,print,session}',
  'cli/doctor':
    'drivers drivers/{access,docker,firewall,smolvm} drivers/firewall/helper controller/{policy,state} cli/{bottles,policy,print,session}',
  'cli/seal':
    'schemas drivers drivers/{calls,disk,docker,host,smolvm} drivers/container/seals drivers/firewall/helper reconcilers/derive controller/state cli/{doctor,policy,print,verb}',
  'cli/egress': 'schemas egress drivers controller/document',
  'cli/git-filter': 'drivers drivers/git controller/edit cli/{print,session}',
  'cli/policy':
    'schemas drivers drivers/{access,docker,host,reading,smolvm} reconcilers/{derive,taint} controller/{document,policy,state} cli/{bottles,print,session,verb}',
  'cli/copy': 'drivers controller/folder cli/print',
  'cli/init': 'schemas drivers controller/edit cli/print',
  'cli/kubernetes': 'controller/kubernetes',
  'cli/inside':
    'schemas drivers drivers/{calls,container,disk,docker,host,smolvm} reconcilers/derive cli/{bottles,copy,egress,policy,print,session,verb}',
  'cli/preview':
    'schemas drivers drivers/{container,docker,host,simulated,smolvm} drivers/container/seals reconcilers reconcilers/{contract,derive,machine,taint} controller/{pass,state} cli/{policy,session}',
  'cli/page':
    'drivers drivers/{calls,disk} reconcilers/derive controller/{document,state,time} cli/{bottles,commands,egress,inside,print,session,verb,views} page',
  'cli/listen': 'drivers drivers/reading controller controller/loop cli/{page,print}',
  'cli/run':
    'schemas drivers drivers/{access,calls,container,disk,docker,git,host,kubernetes,probe,simulated,smolvm} drivers/container/seals drivers/firewall/helper reconcilers/{derive,taint} controller controller/{asks,folder,kubernetes,parsed,pass,policy,report,source,state,time} cli/{listen,policy,print,session,systemd,verb}',
  'cli/edges': 'drivers/firewall/helper',
  'cli/systemd': 'drivers drivers/calls controller',
  'cli/service': 'drivers drivers/{access,calls} drivers/firewall/helper cli/{git-filter,print,run,session,views}',
  'cli/views':
    'schemas egress egress/git drivers controller/{asks,document,policy,report} cli/{bottles,doctor,egress,policy,preview,print,verb}',
  'cli/commands/about': 'schemas reconcilers/derive controller/{document,state} cli/{bottles,print,verb,views}',
  'cli/commands/read':
    'drivers/disk reconcilers/derive controller/{document,report,state} cli/{bottles,egress,inside,print,session,verb,views}',
  'cli/commands/egress':
    'schemas egress reconcilers/derive controller/{document,edit} cli/{bottles,change,egress,inside,policy,print,session,verb,views} cli/commands/asks',
  'cli/commands/asks':
    'schemas egress/asks drivers reconcilers/derive controller/{asks,document,edit} cli/{bottles,change,egress,policy,print,session,verb,views}',
  'cli/commands/check':
    'schemas drivers drivers/disk reconcilers/{derive,taint} controller/{document,policy} cli/{bottles,egress,policy,preview,print,session,verb,views}',
  'cli/commands/change':
    'schemas drivers reconcilers/derive controller/{document,edit} cli/{bottles,change,policy,print,session,verb,views} cli/commands/{check,read}',
  'cli/commands/inside': 'drivers drivers/{calls,docker} cli/{bottles,inside,print,session,verb}',
  'cli/commands/setup':
    'schemas drivers reconcilers/derive cli/{bottles,doctor,git-filter,inside,print,seal,session,verb,views}',
  'cli/commands': 'cli/verb cli/commands/{about,asks,change,check,egress,inside,read,setup}',
  cli: 'schemas drivers drivers/{docker,simulated} reconcilers/derive controller/document cli/{bundle,commands,init,kubernetes,print,run,service,session,verb,views} cli/commands/{about,setup}',
}

/** Rooms whose files may have effects; files in them whose header says "Pure" are checked. Every other room is pure. */
const EFFECTFUL =
  /^(page|bundle|bundle\/(control|engine|gate|service|socket|supervise)|drivers\/(access|calls|container(\/seals)?|disk|docker|firewall(\/helper)?|git|host|kubernetes|probe|reading|smolvm)|controller\/(folder|state|time)|cli(?!\/(print|views)$).*)$/
/** Effectful files in pure rooms. */
const EXCEPTIONS = new Set([
  'schemas/generate/main.ts',
  'drivers/simulated/world-file.ts',
  'drivers/simulated/simulation.ts', // opens that file
  'controller/manager.ts', // wires the rooms
  'controller/loop/serve-requests.ts', // reads and answers bottlectl's files
  'cli/print/output-format.ts', // throws commander's errors
  'cli/print/error.ts',
])
/** Files of effectful rooms whose only effects are those of their arguments. */
const GIVEN_THEIR_EFFECTS = new Set([
  'controller/time/ticker.ts',
  'cli/verb/command.ts',
  'drivers/container/seals/programs.ts', // programs as text
])
const PURE_MODULES =
  /^(node:(path|path\/posix|crypto|util|buffer|url|zlib)|yaml|ajv.*|smol-toml|canonicalize|ipaddr\.js|json-schema-to-typescript|jsonc-parser|pino|string-width)$/
const IMPURE = [
  /\bDate\.now\b/,
  /\bnew Date(\(\)|\b(?!\())/,
  /(?<!\bnew )(?<![.\w])Date\(/,
  // Under another name.
  /[=(,]\s*(Date|Math)\b(?!\s*[.(])/,
  /(?<![.\w])set(Timeout|Interval|Immediate)\b/,
  /(?<![.\w])queueMicrotask\b/,
  /(?<![.\w])(process|performance|console)\s*[.[]/,
  /\bglobalThis\b/,
  /(?<![.\w])(fetch|eval)\(/,
  /\bnew (WebSocket|EventSource|Worker|Function)\b/,
  /\bMath\.random\b/,
  /\b(random(UUID|Bytes|Int)|getRandomValues)\b/,
]

const files = ['schemas', 'egress', 'page', 'bundle', 'drivers', 'reconcilers', 'controller', 'cli'].flatMap((layer) =>
  walk(layer),
)

function walk(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : entry.name.endsWith('.ts') ? [join(folder, entry.name)] : [],
  )
}

interface Import {
  readonly target: string
  /** It doesn't exist at run time. */
  readonly typeOnly: boolean
  /** Loaded when it is reached, by `import(…)`. */
  readonly lazy: boolean
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8')
/** A comment begins its line: elsewhere it may be the glob of a string. */
const codeOf = (file: string): string =>
  read(file)
    .replace(/^\s*\/\*[\s\S]*?\*\//gm, '')
    .replace(/^\s*\/\/.*$/gm, '')
/** Static, re-exported, for the side effect, and lazy. */
const importsOf = (file: string): readonly Import[] =>
  [
    ...codeOf(file).matchAll(
      /(?:^(?:import|export)\b([^'"`;()=]*?)\bfrom\s*|^import\s*|\bimport\(\s*)['"`]([^'"`]+)['"`]/gm,
    ),
  ].map(([text, what = '', path = '']) => ({
    target: path.startsWith('.') ? normalize(join(dirname(file), path)) : path,
    lazy: text.startsWith('import('),
    typeOnly: /^\s*type\b/.test(what) || /^\s*\{(\s*type\s+[^,}]+,?)+\s*\}\s*$/.test(what),
  }))
const ours = (file: string): readonly Import[] => importsOf(file).filter(({ target }) => target.endsWith('.ts'))
const expanded = (arrows: string): readonly string[] =>
  arrows
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => {
      const [, base = word, list] = /^(.*)\{(.*)\}$/.exec(word) ?? []
      return list === undefined ? [base] : list.split(',').map((name) => `${base}${name}`)
    })
const isPure = (file: string): boolean =>
  !EXCEPTIONS.has(file) && (!EFFECTFUL.test(dirname(file)) || /\/\*\*[^/]*\b[Pp]ure\b/.test(read(file)))
/** The first path from a node back to itself. */
const cycleIn = (graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined => {
  const done = new Set<string>()
  const visit = (node: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node]
    if (done.has(node)) return undefined
    for (const next of graph.get(node) ?? []) {
      const found = visit(next, [...way, node])
      if (found !== undefined) return found
    }
    done.add(node)
    return undefined
  }
  for (const node of graph.keys()) {
    const found = visit(node, [])
    if (found !== undefined) return found
  }
  return undefined
}
/** Lines that are neither blank nor comment. */
const sizeOf = (file: string): number =>
  codeOf(file)
    .split('\n')
    .filter((line) => line.trim() !== '').length

test('each room imports exactly what the table of arrows says', () => {
  const seen = new Map(Object.keys(ARROWS).map((room) => [room, new Set<string>()]))
  for (const file of files) {
    const room = dirname(file)
    if (!seen.has(room)) seen.set(room, new Set())
    for (const { target } of ours(file)) if (dirname(target) !== room) seen.get(room)?.add(dirname(target))
  }
  for (const [room, targets] of seen)
    assert.equal([...targets].toSorted(), expanded(ARROWS[room] ?? '').toSorted(), `what ${room} imports`)
})

test('no room and no file imports itself indirectly', () => {
  assert.is(cycleIn(new Map(Object.entries(ARROWS).map(([room, arrows]) => [room, expanded(arrows)]))), undefined)
  assert.is(cycleIn(new Map(files.map((file) => [file, ours(file).map(({ target }) => target)]))), undefined)
})

test('imports go from right to left: schemas, egress, page, bundle, drivers, reconcilers, controller, cli', () => {
  const LAYERS = ['schemas', 'egress', 'page', 'bundle', 'drivers', 'reconcilers', 'controller', 'cli']
  const layerOf = (path: string): number => LAYERS.indexOf(path.split('/')[0] ?? '')
  const wrong = files.flatMap((file) =>
    ours(file)
      .filter(({ target }) => layerOf(target) > layerOf(file))
      .map(({ target }) => `${file} → ${target}`),
  )
  assert.equal(wrong, [])
})

test('reconcilers import the ports and no adapter', () => {
  const allowed =
    /^drivers\/((ports|paths|seals|guest-folder|errors|errno|message|json|root-user|smolvm\/smolfile)\.ts)$/
  const wrong = files
    .filter((file) => file.startsWith('reconcilers/'))
    .flatMap((file) =>
      ours(file)
        .filter(({ target }) => target.startsWith('drivers/') && !allowed.test(target))
        .map(({ target }) => `${file} → ${target}`),
    )
  assert.equal(wrong, [])
})

test('the egress decision takes nothing of ours along into a bundle but types', () => {
  const taken = files
    .filter((file) => file.startsWith('egress/'))
    .flatMap((file) =>
      importsOf(file)
        .filter(
          ({ target, typeOnly }) =>
            !typeOnly && !/^(egress\/.*|node:(crypto|url)|canonicalize|ipaddr\.js)$/.test(target),
        )
        .map(({ target }) => `${file} → ${target}`),
    )
  assert.equal(taken, [])
})

test('the control command of a bundle loads its socket and nothing of the proxy', () => {
  const loaded = (file: string): readonly string[] => [
    file,
    ...ours(file)
      .filter(({ typeOnly, lazy }) => !typeOnly && !lazy)
      .flatMap(({ target }) => loaded(target)),
  ]
  assert.equal([...new Set(loaded('bundle/main.ts'))].toSorted(), [
    'bundle/control/socket.ts',
    'bundle/end.ts',
    'bundle/main.ts',
    'bundle/socket/text-socket.ts',
  ])
})

test('a pure file has no effects, and imports nothing that has', () => {
  const wrong = files
    .filter((file) => isPure(file) && !GENERATED.has(file))
    .flatMap((file) => {
      const code = codeOf(file)
      const imports = importsOf(file).filter(({ typeOnly }) => !typeOnly)
      return [
        ...IMPURE.filter((pattern) => pattern.test(code)).map((pattern) => `${file}: ${pattern.source}`),
        ...imports
          .filter(({ target }) =>
            target.endsWith('.ts') ? !isPure(target) && !GIVEN_THEIR_EFFECTS.has(target) : !PURE_MODULES.test(target),
          )
          .map(({ target }) => `${file} → ${target}`),
      ]
    })
  assert.equal(wrong, [])
})

test('AbortSignal.any is not used: on Node 20 the garbage collector takes its timers, see drivers/calls/within.ts', () => {
  assert.equal(
    files.filter((file) => codeOf(file).includes('AbortSignal.any')),
    [],
  )
})

test(`no file has more than ${LONGEST} lines of code, no room more than ${MOST_FILES} files`, () => {
  const long = files
    .filter((file) => !GENERATED.has(file) && sizeOf(file) > LONGEST)
    .map((file) => `${file}: ${sizeOf(file)}`)
  assert.equal(long, [])
  const sources = [...files, ...walk('test'), ...walk('bench')]
  const full = [...new Set(sources.map((file) => dirname(file)))].filter(
    (room) => sources.filter((file) => dirname(file) === room).length > MOST_FILES,
  )
  assert.equal(full, [])
})

test('every reconciler is in the list, once', () => {
  const defined = files
    .filter((file) => file.startsWith('reconcilers/') && /= defineReconciler[<(]/.test(codeOf(file)))
    .map((file) => basename(file, '.ts'))
  assert.equal(reconcilers.map(({ name }) => name).toSorted(), defined.toSorted())
})

test('file names are kebab-case', () => {
  assert.equal(
    files.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/.test(basename(file))),
    [],
  )
})

test('bottlectl loads neither dockerode nor chokidar before it needs them', () => {
  const loaded = new Set<string>()
  const load = (file: string): void => {
    if (loaded.has(file)) return
    loaded.add(file)
    for (const { target, typeOnly, lazy } of importsOf(file)) {
      if (typeOnly || lazy) continue
      if (target.endsWith('.ts')) load(target)
      else loaded.add(target)
    }
  }
  // A verb is loaded when it is called.
  for (const file of files.filter((each) => each.startsWith('cli/commands/'))) load(file)
  load('cli/bottlectl.ts')
  assert.ok(loaded.has('commander') && loaded.has('yaml'), 'the import trace is broken')
  assert.equal(
    ['dockerode', 'chokidar'].filter((name) => loaded.has(name)),
    [],
  )
})

test.run()
