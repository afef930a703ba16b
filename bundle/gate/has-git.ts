import { gitEnv } from './git-env.ts'
import { runGit } from './run-git.ts'

/** `git version 2.39.5`. Throws where the gate couldn't work with what there is: 2.37 is the first that takes addresses. */
export const hasGit = async (): Promise<string> => {
  const env = gitEnv({ path: process.env['PATH'] ?? '' }, [])
  const git = async (...args: readonly string[]): Promise<string> =>
    (await runGit({ args, env, cwd: '/', deadlineMs: 10_000 })).stdout.trim()
  const version = await git('--version')
  const [, major = '0', minor = '0'] = /^git version ([0-9]+)\.([0-9]+)/.exec(version) ?? []
  if (Number(major) < 2 || (major === '2' && Number(minor) < 37))
    throw new Error(`there is ${version || 'no git'}; 2.37 or newer is needed`)
  const helper = await runGit({ args: ['remote-https'], env, cwd: '/', deadlineMs: 10_000 })
  if (/not a git command|cannot|error while loading/.test(helper.stderr)) throw new Error('git has no git-remote-https')
  return version
}
