import type { AttributeName, Kind, ObjectId, Source, ValueOf, kinds } from '#directory'
import type { Forest } from './forest.ts'

/** How bad it is, worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof severities)[number]

/** Where an exposure belongs in lists and reports; also the folder of its rule. */
export const categories = [
  'accounts',
  'acl',
  'adcs',
  'delegation',
  'dns',
  'domain-controllers',
  'entra-hybrid',
  'exchange',
  'forest-config',
  'gpo',
  'hygiene',
  'kerberos',
  'laps',
  'ldap',
  'passwords',
  'privilege',
  'service-accounts',
  'stale',
  'sysvol',
  'trusts',
] as const
export type Category = (typeof categories)[number]

/** Values that go into JSON as they are. Times are ISO 8601 text. */
export type Evidence = { readonly [key: string]: Json }
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json }

/** The object is exposed: one sentence that names it, and the values that prove it. Never a secret. */
export interface Hit {
  readonly says: string
  readonly evidence: Evidence
  /** When this case is less or more severe than the exposure usually is. */
  readonly severity?: Severity
}

/** Something the rule could not decide, and why. The rest of the rule still counts. */
export interface Gap {
  readonly gap: string
}

/** A hit of a rule that looks at the forest as a whole: says which object it was found on. */
export interface ForestHit extends Hit {
  /** The object, or the DN of one that was not read. */
  readonly on: ObjectId | string
}

/** The attributes a rule reads, typed as the schema has them, and the object's id for questions to the forest. */
export type Row<R extends AttributeName, O extends Kind> = {
  readonly [A in R]: A extends (typeof kinds)[O][number] ? NonNullable<ValueOf<A>> : ValueOf<A>
} & { readonly id: ObjectId }

interface About {
  /** Permanent, equals the file name, states the bad condition. From the catalogue. */
  readonly id: string
  readonly category: Category
  /** The highest usual one; hits may say otherwise. */
  readonly severity: Severity
  /** What is wrong, as a heading. */
  readonly title: string
  /** Why it matters: what an intruder does with it, in a sentence or two. */
  readonly why: string
  /** What to do about it, in a sentence or two. */
  readonly fix: string
  /** MITRE ATT&CK techniques. */
  readonly attack: readonly string[]
  /** Where it is described: specification sections, and the ids other catalogues use for it. */
  readonly refs: {
    readonly spec?: readonly string[]
    readonly pingcastle?: readonly string[]
    readonly anssi?: readonly string[]
    readonly purpleKnight?: readonly string[]
    readonly bloodhound?: readonly string[]
    readonly esc?: readonly string[]
  }
  /** Sources without which there is no verdict: where one is absent the exposure is not assessed. */
  readonly needs: readonly Source[]
  /**
   * Sources that the verdict also hangs on, but without which something may still be found: where one is absent, what is found
   * counts, and "nothing found" is not assessed.
   */
  readonly alsoNeeds?: readonly Source[]
  /**
   * Attributes that are also looked at, but that an export may well lack: the rule is sound without them, or says itself what
   * it cannot decide.
   */
  readonly alsoReads?: readonly AttributeName[]
}

/** A rule that looks at objects one by one. */
export interface ObjectExposure<
  R extends AttributeName = AttributeName,
  O extends Kind = Kind,
> extends About {
  readonly over: O | readonly O[]
  /**
   * Attributes that `check` receives, or looks up on other objects, beyond `baseAttributes`. Where one was not asked for, the
   * exposure is not assessed.
   */
  readonly reads: readonly R[]
  check(row: Row<R, O>, forest: Forest): Hit | Gap | undefined
}

/** A rule that needs the forest as a whole: duplicates, trusts, counts, what is missing. */
export interface ForestExposure<R extends AttributeName = AttributeName> extends About {
  /** Attributes that the rule looks at, wherever, beyond `baseAttributes`. Where one was not asked for, the exposure is not assessed. */
  readonly reads: readonly R[]
  /** Kinds of objects it looks at: where some of them may be hidden, the exposure is not "passed". All when not said. */
  readonly looksAt?: readonly Kind[]
  checkForest(forest: Forest): Iterable<ForestHit | Gap>
}

/** Any rule, as the engine sees it. */
export type Exposure = ObjectExposure | ForestExposure

/** Declares a rule over objects: see STYLE for the shape. */
export function defineExposure<const R extends AttributeName, const O extends Kind>(
  rule: ObjectExposure<R, O>,
): ObjectExposure<R, O>
/** Declares a rule over the whole forest. */
export function defineExposure<const R extends AttributeName>(
  rule: ForestExposure<R>,
): ForestExposure<R>
export function defineExposure(rule: unknown): Exposure {
  return rule as Exposure
}
