/** A time to wait, as it stands after "in": "20 Sekunden", "2 Minuten", "3 Stunden". */
export const wait = (seconds: number): string => {
  if (seconds < 90) return seconds === 1 ? "1 Sekunde" : `${seconds} Sekunden`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} Minuten` : `${Math.ceil(minutes / 60)} Stunden`
}
