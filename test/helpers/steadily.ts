/**
 * Reads, or removes, a file that a controller may have taken aside to write its status: it is back within
 * milliseconds. Throws the error of `act` if it isn't back after a quarter of a second.
 */
export const steadily = <T>(act: () => T): T => {
  for (let tries = 0; ; tries++) {
    try {
      return act()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 50) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
