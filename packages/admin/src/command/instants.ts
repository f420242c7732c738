/** Whether a text such as 2026-11-30 is a day of the calendar. JavaScript takes the 31st of November for the 1st of December. */
export const isDay = (text: string): boolean => {
  const at = Date.parse(`${text}T00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
