/** Words of kubectl users that have another name here, or are not needed. Pure. */
const VERBS: Readonly<Record<string, string>> = {
  list: 'get',
  ls: 'get',
  show: 'describe',
  rm: 'delete',
  remove: 'delete',
  create: 'apply',
  replace: 'apply',
  patch: 'edit',
  set: 'edit',
  start: 'resume',
  stop: 'suspend',
  shell: 'exec',
  ssh: 'exec',
  status: 'get',
}

/** The verb that another word means. */
export const meantVerb = (asked: string): string | undefined => (Object.hasOwn(VERBS, asked) ? VERBS[asked] : undefined)

/** kubectl's three values of `--dry-run`: what runs in a server there runs in the client here. */
export const asWrittenHere = (argv: readonly string[]): readonly string[] => {
  const end = argv.indexOf('--')
  return argv.flatMap((word, at) => {
    if (end !== -1 && at > end) return [word]
    if (word === '--dry-run=client' || word === '--dry-run=server') return ['--dry-run']
    return word === '--dry-run=none' ? [] : [word]
  })
}

const NO_NAMESPACES = 'namespaces and clusters are not supported: choose a folder with -d DIR'

/** What to use instead of an unsupported flag. */
export const insteadOf = (flag: string, verb: string | undefined): string | undefined => {
  if (/^(-A|--all-namespaces|-n|--namespace|--context|--kubeconfig|--cluster)$/.test(flag)) return NO_NAMESPACES
  if (/^(-f|--filename|-R|--recursive)$/.test(flag) && verb !== undefined)
    return `bottles are selected by name: bottlectl ${verb} bottle NAME; bottlectl get bottles -o wide shows their files`
  return undefined
}

/** `rollout restart NAME` and the like: the command to use instead. */
export const insteadOfRollout = (args: readonly string[]): string | undefined => {
  const [word, name = 'NAME'] = args
  const bare = name.replace(/^.*\//, '')
  switch (word) {
    case 'restart':
      return `rollout takes names only: bottlectl rollout ${bare}`
    case 'status':
      return `bottlectl wait bottle ${bare} --for=condition=Ready`
    case 'history':
      return 'git keeps the history of the file: git log'
    case 'undo':
      return 'git keeps the history of the file: restore it, and the controller applies it'
    default:
      return undefined
  }
}
