/** Begins what answers on this host while the seal is tried. Pure. */
export const WORD = 'bottled-seal-'
