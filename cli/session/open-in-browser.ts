import { spawn } from 'node:child_process'

/** By what the desktop has for it, which goes on by itself. False: there is none, or no desktop. */
export const openInBrowser = (url: string, env: Readonly<Record<string, string | undefined>>): Promise<boolean> => {
  const isMac = process.platform === 'darwin'
  if (!isMac && env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined) return Promise.resolve(false)
  return new Promise((resolve) => {
    const child = spawn(isMac ? 'open' : 'xdg-open', [url], { stdio: 'ignore', detached: true, env })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
