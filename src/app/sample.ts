import { type Sample, makeSample } from '#sample'
import { UsageError } from './error.ts'
import { ruleIds } from './assess.ts'
import { sampleRequest } from './source.ts'

/** What to make. */
export interface SampleRequest {
  readonly objects?: number
  readonly seed?: string
  readonly now?: Date
  /** `none`, `all`, or ids joined by commas. */
  readonly exposures?: string
}

/** Fewest objects that a domain needs, and most that one snapshot is made for. */
const limits = { fewest: 200, most: 20_000_000 }

/** Makes a forest, and tells what was planted in it. @throws UsageError */
export function makeSampleForest({ exposures, ...request }: SampleRequest): Sample {
  const objects = request.objects ?? sampleRequest.objects
  if (objects < limits.fewest || objects > limits.most) {
    throw new UsageError(
      `cannot make ${objects} objects`,
      `a forest here has ${limits.fewest} to ${limits.most}`,
      'Give another --objects.',
    )
  }
  const ids =
    exposures === undefined || exposures === 'none' || exposures === 'all'
      ? exposures
      : exposures.split(',')
  if (typeof ids === 'object') {
    const unknown = ids.filter((id) => !ruleIds().some((rule) => rule.id === id))
    if (unknown.length > 0)
      throw new UsageError(
        `cannot plant "${unknown.join('", "')}"`,
        'there is no such exposure',
        'glacis explain lists them all.',
      )
  }
  return makeSample({
    ...sampleRequest,
    ...request,
    ...(ids === undefined ? {} : { exposures: ids }),
  })
}
