/**
 * Whether packets of a bridge meet our jumps in FORWARD before anything that lets them through. Pure.
 *
 * Docker writes the lines of each new network above ours, and its jump to DOCKER-USER above those: ours stays before the lines
 * of all older networks (recorded: Debian's Engine 20.10), and a new network's edge is written with its own.
 */
export const isForwardedFirst = (lines: readonly string[], jumps: readonly string[]): ((bridge: string) => boolean) => {
  const places = jumps.map((jump) => lines.indexOf(jump))
  if (places.includes(-1)) return () => false
  const before = lines.slice(0, Math.max(...places)).filter((line) => PASSES.test(line))
  const devices = before.map((line) => [...line.matchAll(DEVICE)].flatMap(([, not, name = '']) => (not ? [] : [name])))
  if (devices.some((names) => names.length === 0 || names.some((name) => name.endsWith('+')))) return () => false
  const taken = new Set(devices.flat())
  return (bridge) => !taken.has(bridge)
}

/** What comes after it may not be met. `DOCKER-FORWARD` is where newer Engines accept. */
const PASSES = /(^| )(-j (ACCEPT|RETURN|DOCKER-FORWARD)\b|-g )/

const DEVICE = /(! )?-[io] (\S+)/g
