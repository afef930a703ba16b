/** As clients send a path: blanks and what isn't ASCII are escaped; a lone surrogate stays, as nothing stands for it. Pure. */
export const escapePath = (text: string): string => {
  try {
    return text.replace(/(?:[^\p{ASCII}]| )+/gu, encodeURIComponent)
  } catch {
    return text
  }
}
