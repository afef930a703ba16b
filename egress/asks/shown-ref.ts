/**
 * A ref as a person is shown it: a branch by its name, everything else whole. Pure.
 *
 * Guarantees: two refs are never shown as one: a branch may be called like a tag.
 */
export const shownRef = (ref: string): string => ref.replace(/^refs\/heads\/(?!refs\/)/, '')
