// A bubble on the desktop for each ask of an agent:  bottled run bottles --notify 'node /path/to/desktop.mjs'
// Needs notify-send (Debian: libnotify-bin). As a service of yours it finds the desktop by the session's bus.
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

const { bottle, id, content } = JSON.parse(await text(process.stdin))

// An agent wrote this: a notification must not show its text as markup, and no end of it may be off the screen.
const plain = (said) =>
  String(said).slice(0, 300).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const what = {
  egress: () => `wants to reach ${content.host}: “${content.why ?? ''}”`,
  question: () => `asks: “${content.question}”`,
  permission: () => `wants to use ${content.tool}`,
  push: () => `wants to push to ${content.repository}`,
}[content.kind]?.() ?? `has an ask of kind ${content.kind}`

spawn('notify-send', ['--app-name=bottled', '--', `${bottle} asks`, `${plain(what)}\nbottlectl approve ${id}`], {
  stdio: ['ignore', 'inherit', 'inherit'],
})
  .on('error', (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
  .on('exit', (code) => {
    process.exitCode = code ?? 1
  })
