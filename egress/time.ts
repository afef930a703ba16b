/** RFC 3339 in milliseconds; undefined for what is no time, such as 30 February. Pure. */
export const parseTime = (text: string): number | undefined => {
  const parts = RFC_3339.exec(text)
  const ms = parts === null ? NaN : Date.parse(text)
  if (parts === null || Number.isNaN(ms)) return undefined
  // Date.parse turns 30 February into 2 March, and 24:00 into the next day.
  const [, written = '', sign = '+', hours = '0', minutes = '0'] = parts
  const offsetMs = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000
  return new Date(ms + offsetMs).toISOString().startsWith(written) ? ms : undefined
}

const RFC_3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(?:Z|([+-])(\d{2}):(\d{2}))$/
