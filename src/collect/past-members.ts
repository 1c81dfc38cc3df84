import { type RawAttribute, type Sid, privilegedGroups, readSid, sidInDomain } from '#directory'
import type { EntryView, LdapClient } from '#ldap'
import type { Budget } from './budget.ts'
import type { EntryValues } from './entry-values.ts'
import { throwUnlessUnseen } from './results.ts'

/** What replication remembers of the values of links, removed ones too: XML, one value each (MS-ADTS 3.1.1.4.5.18). */
export const PAST_MEMBERS = 'msDS-ReplValueMetaData'

/**
 * {@link PAST_MEMBERS} of the privileged groups of a domain, by DN. A server works it out value by value, so these groups alone
 * are asked, by SID. Nothing of a group that the domain has not or does not show, nor from a server that does not know it.
 */
export async function readPastMembers(
  client: LdapClient,
  domainDn: string,
  budget: Budget,
  values: EntryValues,
): Promise<ReadonlyMap<string, RawAttribute>> {
  const found = new Map<string, RawAttribute>()
  const head = await entryOf(client, domainDn, 'objectSid')
  const domain = head === undefined ? undefined : sidOf(head.get('objectSid')?.value)
  if (domain === undefined) return found
  const relative = [...privilegedGroups.administrators, ...privilegedGroups.controllers]
  const sids = [...privilegedGroups.aliases, ...relative.map((id) => sidInDomain(domain, id))]
  for (const sid of sids) {
    const entry = await entryOf(client, `<SID=${sid}>`, PAST_MEMBERS)
    if (entry === undefined) continue
    const { attributes, more } = values.of(entry)
    await more
    if (attributes[0] !== undefined) found.set(entry.objectName, attributes[0])
    budget.check()
  }
  return found
}

async function entryOf(
  client: LdapClient,
  baseObject: string,
  attribute: string,
): Promise<EntryView | undefined> {
  let entry: EntryView | undefined
  try {
    const search = client.search({ baseObject, scope: 'baseObject', attributes: [attribute] })
    for await (const found of search) if (found.op === 'searchResultEntry') entry ??= found
  } catch (error) {
    // There is no such group here, or the account may not see it.
    throwUnlessUnseen(error)
  }
  return entry
}

function sidOf(octets: Uint8Array | undefined): Sid | undefined {
  try {
    return octets === undefined ? undefined : readSid(octets)
  } catch {
    return undefined
  }
}
