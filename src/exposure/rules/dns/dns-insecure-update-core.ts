import {
  DirectoryError,
  type ObjectId,
  type Sid,
  dnsAllowUpdate,
  dnsPropertyId,
  readDnsProperty,
  wellKnownSid,
} from '#directory'
import { defineExposure } from '../../define.ts'
import { forestRoot } from '../../forest-root.ts'
import type { Forest } from '../../forest.ts'

export default defineExposure({
  id: 'dns-insecure-update-core',
  category: 'dns',
  severity: 'critical',
  title: 'Insecure dynamic update on the domain’s or forest’s zone',
  why: 'Anyone on the network can change where the names of controllers and servers point, without an account.',
  fix: 'Allow only secure dynamic updates on the zone, and look through the records that changed while it was open.',
  attack: ['T1557', 'T1584.002'],
  refs: {
    spec: ['MS-DNSP 2.3.2.1.1', 'MS-DNSP 2.2.6.1.1'],
    pingcastle: ['A-DnsZoneUpdate1'],
    anssi: ['vuln1_dnszone_bad_prop'],
    purpleKnight: ['DnsZonesWithUnsecureUpdate'],
  },
  needs: ['ldap-dns'],
  over: 'dnsZone',
  reads: ['dc', 'name', 'dNSProperty'],

  check({ id, dc, name, dNSProperty }, forest) {
    const { snapshot } = forest
    const zone = (dc ?? name ?? '').toLowerCase()
    const root = forestRoot(forest).name
    const domains = [
      ...snapshot.domains.map((domain) => domain.name),
      ...(root === undefined ? [] : [root]),
    ]
    const core = [...domains, ...domains.map((domain) => `_msdcs.${domain}`)]
    if (!core.includes(zone) && zone !== 'rootdnsservers') return
    // A zone without settings takes no updates; Samba makes _msdcs so.
    if (dNSProperty.length === 0 && zone !== 'rootdnsservers' && !mayBeRead(forest, id))
      return { gap: `The settings of the zone ${zone} could not be read.` }
    const update = dNSProperty
      .map((value) => settingOf(value))
      .find((setting) => setting?.id === dnsPropertyId.allowUpdate)
    if (update?.value !== dnsAllowUpdate.unsecure) return
    return {
      says: `The zone ${zone} takes updates from anyone`,
      evidence: { allowUpdate: update.value },
    }
  },
})

/** Whether every account may read the settings of a zone: if none came, there are none. */
function mayBeRead({ access }: Forest, zone: ObjectId): boolean {
  const reads = access.reads('dNSProperty')
  if (reads === undefined) return false
  return access
    .holders(zone, reads)
    .some(({ sid, except }) => everybody.includes(sid) && except === undefined)
}

const everybody: readonly Sid[] = [wellKnownSid.everyone, wellKnownSid.authenticatedUsers]

function settingOf(value: Uint8Array): { id: number; value: number | undefined } | undefined {
  try {
    return readDnsProperty(value)
  } catch (error) {
    if (error instanceof DirectoryError) return undefined
    throw error
  }
}
