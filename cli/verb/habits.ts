/** What kubectl users' hands type that is called otherwise here, or isn't needed. Pure. */
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

/** The verb that is meant. */
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

const NO_NAMESPACES = 'there are no namespaces and no clusters: a folder is one, and -d DIR chooses it'

/** What to do instead of a flag that is not there. */
export const insteadOf = (flag: string, verb: string | undefined): string | undefined => {
  if (/^(-A|--all-namespaces|-n|--namespace|--context|--kubeconfig|--cluster)$/.test(flag)) return NO_NAMESPACES
  if (/^(-f|--filename|-R|--recursive)$/.test(flag) && verb !== undefined)
    return `bottles go by name: bottlectl ${verb} bottle NAME; bottlectl get bottles -o wide shows the file of each`
  return undefined
}

/** `rollout restart NAME` and its like: the command that does it, where the first word is no bottle's name. */
export const insteadOfRollout = (args: readonly string[]): string | undefined => {
  const [word, name = 'NAME'] = args
  const bare = name.replace(/^.*\//, '')
  switch (word) {
    case 'restart':
      return `a rollout takes names only: bottlectl rollout ${bare}`
    case 'status':
      return `bottlectl wait bottle ${bare} --for=condition=Ready`
    case 'history':
      return 'the history of the file is that of git: git log'
    case 'undo':
      return 'the history of the file is that of git: restore the file, and the world follows'
    default:
      return undefined
  }
}
