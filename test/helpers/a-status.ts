/** A status with an example of everything that is hard to write. */
export const STATUS = {
  phase: 'Ready',
  observedGeneration: 3,
  startedAt: '2026-11-23T22:33:11Z',
  network: { name: 'bottle-r', subnet: '192.168.133.0/24' },
  conditions: [
    { type: 'Accepted', status: 'True', message: '' },
    { type: 'Ready', status: 'False', message: 'a "word": #1' },
  ],
}
