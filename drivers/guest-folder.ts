/** Where a guest finds what it is to trust, read-only (API §1.6). */
export const GUEST_FOLDER = '/etc/bottled'
