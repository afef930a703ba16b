import type { Run } from './run.ts'

/** Every run that ever failed, with what was wrong. They are replayed before anything else. */
export interface Regression extends Pick<Run, 'seed' | 'troubles' | 'jitter' | 'lostHint'> {
  readonly scenario: string
  readonly why: string
}

export const regressions: readonly Regression[] = [
  {
    scenario: 'two-at-once',
    seed: 1,
    troubles: [{ at: 8, moment: 'after' }],
    why: 'an edit that came while a status was written was noted as read and never was',
  },
  { scenario: 'retain', seed: 1, lostHint: 8, why: 'a purge was undone by an older look at the folder' },
  {
    scenario: 'unreadable-then-fixed',
    seed: 1,
    why: 'an unreadable file was told anew at each resync, one write per minute for ever',
  },
  { scenario: 'mass-deletion', seed: 1, why: 'a held deletion was told anew at each resync' },
  { scenario: 'image-missing', seed: 1, why: 'a resync tried what had failed each minute, whatever its backoff' },
  { scenario: 'drift-egress', seed: 1, why: 'the status showed a VM as running that had been stopped for safety' },
  {
    scenario: 'drift-address-stolen',
    seed: 1,
    troubles: [{ at: 46, moment: 'timeout' }],
    why: 'a look that failed wiped what the status told of the network',
  },
  {
    scenario: 'mass-deletion',
    seed: 1,
    troubles: [{ at: 184, moment: 'before' }],
    why: 'a confirmation of held deletions was answered and then forgotten by a death',
  },
  {
    scenario: 'bring-up',
    seed: 1,
    troubles: [{ at: 43, moment: 'EIO' }],
    why: 'a status that a disk refused once was never written again until it changed',
  },
  {
    scenario: 'delete',
    seed: 1,
    troubles: [{ at: 61, moment: 'EIO' }],
    why: 'what a disk refused to remove stayed beside the records, and nobody came again for it',
  },
  {
    scenario: 'smolvm-hangs',
    seed: 1,
    troubles: [{ at: 46, moment: 'EIO' }],
    why: 'a new bottle whose record could not be written waited for the resync, and nobody was told',
  },
  {
    scenario: 'retain',
    seed: 1,
    troubles: [{ at: 55, moment: 'ENOSPC' }],
    why: 'an answer that could not be written was tried again without a word',
  },
  {
    scenario: 'born-suspended',
    seed: 6_001,
    jitter: true,
    troubles: [
      { at: 2, moment: 'after' },
      { at: 11, moment: 'before' },
      { at: 1, moment: 'after' },
    ],
    why: 'half a line was torn into a folder that had just been renamed away, which no file system does',
  },
  {
    scenario: 'edit-live',
    seed: 7,
    troubles: [{ at: 16, moment: 'before' }],
    why: 'a file that was being written in place was read half written, and its beginning taken for an edit',
  },
  {
    scenario: 'drift-crash-loop',
    seed: 6001,
    troubles: [
      { at: 13, moment: 'after' },
      { at: 91, moment: 'before' },
      { at: 8, moment: 'after' },
    ],
    jitter: true,
    why: 'a person here edited an empty text while the file was aside',
  },
  {
    scenario: 'bring-up-whole',
    seed: 4,
    lostHint: 2,
    why: 'half an identity was read while its file was written, and never could be changed again',
  },
  {
    scenario: 'edit-taken-back',
    seed: 1,
    troubles: [{ at: 51, moment: 'lost' }],
    why: 'an edit of env that was taken back after a death amid its update stayed in the VM',
  },
  {
    scenario: 'renamed-file',
    seed: 1,
    lostHint: 5,
    why: 'a file that had moved was told to be a duplicate of what it had been, until the next sweep',
  },
]
