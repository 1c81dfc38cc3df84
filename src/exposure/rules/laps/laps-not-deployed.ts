import type { ObjectId } from '#directory'
import { isEnabled } from '#directory'
import { isControllerAccount, isEntraStandIn } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { isSeamlessSignOn } from '../../hybrid.ts'
import { count, enumerate } from '../../words.ts'

export default defineExposure({
  id: 'laps-not-deployed',
  category: 'laps',
  severity: 'high',
  title: 'Local administrator passwords are not managed',
  why: 'Without a solution the local administrator often has the same password everywhere, and one taken machine opens all the others.',
  fix: 'Deploy Windows LAPS with encryption to all members of the domain.',
  attack: ['T1550.002', 'T1078.003'],
  refs: { pingcastle: ['A-LAPS-Not-Installed'] },
  needs: ['ldap-domain', 'ldap-schema'],
  reads: [
    'userAccountControl',
    'operatingSystem',
    'servicePrincipalName',
    'ms-Mcs-AdmPwdExpirationTime',
    'msLAPS-PasswordExpirationTime',
  ],
  looksAt: ['computer', 'schemaAttribute'],

  *checkForest(forest) {
    const { snapshot } = forest
    const solutions = [...snapshot.schema.attributes]
      .map(({ lDAPDisplayName }) => lDAPDisplayName)
      .filter((name) => isSolution(name))
    // A variant under another name keeps its expiration under another name too, which only whole exports have.
    const variants = solutions.filter((name) => !isKnown(name))
    for (const { head, name } of snapshot.domains) {
      const members = [...snapshot.ofKind('computer')].filter(
        (id) => snapshot.domainOf(id)?.head === head && isWindowsMember(forest, id),
      )
      const isManaged = (id: ObjectId) => expirations.some((each) => snapshot.has(id, each))
      if (members.length === 0 && solutions.length === 0) {
        yield {
          on: head,
          says: `${name} has no solution for local administrator passwords: the schema has no attribute for them; nor has it Windows members yet that need one`,
          evidence: { computers: 0, schema: [] },
          severity: 'low',
        }
      }
      if (members.length === 0 || members.some(isManaged)) continue
      if (variants.length > 0) {
        yield {
          gap: `Whether the local administrator passwords of ${name} are managed through ${enumerate(variants)} could not be read.`,
        }
        continue
      }
      const reason =
        solutions.length === 0
          ? 'the schema has no attribute for them'
          : 'no computer has ever stored one'
      yield {
        on: head,
        says: `Local administrator passwords of ${count(members.length, 'computer')} in ${name} are not managed: ${reason}`,
        evidence: { computers: members.length, schema: solutions },
      }
    }
  },
})

function isSolution(name: string): boolean {
  return isKnown(name) || /^ms-.+-AdmPwd$/i.test(name)
}

function isKnown(name: string): boolean {
  return /^(?:ms-Mcs-AdmPwd|msLAPS-(?:Encrypted)?Password)$/i.test(name)
}

/** Enabled, a machine, no domain controller, and nothing says that it runs another system. */
function isWindowsMember(forest: Forest, id: ObjectId): boolean {
  const { snapshot } = forest
  if (!isEnabled(snapshot.value(id, 'userAccountControl') ?? 0) || isControllerAccount(forest, id))
    return false
  // Behind the accounts by which Entra ID issues tickets there is no machine.
  const [name = '', services] = [
    snapshot.value(id, 'sAMAccountName'),
    snapshot.value(id, 'servicePrincipalName'),
  ]
  if (isEntraStandIn(forest, id) || isSeamlessSignOn(name, services)) return false
  return /^windows/i.test(snapshot.value(id, 'operatingSystem') ?? 'Windows')
}

/** When a stored password ends: a computer that has one of these has stored one. */
const expirations = ['ms-Mcs-AdmPwdExpirationTime', 'msLAPS-PasswordExpirationTime'] as const
