import type { Scenario } from '../stage.ts'
import { askScenarios } from './asks.ts'
import { containedScenarios } from './contained.ts'
import { deletionScenarios } from './deletions.ts'
import { diskScenarios } from './disks.ts'
import { driftScenarios } from './drift.ts'
import { editScenarios } from './edits.ts'
import { egressScenarios } from './egress.ts'
import { factScenarios } from './facts.ts'
import { inContainers } from './in-containers.ts'
import { lifeScenarios } from './life.ts'
import { poolScenarios } from './pool.ts'
import { sealScenarios } from './seal.ts'
import { stallScenarios } from './stalls.ts'
import { strangerScenarios } from './strangers.ts'
import { surroundingScenarios } from './surroundings.ts'
import { taintScenarios } from './tainted.ts'
import { undoScenarios } from './undo.ts'

export const scenarios: readonly Scenario[] = [
  ...lifeScenarios,
  ...editScenarios,
  ...deletionScenarios,
  ...undoScenarios,
  ...driftScenarios,
  ...factScenarios,
  ...sealScenarios,
  ...containedScenarios,
  ...egressScenarios,
  ...askScenarios,
  ...poolScenarios,
  ...surroundingScenarios,
  ...taintScenarios,
  ...strangerScenarios,
  ...diskScenarios,
  ...stallScenarios,
]

/** Once more with agents in containers. */
export const containerScenarios: readonly Scenario[] = inContainers(scenarios)

export const scenarioNamed = (name: string): Scenario | undefined =>
  [...scenarios, ...containerScenarios].find((each) => each.name === name)
