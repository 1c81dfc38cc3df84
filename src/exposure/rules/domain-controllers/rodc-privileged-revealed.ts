import type { ObjectId } from '#directory'
import { isReadOnlyController } from '../../controllers.ts'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import { enumerate, some } from '../../words.ts'

export default defineExposure({
  id: 'rodc-privileged-revealed',
  category: 'domain-controllers',
  severity: 'critical',
  title: 'Privileged passwords are already kept on a read-only domain controller',
  why: 'Whoever takes the machine, or its account, has the password hashes of these accounts.',
  fix: 'Change these passwords, then mend the allow and deny lists.',
  attack: ['T1003.003'],
  refs: {
    spec: ['MS-ADTS 6.1.1.3.2', 'MS-ADA2 msDS-RevealedUsers'],
    pingcastle: ['P-RODCAdminRevealed'],
    anssi: ['vuln2_rodc_priv_revealed'],
    purpleKnight: ['RODCPrivilegedCreds'],
  },
  needs: ['ldap-domain'],
  over: 'computer',
  reads: [
    'sAMAccountName',
    'userAccountControl',
    'primaryGroupID',
    'msDS-RevealedUsers',
    'msDS-KrbTgtLink',
  ],
  // Worked out by the server from the other, for those who name it.
  alsoReads: ['msDS-RevealedList'],

  check(
    { id, sAMAccountName, 'msDS-RevealedUsers': revealed, 'msDS-KrbTgtLink': krbtgt },
    forest,
  ): Hit | Gap | undefined {
    const { snapshot } = forest
    if (!isReadOnlyController(forest, id)) return
    const own = new Set<ObjectId | undefined>([
      id,
      krbtgt === undefined ? undefined : snapshot.byDn(krbtgt),
    ])
    // Each attribute that was sent is a value of its own.
    const dns = [
      ...new Set([
        ...revealed.map(({ dn }) => dn),
        ...forest.value(id, 'msDS-RevealedList').map((value) => dnOf(value)),
      ]),
    ]
    const privileged = dns.flatMap((dn) => {
      const account = snapshot.byDn(dn)
      return account !== undefined && !own.has(account) && forest.tierZero.hasObject(account)
        ? [account]
        : []
    })
    if (privileged.length === 0) {
      const unread = dns.find((dn) => snapshot.byDn(dn) === undefined)
      return unread === undefined
        ? undefined
        : { gap: `Accounts kept on ${sAMAccountName} could not be read, such as ${unread}.` }
    }
    return {
      says: `The read-only domain controller ${sAMAccountName} keeps the passwords of ${enumerate(privileged.map((account) => snapshot.name(account)))}`,
      evidence: { revealed: some(privileged.map((account) => snapshot.dn(account))) },
    }
  },
})

/** The name in a value of DN-String syntax, `S:10:unicodePwd:CN=…` (MS-ADTS 3.1.1.2.2.2.7). */
function dnOf(value: string): string {
  const head = /^S:(\d+):/.exec(value)
  return head === null ? value : value.slice(head[0].length + Number(head[1]) + 1)
}
