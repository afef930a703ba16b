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
    why: 'an edit during a status write was noted as read but never was',
  },
  { scenario: 'retain', seed: 1, lostHint: 8, why: 'an older look at the folder undid a purge' },
  {
    scenario: 'unreadable-then-fixed',
    seed: 1,
    why: 'an unreadable file was reported again at each resync, one write per minute for ever',
  },
  { scenario: 'mass-deletion', seed: 1, why: 'a held deletion was reported again at each resync' },
  { scenario: 'image-missing', seed: 1, why: 'each resync retried what had failed, ignoring its backoff' },
  { scenario: 'drift-egress', seed: 1, why: 'the status showed a VM as running after it was stopped for safety' },
  {
    scenario: 'drift-address-stolen',
    seed: 1,
    troubles: [{ at: 46, moment: 'timeout' }],
    why: 'a failed look wiped the network from the status',
  },
  {
    scenario: 'mass-deletion',
    seed: 1,
    troubles: [{ at: 184, moment: 'before' }],
    why: 'a confirmation of held deletions was answered, and then a death forgot it',
  },
  {
    scenario: 'bring-up',
    seed: 1,
    troubles: [{ at: 43, moment: 'EIO' }],
    why: 'a status that a disk refused once was not written again until it changed',
  },
  {
    scenario: 'delete',
    seed: 1,
    troubles: [{ at: 61, moment: 'EIO' }],
    why: 'files that a disk refused to remove stayed beside the records, without a retry',
  },
  {
    scenario: 'smolvm-hangs',
    seed: 1,
    troubles: [{ at: 46, moment: 'EIO' }],
    why: 'a new bottle whose record could not be written waited for the resync, and it was not reported',
  },
  {
    scenario: 'retain',
    seed: 1,
    troubles: [{ at: 55, moment: 'ENOSPC' }],
    why: 'an answer that could not be written was retried without a report',
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
    why: 'half a line was written into a folder that had just been renamed away, which no file system does',
  },
  {
    scenario: 'edit-live',
    seed: 7,
    troubles: [{ at: 16, moment: 'before' }],
    why: 'a file was read during a write in place, and its beginning taken for an edit',
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
    why: 'the simulated person edited an empty text while the file was aside',
  },
  {
    scenario: 'bring-up-whole',
    seed: 4,
    lostHint: 2,
    why: 'half an identity was read while its file was written, and could never be changed again',
  },
  {
    scenario: 'edit-taken-back',
    seed: 1,
    troubles: [{ at: 51, moment: 'lost' }],
    why: 'an edit of env, undone after a death during its update, stayed in the VM',
  },
  {
    scenario: 'renamed-file',
    seed: 1,
    lostHint: 5,
    why: 'a moved file was reported as a duplicate of its old path, until the next sweep',
  },
  {
    scenario: 'contained-then-vm',
    seed: 1,
    troubles: [{ at: 61, moment: 'after' }],
    why: 'what sealed a container stayed where its removal was cut short and a VM came in its place',
  },
  {
    scenario: 'undo-clock-forward',
    seed: 1846022972,
    troubles: [
      { at: 71, moment: 'before' },
      { at: 73, moment: 'lost' },
    ],
    why: 'two deaths kept a jump of the clock from being noted, and a disk went before its time to undo was over',
  },
  {
    scenario: 'state-removed/container',
    seed: 1846022972,
    troubles: [{ at: 119, moment: 'after' }],
    why: "a container whose record was lost was noted as a VM, and its network made anew as a VM's, in which it reaches nothing",
  },
]
