import { contained, SUFFIX } from '../contained.ts'
import type { Scenario } from '../stage.ts'

/** Those that say nothing of containers, or are theirs already; each with why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'seal-proven': 'a VM says nothing of its seal before a guest has tried; a container is Tried',
  'seal-leak-upgraded': 'an upgrade of smolvm says nothing of a container',
  'seal-contained': 'its machine is a container',
  'contained-life': 'its machine is a container',
  'contained-then-vm': 'its machine is a container',
}

/** Every other scenario once more, with agents in containers. Throws where one that is left out isn't there. */
export const inContainers = (scenarios: readonly Scenario[]): readonly Scenario[] => {
  const gone = Object.keys(LEFT_OUT).filter((name) => !scenarios.some((each) => each.name === name))
  if (gone.length > 0) throw new Error(`there is no scenario ${gone.join(', ')}`)
  return scenarios.filter(({ name }) => LEFT_OUT[name] === undefined).map(contained)
}

export const isInContainers = (name: string): boolean => name.endsWith(SUFFIX)
