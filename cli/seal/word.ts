/** Begins what answers on this host while the seal is tried. */
export const WORD = 'bottled-seal-'
