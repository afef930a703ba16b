import type { ManagerState } from '../../controller/manager-options.ts'

/** `12 bottles: 10 Ready, 2 Progressing; waits for Docker`. Pure. */
export const statusLine = ({ phases, waitsFor }: Pick<ManagerState, 'phases' | 'waitsFor'>): string => {
  const counted = [...phases].filter(([, count]) => count > 0)
  const all = counted.reduce((sum, [, count]) => sum + count, 0)
  return [
    `${all} ${all === 1 ? 'bottle' : 'bottles'}${all === 0 ? '' : `: ${counted.map(([phase, count]) => `${count} ${phase}`).join(', ')}`}`,
    ...(waitsFor.length === 0 ? [] : [`waits for ${waitsFor.join(', ')}`]),
  ].join('; ')
}
