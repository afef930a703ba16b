import type { Scenario, Stage } from '../stage.ts'
import { STATE } from '../world.ts'
import { bottle } from './bottle.ts'

const said = (stage: Stage, words: RegExp): void => {
  const { guard, said: lines } = stage.world
  guard.check(
    'told',
    lines.some((line) => words.test(line)),
    () => `the fault is not reported; reported was ${JSON.stringify(lines)}`,
  )
}

const stateRefuses = (
  name: string,
  { trouble, words }: { readonly trouble: 'ENOSPC' | 'EROFS' | 'EIO'; readonly words: RegExp },
): Scenario => ({
  name,
  phases: [
    {
      does: 'two bottles are made',
      act: (stage) => ['a', 'b'].forEach((of) => stage.write(`${of}.yaml`, bottle(of, 'agent: claude\nenv: {A: "1"}'))),
      expect: { a: 'Ready', b: 'Ready' },
    },
    {
      does: 'the state refuses writes for two minutes; one is edited, one goes, one comes',
      act: (stage) => {
        stage.world.stateTrouble = trouble
        stage.edit('a.yaml', (text) => text.replace('"1"', '"2"'))
        stage.remove('b.yaml')
        stage.write('c.yaml', bottle('c'))
      },
      busyMs: 120_000,
      // Nothing is created or removed unless it was noted first.
      expect: {
        a: { phase: 'none', vm: 'running' },
        b: { phase: 'none', vm: 'running' },
        c: { phase: 'none', vm: 'none' },
      },
      check: (stage) => said(stage, words),
    },
    {
      does: 'it accepts writes again',
      act: (stage) => {
        stage.world.stateTrouble = undefined
      },
      expect: { a: 'Ready', b: 'Gone', c: 'Ready' },
    },
  ],
})

const folderRefuses = (name: string, trouble: 'readOnly' | 'full', words: RegExp): Scenario => ({
  name,
  phases: [
    {
      does: "a bottle is made in a folder that can't be written",
      act: (stage) => {
        stage.world.folder.trouble[trouble] = true
        stage.write('a.yaml', bottle('a'))
      },
      expect: { a: { phase: 'none', vm: 'running' } },
      check: (stage) => said(stage, words),
    },
    {
      does: 'it can be written again',
      act: (stage) => {
        stage.world.folder.trouble[trouble] = false
      },
      expect: { a: 'Ready' },
    },
  ],
})

const noneRemoved = (stage: Stage): void => {
  const removed = stage.world.journal.entries.filter(({ port, verb }) => port === 'machines' && verb === 'remove')
  stage.world.guard.check('world', removed.length === 0, () => `${removed.length} VMs were removed`)
}

const stateRemoved: Scenario = {
  name: 'state-removed',
  phases: [
    {
      does: 'two bottles are made',
      act: (stage) => ['a', 'b'].forEach((of) => stage.write(`${of}.yaml`, bottle(of, 'agent: claude\nenv: {A: "1"}'))),
      expect: { a: 'Ready', b: 'Ready' },
    },
    {
      does: 'what is in the state folder is removed',
      act: (stage) => {
        for (const path of stage.world.disk.files.keys())
          if (path.startsWith(`${STATE}/`)) stage.world.disk.files.delete(path)
        stage.world.stateRemoved = true
      },
      expect: { a: 'Ready', b: 'Ready' },
      check: noneRemoved,
    },
    {
      does: 'one is edited, one goes',
      act: (stage) => {
        stage.edit('a.yaml', (text) => text.replace('"1"', '"2"'))
        stage.remove('b.yaml')
      },
      expect: { a: 'Ready', b: 'Gone' },
    },
  ],
}

/** Disks that refuse writes for a while. */
export const diskScenarios: readonly Scenario[] = [
  stateRefuses('state-full', { trouble: 'ENOSPC', words: /ENOSPC.*free some space/ }),
  stateRefuses('state-read-only', { trouble: 'EROFS', words: /EROFS.*--state-dir/ }),
  folderRefuses('folder-read-only', 'readOnly', /read-only file system/),
  folderRefuses('folder-full', 'full', /no space left/),
  stateRemoved,
]
