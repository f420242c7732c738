/** A time to wait, as it stands after "Try again in": "20 seconds", "2 minutes", "3 hours". */
export const wait = (seconds: number): string => {
  if (seconds < 90) return seconds === 1 ? "1 second" : `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`
}
