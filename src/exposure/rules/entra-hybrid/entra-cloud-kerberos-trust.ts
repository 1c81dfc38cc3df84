import { type Sid, builtinSid, rid, sidInDomain } from '#directory'
import { sayWhoCan, trusteeEvidence } from '../../control.ts'
import { registeredControllers } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import { ticketKeeper } from '../../hybrid.ts'
import { takeoverOf } from '../../takeover.ts'
import { count, day, enumerate } from '../../words.ts'

export default defineExposure({
  id: 'entra-cloud-kerberos-trust',
  category: 'entra-hybrid',
  severity: 'high',
  title: 'The stand-in of Entra ID for a domain controller is not well kept',
  why: 'Entra ID issues tickets with the key of AzureADKerberos. Without its list of denied groups it may do so for administrators, and whoever has an old key can do the same.',
  fix: "Put the default groups back on the list of those never to be revealed, and rotate the key with the vendor's module.",
  attack: ['T1558.001', 'T1556.007'],
  refs: { spec: ['MS-ADTS 6.1.1.3.2'] },
  needs: ['ldap-domain'],
  over: 'computer',
  reads: ['sAMAccountName', 'msDS-NeverRevealGroup', 'msDS-KrbTgtLink', 'pwdLastSet'],

  check(row, forest) {
    const { access, snapshot } = forest
    if (
      !/^azureadkerberos\$?$/i.test(row.sAMAccountName) ||
      registeredControllers(forest).has(row.id)
    )
      return
    const domain = snapshot.domainOf(row.id)
    const denied = new Set(row['msDS-NeverRevealGroup'].map((dn) => sidAt(dn)))
    const missing = [
      builtinSid.administrators,
      builtinSid.accountOperators,
      builtinSid.serverOperators,
      builtinSid.backupOperators,
      ...(domain === undefined ? [] : [sidInDomain(domain.sid, rid.deniedRodcPasswordReplication)]),
    ].filter((sid) => !denied.has(sid))

    const keeper = ticketKeeper(forest, row['msDS-KrbTgtLink'])
    const changed = keeper === undefined ? undefined : forest.value(keeper, 'pwdLastSet')
    const age = forest.daysSince(changed)
    const outsiders = [
      ...forest.outsiders(row.id, [
        ...access.control,
        access.writes('msDS-NeverRevealGroup'),
        access.writes('msDS-RevealOnDemandGroup'),
      ]),
      ...(keeper === undefined ? [] : forest.outsiders(keeper, takeoverOf(forest, keeper))),
    ]

    const faults = [
      ...(missing.length === 0
        ? []
        : [`does not deny ${enumerate(missing.map((sid) => forest.nameOf(sid, domain)))}`]),
      ...(age === undefined || changed === undefined || age <= MOST_DAYS
        ? []
        : [`has a key of ${day(changed)}, ${count(Math.floor(age), 'day')} old`]),
      ...(outsiders.length === 0 ? [] : [sayWhoCan(forest, outsiders, 'is open to others')]),
    ]
    if (faults.length > 0) {
      return {
        says: `${row.sAMAccountName} ${faults.join('; ')}`,
        evidence: {
          missing,
          keyChanged: changed?.toISOString() ?? null,
          trustees: outsiders.map((outsider) => trusteeEvidence(outsider)),
        },
      }
    }
    if (changed === undefined)
      return { gap: `The age of the key of ${row.sAMAccountName} could not be read.` }
    const closed = [row.id, keeper].find((id) => id !== undefined && !access.readable(id))
    if (closed !== undefined)
      return { gap: `The permissions of ${snapshot.name(closed)} could not be read.` }
    return

    function sidAt(dn: string): Sid | undefined {
      const group = snapshot.byDn(dn)
      return group === undefined ? undefined : snapshot.sid(group)
    }
  },
})

/** Age in days after which the key should have been rotated. */
const MOST_DAYS = 180
