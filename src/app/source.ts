import { type CollectOptions, type Progress, collect, writeSnapshotFile } from '#collect'
import { type Snapshot, type Source, baseAttributes } from '#directory'
import { type Exposure, catalogue } from '#exposure'
import { attributesShown } from '#report'
import { makeSample } from '#sample'

/** Where to read a forest from, and with what. */
export interface SourceRequest {
  /** A URL, a path, or `sample`. */
  readonly source: string
  readonly account?: { readonly name: string; readonly password: () => Promise<string> }
  readonly caFile?: string
  readonly pin?: string
  /** Addresses of hosts that DNS does not know. */
  readonly addresses?: Readonly<Record<string, string>>
  readonly allowPlaintext?: boolean
  /** DNS names of further domain trees of the forest, whose controllers may be asked with the same account. */
  readonly furtherTrees?: readonly string[]
  readonly probes?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/** The made-up forest that comes with the program: always the same one. */
export const sampleRequest = {
  seed: 'glacis',
  objects: 3000,
  now: new Date('2026-01-15T09:00:00Z'),
} as const

/** Reads a forest: of a domain controller what these rules declare, all of them if not given. @throws CollectError */
export async function openSnapshot(
  {
    source,
    account,
    pin,
    probes,
    caFile,
    addresses,
    allowPlaintext,
    furtherTrees,
    signal,
    onProgress,
  }: SourceRequest,
  rules: readonly Exposure[] = catalogue,
): Promise<Snapshot> {
  if (source === 'sample') return makeSample(sampleRequest).snapshot
  const options: CollectOptions = {
    attributes: attributesFor(rules),
    ...(pin === undefined ? {} : { fingerprint: pin }),
    ...(probes === undefined ? {} : { probe: probes }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(addresses === undefined ? {} : { addresses }),
    ...(allowPlaintext === undefined ? {} : { allowPlaintext }),
    ...(furtherTrees === undefined ? {} : { furtherTrees }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(account === undefined
      ? {}
      : {
          account: {
            name: account.name,
            password: async () => Buffer.from(await account.password()),
          },
        }),
  }
  return collect(source, options)
}

/** What to ask a domain controller for, to run these rules and report on them. */
export function attributesFor(rules: readonly Exposure[]): readonly string[] {
  const declared = rules.flatMap(({ reads, alsoReads = [] }) => [...reads, ...alsoReads])
  return [...new Set([...baseAttributes, ...attributesShown, ...declared])]
}

/** Writes a snapshot file, whole or not at all. */
export async function saveSnapshot(
  snapshot: Snapshot,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  await writeSnapshotFile(path, snapshot, signal === undefined ? {} : { signal })
}

/**
 * Whether something that a look over LDAP should see could not be seen. What ordinary accounts see in no forest is told, but
 * is no such gap; nor are SYSVOL, SMB, RPC, registry and probes that were not asked for, which are further ways of looking.
 */
export function hasGaps({ coverage }: Snapshot): boolean {
  return coverage.some(({ source, state, gaps = [] }) => {
    if (state === 'partial') return isLook(source) && gaps.some((gap) => gap.isByDesign !== true)
    return state === 'absent' && isLook(source) && source !== 'rootdse' && source !== 'ldap-probe'
  })
}

function isLook(source: Source): boolean {
  return source.startsWith('ldap-') || source === 'nTSecurityDescriptor' || source === 'rootdse'
}
