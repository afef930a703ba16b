import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf } from '../../drivers/message.ts'
import { CliError } from '../print/cli-error.ts'
import { PERL_MODULES } from './container-script.ts'

/**
 * A folder that an agent's image is made of: this host's perl and shell, with what they load. No image of others is needed for the
 * proof, and no registry.
 */
export interface PerlFolder {
  readonly path: string
  remove(): Promise<void>
}

const run = promisify(execFile)
const PROGRAMS = ['/usr/bin/perl', '/bin/sh'] as const
/** Every file that perl has loaded by then: modules, and the libraries of those. */
const LOADED = 'print join "\\n", values %INC, @DynaLoader::dl_shared_objects'

export const makePerlFolder = async (): Promise<PerlFolder> => {
  const path = await mkdtemp(join(tmpdir(), 'bottled-seal-image-'))
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true })
  try {
    const { stdout } = await run(PROGRAMS[0], ['-e', `${PERL_MODULES} ${LOADED}`], { env: {} })
    const files = new Set<string>(PROGRAMS)
    for (const file of stdout.split('\n')) if (file.startsWith('/')) files.add(file)
    const libraries = [...files].filter((file) => file.endsWith('.so'))
    for (const file of [...PROGRAMS, ...libraries])
      for (const [library] of (await run('ldd', [file])).stdout.matchAll(/\/\S+\.so\S*/g)) files.add(library)
    for (const file of files) {
      await mkdir(dirname(join(path, file)), { recursive: true })
      // What a link leads to, at the place of the link.
      await copyFile(file, join(path, file))
    }
    return { path, remove }
  } catch (error) {
    await remove()
    throw new CliError(
      `a guest that could try the seal can't be made of this host's perl: ${messageOf(error)}`,
      'install perl (Debian: apt-get install perl-base libc-bin)',
    )
  }
}
