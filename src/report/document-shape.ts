import { severities } from '#exposure'
import type { AssessmentDocument } from './document.ts'

/** What a value must be: a primitive, one of some words, a list, a map with any keys, or an object with these keys. */
type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'date'
  | readonly string[]
  | { readonly listOf: Shape }
  | { readonly mapOf: Shape | 'anything' }
  | { readonly [key: string]: Shape }

const texts = { listOf: 'string' } as const

/** Keys that end in `?` may be absent. */
const shape: Shape = {
  format: ['glacis.assessment/1'],
  forest: {
    rootDomain: 'string',
    domains: { listOf: { dn: 'string', sid: 'string', name: 'string' } },
  },
  takenAt: 'date',
  now: 'date',
  source: 'string',
  'collectedBy?': 'string',
  coverage: {
    listOf: {
      source: 'string',
      state: ['read', 'partial', 'absent'],
      'objects?': 'number',
      'because?': texts,
      'affects?': texts,
    },
  },
  'areNamesMasked?': 'boolean',
  findings: {
    listOf: {
      id: 'string',
      title: 'string',
      category: 'string',
      severity: severities,
      why: 'string',
      fix: 'string',
      objects: {
        listOf: {
          dn: 'string',
          'sid?': 'string',
          name: 'string',
          says: 'string',
          severity: severities,
          evidence: { mapOf: 'anything' },
        },
      },
      'gaps?': texts,
      attack: texts,
      refs: { mapOf: texts },
    },
  },
  passed: texts,
  notAssessed: { listOf: { id: 'string', because: 'string' } },
  rules: { mapOf: { title: 'string', severity: severities, category: 'string' } },
  inventory: {
    counts: { mapOf: 'number' },
    controllers: {
      listOf: {
        name: 'string',
        dn: 'string',
        domain: 'string',
        operatingSystem: 'string',
        isReadOnly: 'boolean',
      },
    },
    domains: {
      listOf: { name: 'string', functionalLevel: 'string', 'machineAccountQuota?': 'number' },
    },
    trusts: {
      listOf: {
        domain: 'string',
        partner: 'string',
        direction: 'string',
        type: 'string',
        attributes: texts,
      },
    },
    passwordPolicies: {
      listOf: {
        name: 'string',
        appliesTo: texts,
        'minimumLength?': 'number',
        'maximumAgeDays?': 'number',
        'history?': 'number',
        'isComplex?': 'boolean',
        'lockoutAfter?': 'number',
      },
    },
    privilegedGroups: {
      listOf: { name: 'string', domain: 'string', count: 'number', members: texts },
    },
    managedAccounts: { listOf: { name: 'string', dn: 'string', readers: texts } },
    authorities: { listOf: { name: 'string', host: 'string', templates: texts } },
  },
}

/** Whether a value from outside is a whole document; if not, where it is not one, such as `findings[3].objects`. */
export function documentFrom(value: unknown): AssessmentDocument | { readonly misfit: string } {
  const misfit = misfitOf(value, shape, '')
  return misfit === undefined ? (value as AssessmentDocument) : { misfit }
}

function misfitOf(value: unknown, wanted: Shape | 'anything', at: string): string | undefined {
  if (wanted === 'anything') return undefined
  if (wanted === 'date')
    return typeof value === 'string' && Number.isFinite(Date.parse(value)) ? undefined : at
  if (typeof wanted === 'string') return typeof value === wanted ? undefined : at
  if (isWords(wanted)) return wanted.includes(value as string) ? undefined : at
  if ('listOf' in wanted) {
    if (!Array.isArray(value)) return at
    return firstMisfit(value.entries(), (index, each) =>
      misfitOf(each, wanted.listOf, `${at}[${index}]`),
    )
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return at
  if ('mapOf' in wanted) {
    return firstMisfit(Object.entries(value), (key, each) =>
      misfitOf(each, wanted.mapOf as Shape, `${at}.${key}`),
    )
  }
  return firstMisfit(Object.entries(wanted as Readonly<Record<string, Shape>>), (key, each) => {
    const name = key.replace('?', '')
    const own = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
    if (own === undefined && name !== key) return undefined
    return misfitOf(own, each, at === '' ? name : `${at}.${name}`)
  })
}

function isWords(wanted: Shape): wanted is readonly string[] {
  return Array.isArray(wanted)
}

function firstMisfit<K, V>(
  entries: Iterable<readonly [K, V]>,
  misfit: (key: K, value: V) => string | undefined,
): string | undefined {
  for (const [key, value] of entries) {
    const found = misfit(key, value)
    if (found !== undefined) return found
  }
  return undefined
}
