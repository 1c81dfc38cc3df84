import { DirectoryError, type DnsRecord, type ObjectId, dnsType, readDnsRecord } from '#directory'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { perForest } from '../../per-forest.ts'

/** Names that clients ask for by themselves, and the one that answers for all others. */
const dangerous = new Set(['*', 'wpad', 'isatap'])

export default defineExposure({
  id: 'dns-wildcard-record',
  category: 'dns',
  severity: 'high',
  title: 'Wildcard or WPAD record points to a host that is not known',
  why: 'Clients look these names up by themselves; whoever answers for them becomes their proxy or catches mistyped names, and relays what they sign in with.',
  fix: 'Remove the record, or make it an inert TXT record that administrators own; keep the names in the global query block list.',
  attack: ['T1557.001'],
  refs: { spec: ['MS-DNSP 2.3.2.2'] },
  needs: ['ldap-dns'],
  over: 'dnsNode',
  reads: ['dc', 'name', 'dnsRecord'],

  check({ id, dc, name, dnsRecord }, forest) {
    const node = (dc ?? name ?? '').toLowerCase()
    if (!dangerous.has(node)) return
    if (dnsRecord.length === 0)
      return { gap: `The records of ${forest.snapshot.dn(id)} could not be read.` }
    const known = knownTargets(forest)
    const records = recordsOf(dnsRecord).filter(
      ({ type, data }) =>
        pointsTo.has(type) && data !== undefined && !known.has(data.toLowerCase()),
    )
    if (records.length === 0) return
    const targets = records.map(({ data }) => data ?? '')
    return {
      says: `${node} in ${forest.snapshot.name(forest.snapshot.parent(id) ?? id)} points to ${targets.join(', ')}, which is no known host`,
      evidence: { targets },
    }
  },
})

const pointsTo: ReadonlySet<number> = new Set([dnsType.a, dnsType.aaaa, dnsType.cname])

/** Addresses that hosts with an account of their own have, and their names. */
const knownTargets = perForest((forest): ReadonlySet<string> => {
  const { snapshot } = forest
  const hosts = new Set(
    [...snapshot.ofKind('computer')].flatMap(
      (id) => snapshot.value(id, 'dNSHostName')?.toLowerCase() ?? [],
    ),
  )
  const targets = new Set(hosts)
  for (const id of snapshot.ofKind('dnsNode')) {
    if (!hosts.has(hostOf(forest, id))) continue
    for (const { type, data } of recordsOf(snapshot.value(id, 'dnsRecord')))
      if (pointsTo.has(type) && data !== undefined) targets.add(data.toLowerCase())
  }
  return targets
})

function hostOf({ snapshot }: Forest, node: ObjectId): string {
  const zone = snapshot.parent(node)
  return `${snapshot.name(node)}.${zone === undefined ? '' : snapshot.name(zone)}`.toLowerCase()
}

function recordsOf(values: readonly Uint8Array[]): DnsRecord[] {
  return values.flatMap((value) => {
    try {
      return [readDnsRecord(value)]
    } catch (error) {
      if (error instanceof DirectoryError) return []
      throw error
    }
  })
}
