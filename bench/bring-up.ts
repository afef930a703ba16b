import type { BenchOptions } from './main.ts'
import type { Measurement } from './measurement.ts'
export const measureBringUp = async (_: BenchOptions): Promise<readonly Measurement[]> => []
