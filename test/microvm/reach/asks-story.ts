import * as assert from 'uvu/assert'
import { removeStatus } from '../../../controller/edit/splice-status.ts'
import type { Stage } from '../stage.ts'
import { quoted } from '../stage.ts'
import type { Step } from '../story.ts'
import type { Inside } from './inside.ts'

/**
 * An agent in a guest that is denied, asks, is approved from the host by one command, reaches it, and is denied again: a step
 * now, and the last when that is told to end, as minutes pass until then.
 *
 * Caveats: the agent speaks MCP by curl, as its image has no Node; the SDK's own client is held by test/bundle/supervise/ and
 *   test/e2e/asks.test.ts.
 */
export const asksStory = (
  step: Step,
  {
    stage,
    inside,
    curl,
    url,
  }: {
    readonly stage: () => Stage
    readonly inside: Inside
    readonly curl: (url: string, ...options: readonly string[]) => string
    readonly url: () => string
  },
): { readonly end: () => void } => {
  const call = async (name: string, args: object): Promise<Readonly<Record<string, unknown>>> => {
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }
    const headers = ['content-type: application/json', 'accept: application/json, text/event-stream']
    const text = await inside(
      `curl -sS --max-time 120 ${headers.map((each) => `-H ${quoted(each)}`).join(' ')} -d ${quoted(JSON.stringify(message))} "$MCP_SUPERVISE_URL"`,
    )
    const { result } = JSON.parse(text) as { result?: { content: readonly { text: string }[] } }
    if (result === undefined) throw new Error(text)
    return JSON.parse(result.content[0]?.text ?? '') as Record<string, unknown>
  }
  const status = (): Promise<string> => inside(curl(url(), '-o /dev/null', '-w', quoted('%{http_code}')))
  const file = async (): Promise<string> => removeStatus(await stage().user('cat reach/reach.yaml'))

  step(
    'its agent is denied, asks, is approved by one command, and reaches it',
    async () => {
      assert.is(await status(), '403')
      const before = await file()
      const asked = await call('request_egress', { url: url(), why: 'to get\u202e it' })
      assert.match(String(asked['state']), /^(open|waiting)$/, JSON.stringify(asked))
      let listed = ''
      await stage().until(
        'the ask is listed',
        async () => {
          const { stdout } = await stage().attempt('bottlectl -d reach asks --no-headers', 60_000)
          listed = stdout.split('\n').find((line) => / egress /.test(line)) ?? ''
          return listed !== ''
        },
        120_000,
      )
      assert.match(listed, /^\w{8} +reach +egress +any method https:\/\/ask\.up\.test:\d+\/asked: "to get it"/)
      const id = listed.slice(0, 8)
      // The Internet of this host is at a private address, which takes a word more than was asked.
      const { code, stderr } = await stage().attempt(
        `EDITOR=/home/agent/extra/editor bottlectl -d reach approve ${id} --for 4m --edit; date +%s%3N > approved-at`,
        120_000,
      )
      assert.is(code, 0, stderr)
      const granted = await call('check', { id, waitSeconds: 40 })
      assert.is(granted['state'], 'granted', JSON.stringify(granted))
      assert.is(await status(), '200')
      const [approvedAt = '', loads = ''] = (
        await stage().user(`cat approved-at; grep '"load egress/' reach/.bottled/events.jsonl | tail -n 1`)
      ).split('\n')
      const { lastTimestamp = '' } = JSON.parse(loads) as { lastTimestamp?: string }
      console.log(
        `lab: an approval was loaded ${Date.parse(lastTimestamp) - Number(approvedAt)} ms after its command ended`,
      )

      const now = await file()
      const added = now.split('\n').filter((line) => !before.split('\n').includes(line))
      assert.is(now.replace(`${added.join('\n')}\n`, ''), before, 'the approval, and nothing else')
      assert.match(added.join('\n'), new RegExp(`host: ask\\.up\\.test.* # ask ${id}, approved by agent, `))
    },
    { deadlineMs: 900_000 },
  )
  return {
    end: () =>
      step(
        'what was approved for a time is denied again after it',
        async () => {
          await stage().until('its time is over', async () => (await status()) === '403', 400_000)
        },
        { deadlineMs: 900_000 },
      ),
  }
}
