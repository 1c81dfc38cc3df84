import { UsageError } from '#app'

/** A date or time that a person typed: `2024-01-05` (midnight UTC) or ISO 8601. @throws UsageError */
export function parseNow(text: string): Date {
  const date = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/.test(text)
    ? new Date(text)
    : undefined
  if (date === undefined || Number.isNaN(date.getTime())) {
    throw new UsageError(
      `"${text}" is no date`,
      'a date is needed, or a time with its zone',
      'Write 2024-01-05 or 2024-01-05T12:00:00Z.',
    )
  }
  return date
}
