import { type AttributeName, type CoverageGap, type Snapshot, dnKey } from '#directory'

/** Sources whose objects have base attributes. */
export type BaseArea = 'ldap-domain' | 'ldap-config' | 'ldap-schema'

/** Base attributes that some object of the source has in every forest. */
const everywhere: Readonly<Record<BaseArea, readonly AttributeName[]>> = {
  'ldap-domain': [
    'objectClass',
    'objectSid',
    'sAMAccountName',
    'userAccountControl',
    'primaryGroupID',
    'groupType',
    'member',
  ],
  'ldap-config': ['objectClass', 'nCName', 'systemFlags', 'serverReference', 'rightsGuid'],
  'ldap-schema': [
    'objectClass',
    'lDAPDisplayName',
    'schemaIDGUID',
    'attributeSecurityGUID',
    'searchFlags',
    'subClassOf',
  ],
}

/** Base attributes that no object need have, so that only having been asked for them tells anything. */
const somewhere: Readonly<Record<BaseArea, readonly AttributeName[]>> = {
  'ldap-domain': [
    'sIDHistory',
    'securityIdentifier',
    'trustAttributes',
    'msDS-KrbTgtLink',
    'msDS-SecondaryKrbTgtNumber',
    'dNSHostName',
  ],
  'ldap-config': ['dNSHostName'],
  'ldap-schema': [],
}

/**
 * What one naming context of a source lacks that memberships, access and Tier Zero are worked out from, whatever a rule itself
 * reads: then nothing about it can be called clean.
 */
export function* baseGaps(
  snapshot: Snapshot,
  area: BaseArea,
  contextDn: string,
): Generator<CoverageGap> {
  const key = dnKey(contextDn)
  const spellings = new Set(snapshot.namingContexts.filter((dn) => dnKey(dn) === key))
  const isHere = (name: AttributeName) => {
    for (const id of snapshot.having(name))
      if (spellings.has(snapshot.namingContextOf(id))) return true
    return false
  }
  const missing = [
    ...everywhere[area].filter((name) => !isHere(name)),
    ...somewhere[area].filter((name) => !snapshot.wasAsked(name)),
  ]
  if (missing.length > 0) {
    yield {
      because: `${contextDn}: it was read without ${missing.join(', ')}, and what rests on ${missing.length === 1 ? 'it' : 'them'} (who is in which group, who controls what) cannot be told for sure; ask for whole entries.`,
    }
  }
}
